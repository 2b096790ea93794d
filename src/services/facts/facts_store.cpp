#include <algorithm>

#include "base/check.h"
#include "services/facts/facts.h"
#include "services/facts/references.h"
#include "services/facts/store.h"

namespace quadrille::facts {
namespace {

constexpr database::Migration steps[] = {
    {"facts", 1,
     "CREATE TABLE fact_import (id INTEGER PRIMARY KEY, territory INTEGER NOT NULL REFERENCES territory (id), file "
     "TEXT NOT NULL, source TEXT NOT NULL, at_utc_ms INTEGER NOT NULL, "
     "row_count INTEGER NOT NULL, added INTEGER NOT NULL, changed INTEGER NOT NULL, unchanged INTEGER NOT NULL, "
     "duplicates INTEGER NOT NULL, left_out INTEGER NOT NULL, "
     "without_place INTEGER NOT NULL, outside_sectors INTEGER NOT NULL, first_day INTEGER, last_day INTEGER, "
     "data_version INTEGER NOT NULL); "
     "CREATE TABLE import_issue (import INTEGER NOT NULL, number INTEGER NOT NULL, kind INTEGER NOT NULL, line INTEGER "
     "NOT NULL, field TEXT NOT NULL, message_fr TEXT NOT NULL, "
     "message_en TEXT NOT NULL, found TEXT NOT NULL, PRIMARY KEY (import, number)); "
     "CREATE TABLE import_issue_count (import INTEGER NOT NULL, kind INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY "
     "KEY (import, kind)); "
     "CREATE TABLE fact_word (number INTEGER NOT NULL, word TEXT NOT NULL, PRIMARY KEY (number)); "
     "CREATE TABLE fact (id INTEGER PRIMARY KEY, territory INTEGER NOT NULL, import INTEGER NOT NULL, source TEXT NOT "
     "NULL, source_key TEXT NOT NULL, key_hash INTEGER NOT NULL, "
     "content_hash INTEGER NOT NULL, version INTEGER NOT NULL, earliest_utc_ms INTEGER NOT NULL, latest_utc_ms INTEGER "
     "NOT NULL, source_time TEXT NOT NULL, day INTEGER NOT NULL, "
     "ms_of_day INTEGER, category INTEGER NOT NULL, channel INTEGER NOT NULL, subcategory INTEGER NOT NULL, simulated "
     "INTEGER NOT NULL, lon_e7 INTEGER, lat_e7 INTEGER, "
     "east_mm INTEGER, north_mm INTEGER, sector INTEGER NOT NULL, address INTEGER NOT NULL, created_version INTEGER "
     "NOT NULL, retired_version INTEGER); "
     // All that a picture reads of a fact, in the order it reads it: pictures never touch the table itself.
     "CREATE INDEX fact_by_day ON fact (territory, day, category, channel, sector, east_mm, north_mm, created_version, "
     "retired_version)"},
    {"facts", 2,
     "CREATE TABLE fact_total (territory INTEGER NOT NULL, category INTEGER NOT NULL, channel INTEGER NOT NULL, count "
     "INTEGER "
     "NOT NULL, PRIMARY KEY (territory, category, channel))"},
};

constexpr std::string_view report_columns =
    "id, file, at_utc_ms, row_count, added, changed, unchanged, duplicates, left_out, without_place, outside_sectors, "
    "first_day, last_day, data_version";

std::optional<CivilDate> read_day(const database::Rows& rows, int column) {
  if (rows.is_null(column)) return std::nullopt;
  return CivilDate{static_cast<std::int32_t>(rows.integer(column))};
}

std::optional<std::int64_t> number_of(std::optional<CivilDate> date) {
  return date ? std::optional<std::int64_t>(date->day) : std::nullopt;
}

ImportSummary read_summary(const database::Rows& rows) {
  ImportSummary summary{{rows.integer(0)}, 0, std::string(rows.text(1)), {rows.integer(2)}, {}};
  auto& report = summary.report;
  report.id = summary.id;
  report.file = summary.file;
  report.rows = rows.integer(3);
  report.added = rows.integer(4);
  report.changed = rows.integer(5);
  report.unchanged = rows.integer(6);
  report.duplicates = rows.integer(7);
  report.left_out = rows.integer(8);
  report.without_place = rows.integer(9);
  report.outside_sectors = rows.integer(10);
  report.first_day = read_day(rows, 11);
  report.last_day = read_day(rows, 12);
  report.data_version = rows.integer(13);
  return summary;
}

}  // namespace

std::span<const database::Migration> migrations() { return steps; }

std::span<const audit::Reference> references() {
  static const audit::Reference all[] = {
      {.kind = "import",
       .label = {"Import", "Import"},
       .table = "fact_import",
       .code = "(SELECT t.slug FROM territory t WHERE t.id = fact_import.territory) || '/' || (SELECT COUNT(*) FROM "
               "fact_import before WHERE before.territory = fact_import.territory AND before.id <= fact_import.id)",
       .territory = "territory",
       .made_utc_ms = "at_utc_ms"},
      {.kind = "facts",
       .label = {"Faits du territoire", "Facts of the territory"},
       .table = "territory",
       .code = "slug",
       .territory = "id"}};
  return all;
}

namespace store {

Words::Words(database::Snapshot& snapshot) {
  auto rows = snapshot.query("SELECT number, word FROM fact_word ORDER BY number");
  while (rows->next()) {
    numbers_.emplace(std::string(rows->text(1)), rows->integer(0));
    next_ = rows->integer(0) + 1;
  }
  first_new_ = next_;
}

std::int64_t Words::number_of(std::string_view word) {
  if (word.empty()) return 0;
  const auto found = numbers_.find(word);
  if (found != numbers_.end()) return found->second;
  numbers_.emplace(std::string(word), next_);
  return next_++;
}

void Words::write_new(database::Transaction& tx) const {
  std::vector<std::pair<std::int64_t, std::string_view>> fresh;
  for (const auto& [word, number] : numbers_)
    if (number >= first_new_) fresh.emplace_back(number, word);
  std::ranges::sort(fresh);
  const database::BulkColumn columns[] = {{"number", database::ColumnType::integer},
                                          {"word", database::ColumnType::text}};
  auto bulk = tx.bulk("fact_word", columns);
  for (const auto& [number, word] : fresh) bulk->add({number, word});
  bulk->finish();
}

FactWriter::FactWriter(database::Transaction& tx, const territory::Territory& territory, ImportId import,
                       std::int64_t data_version)
    : tx_(tx),
      territory_(territory.id),
      import_(import),
      data_version_(data_version),
      is_simulated_(territory.is_simulated),
      words_(tx) {
  using enum database::ColumnType;
  static constexpr database::BulkColumn columns[] = {{"territory", integer},
                                                     {"import", integer},
                                                     {"source", text},
                                                     {"source_key", text},
                                                     {"key_hash", integer},
                                                     {"content_hash", integer},
                                                     {"version", integer},
                                                     {"earliest_utc_ms", integer},
                                                     {"latest_utc_ms", integer},
                                                     {"source_time", text},
                                                     {"day", integer},
                                                     {"ms_of_day", integer},
                                                     {"category", integer},
                                                     {"channel", integer},
                                                     {"subcategory", integer},
                                                     {"simulated", integer},
                                                     {"lon_e7", integer},
                                                     {"lat_e7", integer},
                                                     {"east_mm", integer},
                                                     {"north_mm", integer},
                                                     {"sector", integer},
                                                     {"address", integer},
                                                     {"created_version", integer}};
  bulk_ = tx_.bulk("fact", columns);
}

void FactWriter::add(const Row& row) {
  const auto lon = row.place ? database::Value(row.place->lon_e7()) : database::Value(std::nullopt);
  const auto lat = row.place ? database::Value(row.place->lat_e7()) : database::Value(std::nullopt);
  const auto east = row.projected ? database::Value(row.projected->east_mm) : database::Value(std::nullopt);
  const auto north = row.projected ? database::Value(row.projected->north_mm) : database::Value(std::nullopt);
  bulk_->add({territory_,
              import_,
              row.source,
              row.key,
              static_cast<std::int64_t>(row.key_hash),
              static_cast<std::int64_t>(row.content_hash),
              row.version,
              row.window.earliest.utc_ms,
              row.window.latest.utc_ms,
              row.source_time,
              row.day.day,
              row.ms_of_day,
              row.rule.category,
              static_cast<int>(row.rule.channel),
              words_.number_of(row.subcategory),
              is_simulated_ ? 1 : 0,
              lon,
              lat,
              east,
              north,
              row.sector,
              words_.number_of(row.address),
              data_version_});
}

void FactWriter::finish() {
  bulk_->finish();
  bulk_.reset();
  words_.write_new(tx_);
}

void load_known(database::Snapshot& snapshot, TerritoryId territory, std::string_view source, KnownFacts& known) {
  auto rows = snapshot.query(
      "SELECT key_hash, content_hash, id, version FROM fact WHERE territory = ? AND source = ? AND retired_version IS "
      "NULL",
      {territory, source});
  while (rows->next()) {
    auto* entry = known.find_or_add(static_cast<std::uint64_t>(rows->integer(0))).entry;
    entry->content = static_cast<std::uint64_t>(rows->integer(1));
    entry->id = rows->integer(2);
    entry->version = rows->integer(3);
  }
}

void retire(database::Transaction& tx, FactId fact, std::int64_t data_version) {
  tx.execute("UPDATE fact SET retired_version = ? WHERE id = ?", {data_version, fact});
}

std::set<CivilDate> observed_dates(database::Snapshot& snapshot, TerritoryId territory) {
  auto rows =
      snapshot.query("SELECT DISTINCT day FROM fact WHERE territory = ? AND retired_version IS NULL", {territory});
  std::set<CivilDate> days;
  while (rows->next()) days.insert({static_cast<std::int32_t>(rows->integer(0))});
  return days;
}

ImportId insert_import(database::Transaction& tx, TerritoryId territory, const std::string& file,
                       std::string_view source, Instant at) {
  return {
      tx.insert_returning_id("INSERT INTO fact_import (territory, file, source, at_utc_ms, row_count, added, changed, "
                             "unchanged, duplicates, left_out, without_place, outside_sectors, data_version) "
                             "VALUES (?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0, 0, 0) RETURNING id",
                             {territory, file, source, at.utc_ms})};
}

std::vector<PlacedRow> load_placed(database::Snapshot& snapshot, TerritoryId territory) {
  auto rows = snapshot.query(
      "SELECT id, lon_e7, lat_e7, sector FROM fact WHERE territory = ? AND retired_version IS NULL AND lon_e7 IS NOT "
      "NULL",
      {territory});
  std::vector<PlacedRow> placed;
  while (rows->next()) {
    const auto place = LonLat::checked_e7(rows->integer(1), rows->integer(2));
    CHECK(place.has_value());
    placed.push_back({{rows->integer(0)}, *place, rows->integer(3)});
  }
  return placed;
}

void set_sector(database::Transaction& tx, FactId fact, std::int64_t sector) {
  tx.execute("UPDATE fact SET sector = ? WHERE id = ?", {sector, fact});
}

void refresh_totals(database::Transaction& tx, TerritoryId territory) {
  tx.execute("DELETE FROM fact_total WHERE territory = ?", {territory});
  tx.execute(
      "INSERT INTO fact_total (territory, category, channel, count) SELECT territory, category, channel, COUNT(*) FROM "
      "fact "
      "WHERE territory = ? AND retired_version IS NULL GROUP BY territory, category, channel",
      {territory});
}

void write_report(database::Transaction& tx, ImportId import, const ImportReport& report) {
  tx.execute(
      "UPDATE fact_import SET row_count = ?, added = ?, changed = ?, unchanged = ?, duplicates = ?, left_out = ?, "
      "without_place = ?, outside_sectors = ?, first_day = ?, "
      "last_day = ?, data_version = ? WHERE id = ?",
      {report.rows, report.added, report.changed, report.unchanged, report.duplicates, report.left_out,
       report.without_place, report.outside_sectors, number_of(report.first_day), number_of(report.last_day),
       report.data_version, import});
  for (const auto& [kind, count] : report.issue_counts)
    tx.execute("INSERT INTO import_issue_count (import, kind, count) VALUES (?, ?, ?)",
               {import, static_cast<int>(kind), count});
  using enum database::ColumnType;
  const database::BulkColumn columns[] = {{"import", integer},  {"number", integer}, {"kind", integer},
                                          {"line", integer},    {"field", text},     {"message_fr", text},
                                          {"message_en", text}, {"found", text}};
  auto bulk = tx.bulk("import_issue", columns);
  std::int64_t number = 0;
  for (const auto& [kind, issue] : report.issues)
    bulk->add({import, ++number, static_cast<int>(kind), issue.line, issue.field, issue.message.fr, issue.message.en,
               issue.found});
  bulk->finish();
}

}  // namespace store

Result<FactColumns> load_facts(database::Snapshot& snapshot, TerritoryId territory, DayPeriod days,
                               std::int64_t data_version, const Progress& progress) {
  auto rows = snapshot.query(
      "SELECT day, category, channel, sector, east_mm, north_mm FROM fact WHERE territory = ? AND day >= ? AND day < ? "
      "AND created_version <= ? "
      "AND (retired_version IS NULL OR retired_version > ?) ORDER BY day, category, channel, sector, east_mm, north_mm",
      {territory, days.begin.day, days.end.day, data_version, data_version});
  FactColumns facts;
  while (rows->next()) {
    if ((facts.day.size() & 0xfff) == 0) {
      if (progress.is_cancelled()) return cancelled();
      // By day; the first may come long after the days asked for begin.
      const auto day = static_cast<std::int32_t>(rows->integer(0));
      const auto first = facts.day.empty() ? day : facts.day.front();
      progress.report(static_cast<double>(day - first) / std::max(1, days.end.day - first));
    }
    const bool has_place = !rows->is_null(4);
    facts.day.push_back(static_cast<std::int32_t>(rows->integer(0)));
    facts.category.push_back(static_cast<std::uint8_t>(rows->integer(1)));
    facts.channel.push_back(static_cast<Channel>(rows->integer(2)));
    facts.sector.push_back(rows->integer(3));
    facts.east_mm.push_back(has_place ? rows->integer(4) : 0);
    facts.north_mm.push_back(has_place ? rows->integer(5) : 0);
    facts.has_place.push_back(has_place);
  }
  return facts;
}

std::vector<CategoryCount> count_by_category(database::Snapshot& snapshot, TerritoryId territory) {
  auto rows = snapshot.query(
      "SELECT category, channel, count FROM fact_total WHERE territory = ? ORDER BY category, channel", {territory});
  std::vector<CategoryCount> counts;
  while (rows->next())
    counts.push_back(
        {static_cast<std::uint8_t>(rows->integer(0)), static_cast<Channel>(rows->integer(1)), rows->integer(2)});
  return counts;
}

std::optional<DayPeriod> days_with_facts(database::Snapshot& snapshot, TerritoryId territory) {
  const auto end_of = [&](std::string_view sql) -> std::optional<CivilDate> {
    auto rows = snapshot.query(sql, {territory});
    return rows->next() ? read_day(*rows, 0) : std::nullopt;
  };
  // Two walks of one step along the index; MIN and MAX in one statement would read it whole.
  const auto first =
      end_of("SELECT day FROM fact WHERE territory = ? AND retired_version IS NULL ORDER BY day LIMIT 1");
  const auto last =
      end_of("SELECT day FROM fact WHERE territory = ? AND retired_version IS NULL ORDER BY day DESC LIMIT 1");
  if (!first || !last) return std::nullopt;
  return DayPeriod{*first, *last + 1};
}

std::vector<ImportSummary> list_imports(database::Snapshot& snapshot, TerritoryId territory) {
  auto rows = snapshot.query(
      "SELECT " + std::string(report_columns) + " FROM fact_import WHERE territory = ? ORDER BY id DESC", {territory});
  std::vector<ImportSummary> imports;
  while (rows->next()) imports.push_back(read_summary(*rows));
  rows.reset();
  auto number = static_cast<std::int64_t>(imports.size());
  for (auto& summary : imports) {
    summary.number = number--;
    auto counts = snapshot.query("SELECT kind, count FROM import_issue_count WHERE import = ?", {summary.id});
    while (counts->next()) summary.report.issue_counts[static_cast<IssueKind>(counts->integer(0))] = counts->integer(1);
  }
  return imports;
}

std::vector<RowIssue> load_issues(database::Snapshot& snapshot, ImportId import, std::int64_t after, int limit) {
  auto rows = snapshot.query(
      "SELECT kind, line, field, message_fr, message_en, found FROM import_issue WHERE import = ? AND number > ? ORDER "
      "BY number LIMIT ?",
      {import, after, limit});
  std::vector<RowIssue> issues;
  while (rows->next())
    issues.push_back({static_cast<IssueKind>(rows->integer(0)),
                      {rows->integer(1),
                       std::string(rows->text(2)),
                       {std::string(rows->text(3)), std::string(rows->text(4))},
                       std::string(rows->text(5))}});
  return issues;
}

std::int64_t count_issues(database::Snapshot& snapshot, TerritoryId territory) {
  auto rows = snapshot.query(
      "SELECT COALESCE(SUM(c.count), 0) FROM import_issue_count c JOIN fact_import i ON i.id = c.import WHERE "
      "i.territory = ?",
      {territory});
  rows->next();
  return rows->integer(0);
}

}  // namespace quadrille::facts
