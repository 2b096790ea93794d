#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/line.h"
#include "host/crypto/digest.h"
#include "services/access/access.h"
#include "services/access/store.h"
#include "services/audit/audit.h"

namespace quadrille::access {
namespace {

constexpr database::Migration steps[] = {
    {"access", 1,
     "CREATE TABLE marking (id INTEGER PRIMARY KEY, canonical TEXT NOT NULL UNIQUE, territory INTEGER NOT NULL, "
     "sensitivity TEXT NOT NULL, handling TEXT NOT NULL, regime TEXT NOT NULL, originator INTEGER NOT NULL, "
     "originator_controlled INTEGER NOT NULL); "
     "CREATE TABLE marking_member (marking INTEGER NOT NULL REFERENCES marking (id), list TEXT NOT NULL, member "
     "INTEGER "
     "NOT NULL, PRIMARY KEY (marking, list, member)); "
     "CREATE TABLE compartment (id INTEGER PRIMARY KEY, territory INTEGER NOT NULL, kind TEXT NOT NULL, code TEXT NOT "
     "NULL, UNIQUE (territory, code)); "
     "CREATE TABLE compartment_member (compartment INTEGER NOT NULL REFERENCES compartment (id), person INTEGER NOT "
     "NULL, PRIMARY KEY (compartment, person)); "
     "CREATE INDEX compartment_of_person ON compartment_member (person, compartment); "
     "CREATE TABLE access_policy (version INTEGER NOT NULL, role TEXT NOT NULL, clause TEXT NOT NULL, value TEXT NOT "
     "NULL, PRIMARY KEY (version, role, clause, value))"},
    {"access", 2,
     "CREATE TABLE legal_act (code TEXT PRIMARY KEY, territory INTEGER NOT NULL, part TEXT NOT NULL, reference TEXT "
     "NOT NULL, from_utc_ms INTEGER NOT NULL, until_utc_ms INTEGER, recorded_by TEXT NOT NULL, recorded_utc_ms INTEGER "
     "NOT NULL); "
     "CREATE INDEX legal_act_of_territory ON legal_act (territory, part, from_utc_ms)"},
    {"access", 3,
     "CREATE TABLE person (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, login TEXT NOT NULL UNIQUE, name TEXT "
     "NOT "
     "NULL, demonstration INTEGER NOT NULL, password TEXT, second_factor BLOB, second_factor_step INTEGER, "
     "second_factor_begun BLOB, created_utc_ms INTEGER NOT NULL, disabled_utc_ms INTEGER); "
     "CREATE TABLE recovery_code (person INTEGER NOT NULL REFERENCES person (id), hash TEXT NOT NULL, used_utc_ms "
     "INTEGER, PRIMARY KEY (person, hash)); "
     "CREATE TABLE identity (issuer TEXT NOT NULL, subject TEXT NOT NULL, person INTEGER NOT NULL REFERENCES person "
     "(id), PRIMARY KEY (issuer, subject)); "
     "CREATE TABLE habilitation (code TEXT PRIMARY KEY, person INTEGER NOT NULL REFERENCES person (id), role TEXT NOT "
     "NULL, territory INTEGER, service INTEGER, clearance TEXT NOT NULL, act TEXT NOT NULL, granted_by TEXT NOT NULL, "
     "granted_utc_ms INTEGER NOT NULL, from_utc_ms INTEGER NOT NULL, until_utc_ms INTEGER, revoked_utc_ms INTEGER, "
     "revoked_by TEXT); "
     "CREATE INDEX habilitation_of_person ON habilitation (person); "
     "CREATE TABLE session (id INTEGER PRIMARY KEY, person INTEGER NOT NULL REFERENCES person (id), csrf TEXT NOT "
     "NULL, "
     "purpose TEXT NOT NULL, legal_basis TEXT NOT NULL, two_factors INTEGER NOT NULL, method TEXT NOT NULL, "
     "created_utc_ms INTEGER NOT NULL, seen_utc_ms INTEGER NOT NULL, ended_utc_ms INTEGER); "
     "CREATE INDEX session_of_person ON session (person, ended_utc_ms); "
     "CREATE TABLE session_token (hash TEXT PRIMARY KEY, session INTEGER NOT NULL REFERENCES session (id), number "
     "INTEGER NOT NULL, made_utc_ms INTEGER NOT NULL, seen_utc_ms INTEGER, UNIQUE (session, number)); "
     "CREATE TABLE token (code TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, person INTEGER NOT NULL REFERENCES person "
     "(id), label TEXT NOT NULL, purpose TEXT NOT NULL, two_factors INTEGER NOT NULL, created_utc_ms INTEGER NOT NULL, "
     "expires_utc_ms INTEGER NOT NULL, revoked_utc_ms INTEGER, used_utc_ms INTEGER); "
     "CREATE INDEX token_of_person ON token (person); "
     "CREATE TABLE token_capability (token TEXT NOT NULL REFERENCES token (code), capability TEXT NOT NULL, PRIMARY "
     "KEY "
     "(token, capability)); "
     "CREATE TABLE invitation (hash TEXT PRIMARY KEY, person INTEGER REFERENCES person (id), second_factor BLOB NOT "
     "NULL, expires_utc_ms INTEGER NOT NULL, used_utc_ms INTEGER); "
     "CREATE TABLE sign_in_failure (key TEXT PRIMARY KEY, failures INTEGER NOT NULL, last_utc_ms INTEGER NOT NULL); "
     "CREATE TABLE provider_request (state_hash TEXT PRIMARY KEY, nonce TEXT NOT NULL, verifier TEXT NOT NULL, "
     "made_utc_ms INTEGER NOT NULL)"},
    // `code` was the word that people say and unique, so that a refusal told that another had it; it is drawn now, and
    // the word is `name`. A member counts while they act for `service`.
    {"access", 4,
     "ALTER TABLE compartment ADD COLUMN name TEXT NOT NULL DEFAULT ''; "
     "ALTER TABLE compartment ADD COLUMN opened_utc_ms INTEGER NOT NULL DEFAULT 0; "
     "ALTER TABLE compartment ADD COLUMN closed_utc_ms INTEGER; "
     "UPDATE compartment SET name = code; "
     "ALTER TABLE compartment_member ADD COLUMN service INTEGER NOT NULL DEFAULT 0; "
     "ALTER TABLE compartment_member ADD COLUMN admitted_utc_ms INTEGER NOT NULL DEFAULT 0"},
    // Since when a second factor is in force; nothing for one that was before this step.
    {"access", 5, "ALTER TABLE person ADD COLUMN second_factor_utc_ms INTEGER"},
};

// Lists of a marking, by the word in marking_member.list.
constexpr std::string_view services_list = "services";
constexpr std::string_view compartments_list = "compartments";
constexpr std::string_view denied_list = "denied";
constexpr std::string_view ended_list = "ended";

template <class T>
void insert_members(database::Transaction& tx, MarkingId marking, std::string_view list,
                    const std::vector<T>& members) {
  for (const auto member : members)
    tx.execute("INSERT INTO marking_member (marking, list, member) VALUES (?, ?, ?)", {marking, list, member});
}

template <class Level>
Level stored(std::optional<Level> level) {
  CHECK(level.has_value());  // the table holds only words this program wrote
  return *level;
}

constexpr std::string_view marking_columns =
    "m.id, m.territory, m.sensitivity, m.handling, m.regime, m.originator, m.originator_controlled, l.list, l.member";

// Rows of markings joined with their members, in order of marking.
std::vector<InternedMarking> read_markings(database::Rows& rows) {
  std::vector<InternedMarking> markings;
  while (rows.next()) {
    const MarkingId id{rows.integer(0)};
    if (markings.empty() || markings.back().id != id)
      markings.push_back({id,
                          {{rows.integer(1)},
                           stored(sensitivity_named(rows.text(2))),
                           stored(handling_named(rows.text(3))),
                           stored(regime_named(rows.text(4))),
                           {rows.integer(5)},
                           {},
                           {},
                           {},
                           rows.integer(6) != 0}});
    const auto member = rows.maybe_integer(8);
    if (!member) continue;
    auto& marking = markings.back().marking;
    const std::string_view list = rows.text(7);
    if (list == services_list) marking.services.push_back({*member});
    if (list == compartments_list) marking.compartments.push_back({*member});
    if (list == denied_list) marking.denied.push_back({*member});
    if (list == ended_list) marking.ended.push_back({*member});
  }
  return markings;
}

std::vector<std::tuple<std::string, std::string, std::string>> rows_of(const Policy& policy) {
  std::vector<std::tuple<std::string, std::string, std::string>> rows;
  for (const auto& [role, held] : policy.roles) {
    const std::string name(name_of(role));
    for (const Capability capability : held.capabilities) rows.emplace_back(name, "capability", name_of(capability));
    rows.emplace_back(name, "sensitivity", name_of(held.sensitivity_max));
    for (const Regime regime : held.regimes) rows.emplace_back(name, "regime", name_of(regime));
    if (held.second_factor == SecondFactor::required)
      rows.emplace_back(name, "second_factor", name_of(SecondFactor::required));
  }
  std::ranges::sort(rows);
  return rows;
}

std::string difference(const Policy& before, const Policy& after) {
  const auto old_rows = rows_of(before);
  const auto new_rows = rows_of(after);
  std::string out;
  const auto say = [&](char sign, const auto& row) {
    out +=
        fmt::format("{}{}{} {}={}", out.empty() ? "" : " ", sign, std::get<0>(row), std::get<1>(row), std::get<2>(row));
  };
  for (const auto& row : old_rows)
    if (!std::ranges::binary_search(new_rows, row)) say('-', row);
  for (const auto& row : new_rows)
    if (!std::ranges::binary_search(old_rows, row)) say('+', row);
  return out;
}

}  // namespace

std::span<const database::Migration> migrations() { return steps; }

void record_change(database::Transaction& tx, const Asker& by, std::optional<TerritoryId> territory,
                   std::string subject, std::string details) {
  audit::record(tx,
                {by.actor(), audit::Action::alteration, territory, std::move(subject), std::move(details), by.purpose},
                by.at);
}

Result<void> check_purpose(std::string_view purpose) {
  const auto line = check_line(purpose, {3, purpose_most}, "purpose");
  if (line) return {};
  return invalid({"dites pourquoi : " + line.error().message.fr, "say why: " + line.error().message.en}, "purpose");
}

std::string hash_of_secret(std::string_view secret) { return crypto::sha256_hex(secret); }

MarkingId intern(database::Transaction& tx, const Marking& marking) {
  const std::string canonical = canonical_text(marking);
  {
    auto rows = tx.query("SELECT id FROM marking WHERE canonical = ?", {canonical});
    if (rows->next()) return {rows->integer(0)};
  }
  const MarkingId id{tx.insert_returning_id(
      "INSERT INTO marking (canonical, territory, sensitivity, handling, regime, originator, originator_controlled) "
      "VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
      {canonical, marking.territory, name_of(marking.sensitivity), name_of(marking.handling), name_of(marking.regime),
       marking.originator, marking.is_originator_controlled ? 1 : 0})};
  insert_members(tx, id, services_list, marking.services);
  insert_members(tx, id, compartments_list, marking.compartments);
  insert_members(tx, id, denied_list, marking.denied);
  insert_members(tx, id, ended_list, marking.ended);
  return id;
}

Marking load_marking(database::Snapshot& snapshot, MarkingId id) {
  auto rows = snapshot.query(
      fmt::format("SELECT {} FROM marking m LEFT JOIN marking_member l ON l.marking = m.id WHERE m.id = ? ORDER BY "
                  "l.list, l.member",
                  marking_columns),
      {id});
  auto markings = read_markings(*rows);
  CHECK(markings.size() == 1);
  return std::move(markings.front().marking);
}

std::vector<InternedMarking> load_markings(database::Snapshot& snapshot, MarkingId after) {
  auto rows = snapshot.query(
      fmt::format("SELECT {} FROM marking m LEFT JOIN marking_member l ON l.marking = m.id WHERE m.id > ? ORDER BY "
                  "m.id, l.list, l.member",
                  marking_columns),
      {after});
  return read_markings(*rows);
}

Policy load_policy(database::Snapshot& snapshot) {
  auto rows = snapshot.query(
      "SELECT version, role, clause, value FROM access_policy WHERE version = (SELECT MAX(version) FROM "
      "access_policy)");
  Policy policy;
  while (rows->next()) {
    policy.version = rows->integer(0);
    auto& held = policy.roles[stored(role_named(rows->text(1)))];
    const std::string_view clause = rows->text(2);
    if (clause == "capability") held.capabilities.insert(stored(capability_named(rows->text(3))));
    if (clause == "sensitivity") held.sensitivity_max = stored(sensitivity_named(rows->text(3)));
    if (clause == "regime") held.regimes.insert(stored(regime_named(rows->text(3))));
    if (clause == "second_factor") held.second_factor = stored(second_factor_named(rows->text(3)));
  }
  // Versions written before there was such a clause.
  for (auto& [role, held] : policy.roles)
    if (is_instance_role(role)) held.second_factor = SecondFactor::required;
  return policy.version == 0 ? first_policy() : policy;
}

std::int64_t policy_version(database::Snapshot& snapshot) {
  auto rows = snapshot.query("SELECT MAX(version) FROM access_policy");
  return rows->next() ? rows->maybe_integer(0).value_or(first_policy().version) : first_policy().version;
}

Policy save_policy(database::Transaction& tx, const Policy& policy, const Asker& by) {
  const Policy before = load_policy(tx);
  Policy saved = policy;
  saved.version = before.version + 1;
  for (const auto& [role, clause, value] : rows_of(saved))
    tx.execute("INSERT INTO access_policy (version, role, clause, value) VALUES (?, ?, ?, ?)",
               {saved.version, role, clause, value});
  record_change(tx, by, {}, fmt::format("policy {}", saved.version), difference(before, saved));
  return saved;
}

namespace {

bool is_from_before_answers(database::Snapshot& snapshot) {
  auto rows = snapshot.query(
      "SELECT COUNT(*), COALESCE(SUM(CASE WHEN clause = 'capability' AND value = ? THEN 1 ELSE 0 END), 0) FROM "
      "access_policy",
      {name_of(Capability::answer_received)});
  return rows->next() && rows->integer(0) > 0 && rows->integer(1) == 0;
}

}  // namespace

void adopt_older_policy(database::Database& database, Instant now) {
  if (!is_from_before_answers(*database.read())) return;
  auto tx = database.write();
  if (!is_from_before_answers(*tx)) return;  // another process was faster
  (void)save_policy(*tx, with_answers(load_policy(*tx)), {local_viewer("local:upgrade", {}), "", "", now});
  tx->commit();
}

}  // namespace quadrille::access
