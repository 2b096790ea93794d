#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/check.h"
#include "services/notes/request_statistics.h"
#include "services/notes/request_store.h"

namespace quadrille::notes {
namespace {

constexpr database::Migration migration_steps[] = {
    {"service_requests", 1,
     "CREATE TABLE service_request (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, territory INTEGER NOT NULL, "
     "marking INTEGER NOT NULL, asked_ms INTEGER NOT NULL, asking INTEGER NOT NULL, asked INTEGER NOT NULL, kind TEXT "
     "NOT NULL, frame TEXT NOT NULL, country TEXT NOT NULL, urgency TEXT NOT NULL, urgency_reason TEXT NOT NULL, "
     "accessibility TEXT NOT NULL, about_kind TEXT NOT NULL, about TEXT NOT NULL, sector TEXT, lon_e7 INTEGER, lat_e7 "
     "INTEGER, words TEXT NOT NULL, legal_basis TEXT NOT NULL, state TEXT NOT NULL, limit_hours INTEGER NOT NULL, "
     "limit_days INTEGER NOT NULL, limit_source TEXT NOT NULL, due_ms INTEGER NOT NULL, stood_ms INTEGER NOT NULL, "
     "suspended_ms INTEGER, ended_ms "
     "INTEGER, expected_ms INTEGER, ground TEXT NOT NULL); "
     "CREATE INDEX service_request_newest ON service_request (marking, asked_ms, code); "
     "CREATE TABLE service_request_event (id INTEGER PRIMARY KEY, request TEXT NOT NULL REFERENCES service_request "
     "(code), at_ms INTEGER NOT NULL, person INTEGER NOT NULL, service INTEGER NOT NULL, step TEXT NOT NULL, to_state "
     "TEXT NOT NULL, words TEXT NOT NULL, ground TEXT NOT NULL, expected_ms INTEGER); "
     "CREATE INDEX service_request_history ON service_request_event (request, id); "
     "CREATE TABLE request_limit (territory INTEGER NOT NULL, urgency TEXT NOT NULL, from_ms INTEGER NOT NULL, hours "
     "INTEGER NOT NULL, days INTEGER NOT NULL, source TEXT NOT NULL, read_on INTEGER NOT NULL, PRIMARY KEY (territory, "
     "urgency, from_ms))"},
};

constexpr std::string_view columns =
    "code, marking, asked_ms, asking, asked, kind, frame, country, urgency, urgency_reason, accessibility, about_kind, "
    "about, sector, lon_e7, lat_e7, words, legal_basis, state, limit_hours, limit_days, limit_source, due_ms, "
    "stood_ms, suspended_ms, ended_ms, expected_ms, ground";

template <class Word>
Word stored(std::optional<Word> word) {
  CHECK(word.has_value());  // the table holds only words this program wrote
  return *word;
}

std::optional<Instant> maybe_instant(const database::Rows& rows, int column) {
  const auto ms = rows.maybe_integer(column);
  return ms ? std::optional(Instant{*ms}) : std::nullopt;
}

std::optional<std::int64_t> ms_of(const std::optional<Instant>& instant) {
  return instant ? std::optional(instant->utc_ms) : std::nullopt;
}

ServiceRequest request_of(const database::Rows& rows) {
  ServiceRequest request;
  request.code = rows.text(0);
  request.marking = {rows.integer(1)};
  request.asked_at = {rows.integer(2)};
  request.asking = {rows.integer(3)};
  request.asked = {rows.integer(4)};
  request.kind = stored(request_kind_named(rows.text(5)));
  request.frame = stored(frame_named(rows.text(6)));
  request.country = rows.text(7);
  request.urgency = stored(urgency_named(rows.text(8)));
  request.urgency_reason = rows.text(9);
  request.accessibility = stored(accessibility_named(rows.text(10)));
  request.about_kind = rows.text(11);
  request.about = rows.text(12);
  request.sector = rows.maybe_text(13);
  if (!rows.is_null(14)) request.point = stored(LonLat::checked_e7(rows.integer(14), rows.integer(15)));
  request.text = rows.text(16);
  request.legal_basis = rows.text(17);
  request.state = stored(request_state_named(rows.text(18)));
  request.limit = {static_cast<int>(rows.integer(19)), static_cast<int>(rows.integer(20))};
  request.limit_source = rows.text(21);
  request.clock = {
      request.asked_at, {rows.integer(22)}, rows.integer(23), maybe_instant(rows, 24), maybe_instant(rows, 25)};
  request.expected_at = maybe_instant(rows, 26);
  request.ground = rows.text(27);
  request.id = {rows.integer(28)};
  return request;
}

// What the filter adds to the statement, and the values for its question marks.
struct Condition {
  std::string sql;
  std::vector<database::Value> values;
};

Condition condition_of(TerritoryId territory, const RequestFilter& filter, Instant now,
                       const std::optional<RequestCursor>& after) {
  Condition condition{" AND territory = ?", {territory}};
  const auto add = [&](std::string_view sql, std::initializer_list<database::Value> values) {
    condition.sql += sql;
    condition.values.insert(condition.values.end(), values);
  };
  if (filter.which != RequestFilter::Which::all) add(" AND ended_ms IS NULL", {});
  if (filter.which == RequestFilter::Which::late) add(" AND suspended_ms IS NULL AND due_ms < ?", {now.utc_ms});
  if (filter.asking) add(" AND asking = ?", {*filter.asking});
  if (filter.asked) add(" AND asked = ?", {*filter.asked});
  if (filter.note) add(" AND about_kind = 'note' AND about = ?", {*filter.note});
  if (after)
    add(" AND (asked_ms < ? OR (asked_ms = ? AND code < ?))",
        {after->asked_at.utc_ms, after->asked_at.utc_ms, after->code});
  return condition;
}

bool is_newer(const ServiceRequest& a, const ServiceRequest& b) {
  return std::pair(a.asked_at, std::string_view(a.code)) > std::pair(b.asked_at, std::string_view(b.code));
}

}  // namespace

std::span<const database::Migration> request_migrations() { return migration_steps; }

void insert_request(database::Transaction& tx, TerritoryId territory, ServiceRequest& request) {
  const auto lon = request.point ? std::optional<std::int64_t>(request.point->lon_e7()) : std::nullopt;
  const auto lat = request.point ? std::optional<std::int64_t>(request.point->lat_e7()) : std::nullopt;
  request.id = {tx.insert_returning_id(
      fmt::format("INSERT INTO service_request (territory, {}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                  "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                  columns),
      {territory,
       request.code,
       request.marking,
       request.asked_at.utc_ms,
       request.asking,
       request.asked,
       name_of(request.kind),
       name_of(request.frame),
       request.country,
       name_of(request.urgency),
       request.urgency_reason,
       name_of(request.accessibility),
       request.about_kind,
       request.about,
       request.sector,
       lon,
       lat,
       request.text,
       request.legal_basis,
       name_of(request.state),
       request.limit.hours,
       request.limit.calendar_days,
       request.limit_source,
       request.clock.due.utc_ms,
       request.clock.stood_ms,
       ms_of(request.clock.suspended_at),
       ms_of(request.clock.ended_at),
       ms_of(request.expected_at),
       request.ground})};
}

void update_request(database::Transaction& tx, const ServiceRequest& request) {
  const auto changed = tx.execute(
      "UPDATE service_request SET state = ?, accessibility = ?, limit_hours = ?, limit_days = ?, limit_source = ?, "
      "due_ms = ?, stood_ms = ?, suspended_ms = ?, ended_ms = ?, expected_ms = ?, ground = ? WHERE code = ?",
      {name_of(request.state), name_of(request.accessibility), request.limit.hours, request.limit.calendar_days,
       request.limit_source, request.clock.due.utc_ms, request.clock.stood_ms, ms_of(request.clock.suspended_at),
       ms_of(request.clock.ended_at), ms_of(request.expected_at), request.ground, request.code});
  CHECK(changed == 1);
}

void insert_request_event(database::Transaction& tx, std::string_view code, const RequestEvent& event) {
  tx.execute(
      "INSERT INTO service_request_event (request, at_ms, person, service, step, to_state, words, ground, expected_ms) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {code, event.at.utc_ms, event.person, event.service, event.step ? name_of(*event.step) : std::string_view(),
       name_of(event.to), event.text, event.ground, ms_of(event.expected_at)});
}

std::vector<ServiceRequest> list_requests(database::Snapshot& snapshot, const access::Readable& readable,
                                          TerritoryId territory, const RequestFilter& filter, Instant now,
                                          const std::optional<RequestCursor>& after, int limit) {
  CHECK(limit >= 1 && limit <= 500);
  constexpr std::size_t chunk = 50;  // SQLite joins at most 500 SELECTs, and binds 32,766 values
  const auto condition = condition_of(territory, filter, now, after);
  const auto& ids = readable.ids();
  std::vector<ServiceRequest> found;
  for (std::size_t begin = 0; begin < ids.size(); begin += chunk) {
    std::string sql;
    std::vector<database::Value> values;
    for (std::size_t i = begin; i < std::min(begin + chunk, ids.size()); ++i) {
      sql += fmt::format(
          "{}SELECT * FROM (SELECT {}, id FROM service_request WHERE marking = {}{} ORDER BY asked_ms DESC, code DESC "
          "LIMIT {}) AS m{}",
          sql.empty() ? "" : " UNION ALL ", columns, ids[i].value, condition.sql, limit, i);
      values.insert(values.end(), condition.values.begin(), condition.values.end());
    }
    auto rows = snapshot.query(sql, values);
    while (rows->next()) found.push_back(request_of(*rows));
    std::ranges::sort(found, is_newer);
    if (found.size() > static_cast<std::size_t>(limit)) found.erase(found.begin() + limit, found.end());
  }
  return found;
}

std::optional<ServiceRequest> find_request(database::Snapshot& snapshot, const access::Readable& readable,
                                           std::string_view code) {
  auto rows = snapshot.query(
      fmt::format("SELECT {}, id FROM service_request WHERE code = ? AND marking IN {}", columns, readable.sql_list()),
      {code});
  if (!rows->next()) return std::nullopt;
  return request_of(*rows);
}

std::vector<RequestEvent> events_of(database::Snapshot& snapshot, const ServiceRequest& request) {
  auto rows = snapshot.query(
      "SELECT at_ms, person, service, step, to_state, words, ground, expected_ms FROM service_request_event WHERE "
      "request = ? ORDER BY id",
      {request.code});
  std::vector<RequestEvent> events;
  while (rows->next())
    events.push_back({{rows->integer(0)},
                      {rows->integer(1)},
                      {rows->integer(2)},
                      request_step_named(rows->text(3)),
                      stored(request_state_named(rows->text(4))),
                      std::string(rows->text(5)),
                      std::string(rows->text(6)),
                      maybe_instant(*rows, 7)});
  return events;
}

std::vector<ServiceStatistics> request_statistics(database::Snapshot& snapshot, const access::Readable& readable,
                                                  TerritoryId territory, Period asked_in, Instant now) {
  auto rows = snapshot.query(
      fmt::format(
          "SELECT asked, state, asked_ms, due_ms, stood_ms, suspended_ms, ended_ms, ground FROM service_request "
          "WHERE marking IN {} AND territory = ? AND asked_ms >= ? AND asked_ms < ?",
          readable.sql_list()),
      {territory, asked_in.begin.utc_ms, asked_in.end.utc_ms});
  std::vector<RequestOutcome> outcomes;
  while (rows->next())
    outcomes.push_back(
        {{rows->integer(0)},
         stored(request_state_named(rows->text(1))),
         {{rows->integer(2)}, {rows->integer(3)}, rows->integer(4), maybe_instant(*rows, 5), maybe_instant(*rows, 6)},
         std::string(rows->text(7))});
  return statistics_of(outcomes, now);
}

std::optional<InternalLimit> find_internal_limit(database::Snapshot& snapshot, TerritoryId territory, Urgency urgency,
                                                 Instant at) {
  auto rows = snapshot.query(
      "SELECT hours, days, source, read_on, from_ms FROM request_limit WHERE territory = ? AND urgency = ? AND "
      "from_ms <= ? ORDER BY from_ms DESC LIMIT 1",
      {territory, name_of(urgency), at.utc_ms});
  if (!rows->next()) return std::nullopt;
  return InternalLimit{urgency,
                       {static_cast<int>(rows->integer(0)), static_cast<int>(rows->integer(1))},
                       std::string(rows->text(2)),
                       {static_cast<std::int32_t>(rows->integer(3))},
                       {rows->integer(4)}};
}

void insert_internal_limit(database::Transaction& tx, TerritoryId territory, const InternalLimit& limit) {
  tx.execute(
      "INSERT INTO request_limit (territory, urgency, from_ms, hours, days, source, read_on) VALUES (?, ?, ?, ?, ?, ?, "
      "?) ON CONFLICT (territory, urgency, from_ms) DO UPDATE SET hours = excluded.hours, days = excluded.days, source "
      "= excluded.source, read_on = excluded.read_on",
      {territory, name_of(limit.urgency), limit.from.utc_ms, limit.limit.hours, limit.limit.calendar_days, limit.source,
       std::int64_t{limit.read_on.day}});
}

}  // namespace quadrille::notes
