#include <algorithm>

#include "base/check.h"
#include "services/audit/audit.h"
#include "services/audit/leaf.h"
#include "services/audit/store.h"

namespace quadrille::audit {
namespace {

constexpr std::size_t longest_act = std::size_t{64} << 10U;

constexpr database::Migration steps[] = {
    {"audit", 1,
     "CREATE TABLE audit_entry (number INTEGER PRIMARY KEY, at_utc_ms INTEGER NOT NULL, actor TEXT NOT NULL, action "
     "TEXT NOT NULL, "
     "territory INTEGER, subject TEXT NOT NULL, details TEXT NOT NULL, purpose TEXT NOT NULL)"},
    {"audit", 2,
     "CREATE TRIGGER audit_entry_stays BEFORE UPDATE ON audit_entry BEGIN SELECT RAISE(ABORT, 'audit entries are "
     "append-only'); END; "
     "CREATE TRIGGER audit_entry_is_kept BEFORE DELETE ON audit_entry BEGIN SELECT RAISE(ABORT, 'audit entries are "
     "append-only'); END",
     database::Migration::Applies::on_sqlite},
    {"audit", 3,
     "CREATE FUNCTION audit_entry_refuses() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''audit entries "
     "are append-only''; END'; "
     "CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE "
     "FUNCTION audit_entry_refuses()",
     database::Migration::Applies::on_postgresql},
    // Steps 1 to 3 made the log of instances older than the tree; adopt_older_entries() moves its rows and drops it.
    {"audit", 4,
     "CREATE TABLE audit_act (position INTEGER PRIMARY KEY, at_utc_ms INTEGER NOT NULL, action INTEGER NOT NULL, "
     "actor TEXT, territory INTEGER, legal_basis TEXT, outcome TEXT, account_salt BLOB, account_erased_by INTEGER, "
     "object_kind TEXT, object_id INTEGER, subject TEXT, details TEXT, purpose TEXT, recipient TEXT, content_salt "
     "BLOB, "
     "content_erased_by INTEGER, leaf BLOB NOT NULL); "
     "CREATE INDEX audit_act_object ON audit_act (object_kind, object_id, position) WHERE object_kind IS NOT NULL; "
     "CREATE INDEX audit_act_actor ON audit_act (actor, position); "
     "CREATE INDEX audit_act_at ON audit_act (at_utc_ms, position); "
     "CREATE INDEX audit_act_territory ON audit_act (territory, position) WHERE territory IS NOT NULL; "
     "CREATE INDEX audit_act_purpose ON audit_act (purpose, position) WHERE purpose <> ''; "
     "CREATE TABLE audit_tile (level INTEGER NOT NULL, number INTEGER NOT NULL, hashes BLOB NOT NULL, "
     "PRIMARY KEY (level, number)); "
     "CREATE TABLE audit_checkpoint (size INTEGER PRIMARY KEY, note TEXT NOT NULL)"},
    // An entry may lose its content or its account to a named act of erasure, and nothing else may happen to it; a tile
    // may only grow; a checkpoint stays as it was signed.
    {"audit", 5,
     "CREATE TRIGGER audit_act_stays BEFORE UPDATE ON audit_act WHEN NOT (NEW.position = OLD.position AND "
     "NEW.at_utc_ms = OLD.at_utc_ms AND NEW.action = OLD.action AND NEW.leaf = OLD.leaf AND "
     "((NEW.content_erased_by IS NOT NULL AND OLD.content_erased_by IS NULL AND NEW.content_salt IS NULL AND "
     "NEW.object_kind IS NULL AND NEW.object_id IS NULL AND NEW.subject IS NULL AND NEW.details IS NULL AND "
     "NEW.purpose "
     "IS NULL AND NEW.recipient IS NULL) OR (NEW.content_erased_by IS OLD.content_erased_by AND NEW.content_salt IS "
     "OLD.content_salt AND NEW.object_kind IS OLD.object_kind AND NEW.object_id IS OLD.object_id AND NEW.subject IS "
     "OLD.subject AND NEW.details IS OLD.details AND NEW.purpose IS OLD.purpose AND NEW.recipient IS OLD.recipient)) "
     "AND "
     "((NEW.account_erased_by IS NOT NULL AND OLD.account_erased_by IS NULL AND NEW.account_salt IS NULL AND NEW.actor "
     "IS NULL AND NEW.territory IS NULL AND NEW.legal_basis IS NULL AND NEW.outcome IS NULL) OR (NEW.account_erased_by "
     "IS OLD.account_erased_by AND NEW.account_salt IS OLD.account_salt AND NEW.actor IS OLD.actor AND NEW.territory "
     "IS "
     "OLD.territory AND NEW.legal_basis IS OLD.legal_basis AND NEW.outcome IS OLD.outcome))) "
     "BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END; "
     "CREATE TRIGGER audit_act_is_kept BEFORE DELETE ON audit_act BEGIN SELECT RAISE(ABORT, 'audit entries are "
     "append-only'); END; "
     "CREATE TRIGGER audit_tile_grows BEFORE UPDATE ON audit_tile WHEN NOT (NEW.level = OLD.level AND NEW.number = "
     "OLD.number AND length(NEW.hashes) > length(OLD.hashes) AND substr(NEW.hashes, 1, length(OLD.hashes)) = "
     "OLD.hashes) "
     "BEGIN SELECT RAISE(ABORT, 'audit tiles only grow'); END; "
     "CREATE TRIGGER audit_tile_is_kept BEFORE DELETE ON audit_tile BEGIN SELECT RAISE(ABORT, 'audit tiles only "
     "grow'); "
     "END; "
     "CREATE TRIGGER audit_checkpoint_stays BEFORE UPDATE ON audit_checkpoint BEGIN SELECT RAISE(ABORT, 'audit "
     "checkpoints stay'); END; "
     "CREATE TRIGGER audit_checkpoint_is_kept BEFORE DELETE ON audit_checkpoint BEGIN SELECT RAISE(ABORT, 'audit "
     "checkpoints stay'); END",
     database::Migration::Applies::on_sqlite},
    {"audit", 6,
     "CREATE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''the audit log is "
     "append-only''; END'; "
     "CREATE FUNCTION audit_act_may_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.position = OLD.position "
     "AND NEW.at_utc_ms = OLD.at_utc_ms AND NEW.action = OLD.action AND NEW.leaf = OLD.leaf AND "
     "((NEW.content_erased_by "
     "IS NOT NULL AND OLD.content_erased_by IS NULL AND NEW.content_salt IS NULL AND NEW.object_kind IS NULL AND "
     "NEW.object_id IS NULL AND NEW.subject IS NULL AND NEW.details IS NULL AND NEW.purpose IS NULL AND NEW.recipient "
     "IS "
     "NULL) OR (NEW.content_erased_by, NEW.content_salt, NEW.object_kind, NEW.object_id, NEW.subject, NEW.details, "
     "NEW.purpose, NEW.recipient) IS NOT DISTINCT FROM (OLD.content_erased_by, OLD.content_salt, OLD.object_kind, "
     "OLD.object_id, OLD.subject, OLD.details, OLD.purpose, OLD.recipient)) AND ((NEW.account_erased_by IS NOT NULL "
     "AND "
     "OLD.account_erased_by IS NULL AND NEW.account_salt IS NULL AND NEW.actor IS NULL AND NEW.territory IS NULL AND "
     "NEW.legal_basis IS NULL AND NEW.outcome IS NULL) OR (NEW.account_erased_by, NEW.account_salt, NEW.actor, "
     "NEW.territory, NEW.legal_basis, NEW.outcome) IS NOT DISTINCT FROM (OLD.account_erased_by, OLD.account_salt, "
     "OLD.actor, OLD.territory, OLD.legal_basis, OLD.outcome)) THEN RETURN NEW; END IF; RAISE EXCEPTION ''audit "
     "entries "
     "are append-only''; END'; "
     "CREATE FUNCTION audit_tile_may_grow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.level = OLD.level AND "
     "NEW.number = OLD.number AND length(NEW.hashes) > length(OLD.hashes) AND substr(NEW.hashes, 1, "
     "length(OLD.hashes)) "
     "= OLD.hashes THEN RETURN NEW; END IF; RAISE EXCEPTION ''audit tiles only grow''; END'; "
     "CREATE TRIGGER audit_act_stays BEFORE UPDATE ON audit_act FOR EACH ROW EXECUTE FUNCTION audit_act_may_change(); "
     "CREATE TRIGGER audit_act_is_kept BEFORE DELETE OR TRUNCATE ON audit_act FOR EACH STATEMENT EXECUTE FUNCTION "
     "audit_refuses(); "
     "CREATE TRIGGER audit_tile_grows BEFORE UPDATE ON audit_tile FOR EACH ROW EXECUTE FUNCTION audit_tile_may_grow(); "
     "CREATE TRIGGER audit_tile_is_kept BEFORE DELETE OR TRUNCATE ON audit_tile FOR EACH STATEMENT EXECUTE FUNCTION "
     "audit_refuses(); "
     "CREATE TRIGGER audit_checkpoint_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoint FOR EACH STATEMENT "
     "EXECUTE FUNCTION audit_refuses()",
     database::Migration::Applies::on_postgresql},
    {"audit", 7,
     "CREATE TABLE audit_key (number INTEGER PRIMARY KEY, verifier_key TEXT NOT NULL, position INTEGER NOT NULL, "
     "endorsement TEXT NOT NULL)"},
    {"audit", 8,
     "CREATE TRIGGER audit_key_stays BEFORE UPDATE ON audit_key BEGIN SELECT RAISE(ABORT, 'audit keys stay'); END; "
     "CREATE TRIGGER audit_key_is_kept BEFORE DELETE ON audit_key BEGIN SELECT RAISE(ABORT, 'audit keys stay'); END",
     database::Migration::Applies::on_sqlite},
    {"audit", 9,
     "CREATE TRIGGER audit_key_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_key FOR EACH STATEMENT EXECUTE "
     "FUNCTION audit_refuses()",
     database::Migration::Applies::on_postgresql},
    // Consultations are nearly everything, and found without it.
    {"audit", 10, "CREATE INDEX audit_act_action ON audit_act (action, position) WHERE action <> 3"},
    // A day of a territory is one range of it; by position it was found only after everything that came later.
    {"audit", 11,
     "DROP INDEX audit_act_territory; "
     "CREATE INDEX audit_act_territory ON audit_act (territory, at_utc_ms, position) WHERE territory IS NOT NULL"},
};

const std::vector<database::BulkColumn>& written_columns() {
  using enum database::ColumnType;
  static const std::vector<database::BulkColumn> columns{
      {"position", integer},  {"at_utc_ms", integer}, {"action", integer},     {"actor", text},
      {"territory", integer}, {"legal_basis", text},  {"outcome", text},       {"account_salt", bytes},
      {"object_kind", text},  {"object_id", integer}, {"subject", text},       {"details", text},
      {"purpose", text},      {"recipient", text},    {"content_salt", bytes}, {"leaf", bytes}};
  return columns;
}

int code_of(Action action) { return static_cast<int>(action) + 1; }

Salt to_salt(std::span<const std::uint8_t> bytes) {
  Salt salt{};
  std::ranges::copy(bytes.first(std::min(bytes.size(), salt.size())), salt.begin());
  return salt;
}

// One row as it is bound; texts stay the act's.
std::array<database::Value, 16> row_of(std::int64_t position, const Occurrence& occurrence, const Salt& account,
                                       const Salt& content, const Leaf& leaf) {
  const Act& act = occurrence.act;
  const auto kind = act.object ? database::Value(act.object->kind) : database::Value(std::nullopt);
  const auto id = act.object ? database::Value(act.object->id) : database::Value(std::nullopt);
  return {position,
          occurrence.at.utc_ms,
          code_of(act.action),
          act.actor,
          act.territory,
          act.legal_basis,
          act.outcome,
          std::span<const std::uint8_t>(account),
          kind,
          id,
          act.subject,
          act.details,
          act.purpose,
          act.recipient,
          std::span<const std::uint8_t>(content),
          std::span<const std::uint8_t>(leaf)};
}

void check_length(const Act& act) {
  CHECK(act.actor.size() + act.subject.size() + act.details.size() + act.purpose.size() + act.legal_basis.size() +
            act.recipient.size() + act.outcome.size() <=
        longest_act);
}

bool has_table(database::Snapshot& snapshot, const char* name) {
  auto rows =
      snapshot.query(snapshot.dialect() == database::Dialect::sqlite
                         ? "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = ?"
                         : "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = ?",
                     {name});
  rows->next();
  return rows->integer(0) > 0;
}

std::vector<Occurrence> older_entries(database::Snapshot& snapshot, std::int64_t& last, int limit) {
  std::vector<Occurrence> older;
  auto rows = snapshot.query(
      "SELECT number, at_utc_ms, actor, action, territory, subject, details, purpose FROM audit_entry WHERE number > ? "
      "ORDER BY number LIMIT ?",
      {last, limit});
  while (rows->next()) {
    last = rows->integer(0);
    Act act{.actor = std::string(rows->text(2)),
            .action = action_named(rows->text(3)).value(),
            .subject = std::string(rows->text(5)),
            .details = std::string(rows->text(6)),
            .purpose = std::string(rows->text(7))};
    if (const auto territory = rows->maybe_integer(4)) act.territory = TerritoryId{*territory};
    older.push_back({std::move(act), {rows->integer(1)}});
  }
  return older;
}

Erased count_before(database::Snapshot& snapshot, std::string_view where,
                    std::initializer_list<database::Value> values) {
  auto rows = snapshot.query(
      "SELECT COUNT(content_salt), COUNT(account_salt) FROM audit_act WHERE " + std::string(where), values);
  rows->next();
  return {.position = 0, .contents = rows->integer(0), .accounts = rows->integer(1)};
}

}  // namespace

std::string_view name_of(Action action) {
  switch (action) {
    case Action::collection:
      return "collection";
    case Action::alteration:
      return "alteration";
    case Action::consultation:
      return "consultation";
    case Action::disclosure:
      return "disclosure";
    case Action::combination:
      return "combination";
    case Action::erasure:
      return "erasure";
  }
  return "";
}

std::optional<Action> action_named(std::string_view name) {
  for (const Action action : {Action::collection, Action::alteration, Action::consultation, Action::disclosure,
                              Action::combination, Action::erasure})
    if (name_of(action) == name) return action;
  return std::nullopt;
}

std::span<const database::Migration> migrations() { return steps; }

void adopt_older_entries(database::Database& database) {
  auto tx = database.write();
  if (!has_table(*tx, "audit_entry")) return;
  std::int64_t last = INT64_MIN;
  for (auto older = older_entries(*tx, last, 5000); !older.empty(); older = older_entries(*tx, last, 5000))
    record(*tx, older);
  tx->execute("DROP TABLE audit_entry");
  tx->commit();
}

std::int64_t size(database::Snapshot& snapshot) {
  auto rows = snapshot.query("SELECT COALESCE(MAX(position) + 1, 0) FROM audit_act");
  rows->next();
  return rows->integer(0);
}

std::int64_t record(database::Transaction& tx, const Act& act, Instant at, crypto::Chance& chance) {
  check_length(act);
  const Occurrence occurrence{act, at};
  const std::int64_t position = size(tx);
  std::array<Salt, 2> salts;
  chance.fill(salts[0]);
  chance.fill(salts[1]);
  const Leaf leaf = make_leaf(act, at, salts[0], salts[1]);
  const auto row = row_of(position, occurrence, salts[0], salts[1], leaf);
  tx.execute(
      "INSERT INTO audit_act (position, at_utc_ms, action, actor, territory, legal_basis, outcome, account_salt, "
      "object_kind, object_id, subject, details, purpose, recipient, content_salt, leaf) VALUES (?, ?, ?, ?, ?, ?, ?, "
      "?, ?, ?, ?, ?, ?, ?, ?, ?)",
      row);
  const Digest hash = hash_leaf(leaf);
  complete_tiles(tx, position, {&hash, 1});
  return position;
}

std::int64_t record(database::Transaction& tx, std::span<const Occurrence> occurrences, crypto::Chance& chance) {
  const std::int64_t first = size(tx);
  if (occurrences.empty()) return first;
  if (occurrences.size() == 1) return record(tx, occurrences.front().act, occurrences.front().at, chance);
  std::vector<std::uint8_t> drawn(32 * occurrences.size());
  chance.fill(drawn);
  std::vector<Digest> hashes;
  hashes.reserve(occurrences.size());
  {
    auto bulk = tx.bulk("audit_act", written_columns());
    for (const auto& occurrence : occurrences) {
      check_length(occurrence.act);
      const auto salts = std::span<const std::uint8_t>(drawn).subspan(32 * hashes.size(), 32);
      const Salt account = to_salt(salts.first(16));
      const Salt content = to_salt(salts.last(16));
      const Leaf leaf = make_leaf(occurrence.act, occurrence.at, account, content);
      bulk->add(row_of(first + static_cast<std::int64_t>(hashes.size()), occurrence, account, content, leaf));
      hashes.push_back(hash_leaf(leaf));
    }
    bulk->finish();
  }
  complete_tiles(tx, first, hashes);
  return first;
}

std::string entry_columns(database::Dialect dialect) {
  if (dialect == database::Dialect::postgresql)
    return "position, at_utc_ms, action, actor, territory, legal_basis, outcome, account_salt, account_erased_by, "
           "object_kind, object_id, subject, details, purpose, recipient, content_salt, content_erased_by, leaf";
  return "position, CAST(at_utc_ms AS INTEGER), CAST(action AS INTEGER), CAST(actor AS TEXT), CAST(territory AS "
         "INTEGER), CAST(legal_basis AS TEXT), CAST(outcome AS TEXT), CAST(account_salt AS BLOB), "
         "CAST(account_erased_by "
         "AS INTEGER), CAST(object_kind AS TEXT), CAST(object_id AS INTEGER), CAST(subject AS TEXT), CAST(details AS "
         "TEXT), CAST(purpose AS TEXT), CAST(recipient AS TEXT), CAST(content_salt AS BLOB), CAST(content_erased_by AS "
         "INTEGER), CAST(leaf AS BLOB)";
}

StoredEntry entry_of(const database::Rows& row) {
  const auto text = [&row](int column) { return row.maybe_text(column).value_or(std::string()); };
  StoredEntry stored;
  Entry& entry = stored.entry;
  entry.position = row.integer(0);
  entry.at.utc_ms = row.integer(1);
  const auto action = row.integer(2);
  // Outside 1..6 it was changed by hand; its leaf tells what it was.
  entry.act.action = static_cast<Action>(std::clamp<std::int64_t>(action - 1, 0, 5));
  entry.act.actor = text(3);
  if (const auto territory = row.maybe_integer(4)) entry.act.territory = TerritoryId{*territory};
  entry.act.legal_basis = text(5);
  entry.act.outcome = text(6);
  const auto salt = [&](int column) -> std::optional<Salt> {
    if (row.is_null(column)) return std::nullopt;
    stored.has_odd_salt |= row.bytes(column).size() != Salt().size();
    return to_salt(row.bytes(column));
  };
  stored.account_salt = salt(7);
  entry.account_erased_by = row.maybe_integer(8);
  if (!row.is_null(9) || !row.is_null(10))
    entry.act.object = Object(text(9), row.maybe_integer(10).value_or(INT64_MIN));
  entry.act.subject = text(11);
  entry.act.details = text(12);
  entry.act.purpose = text(13);
  entry.act.recipient = text(14);
  stored.content_salt = salt(15);
  entry.content_erased_by = row.maybe_integer(16);
  const auto leaf = row.bytes(17);
  stored.leaf.assign(leaf.begin(), leaf.end());
  return stored;
}

std::optional<StoredEntry> find_stored(database::Snapshot& snapshot, std::int64_t position) {
  auto rows =
      snapshot.query("SELECT " + entry_columns(snapshot.dialect()) + " FROM audit_act WHERE position = ?", {position});
  return rows->next() ? std::optional(entry_of(*rows)) : std::nullopt;
}

void visit_stored(database::Snapshot& snapshot, std::int64_t begin,
                  const std::function<bool(const StoredEntry&)>& visit) {
  constexpr int at_a_time = 4096;
  std::vector<StoredEntry> some;
  do {
    some.clear();
    {
      auto rows = snapshot.query("SELECT " + entry_columns(snapshot.dialect()) +
                                     " FROM audit_act WHERE position >= ? ORDER BY position LIMIT ?",
                                 {begin, at_a_time});
      while (rows->next()) some.push_back(entry_of(*rows));
    }
    for (const auto& stored : some) {
      if (!visit(stored)) return;
      begin = stored.entry.position + 1;
    }
  } while (!some.empty());
}

std::optional<Entry> find(database::Snapshot& snapshot, std::int64_t position) {
  auto stored = find_stored(snapshot, position);
  return stored ? std::optional(std::move(stored->entry)) : std::nullopt;
}

std::vector<Entry> list(database::Snapshot& snapshot, std::optional<std::int64_t> before, int limit) {
  auto rows = snapshot.query("SELECT " + entry_columns(snapshot.dialect()) +
                                 " FROM audit_act WHERE position < ? ORDER BY position DESC LIMIT ?",
                             {before.value_or(INT64_MAX), limit});
  std::vector<Entry> entries;
  while (rows->next()) entries.push_back(entry_of(*rows).entry);
  return entries;
}

Erased erase_clear(database::Transaction& tx, const Object& object, const Act& act, Instant at) {
  CHECK(act.action == Action::erasure);
  Erased erased = count_before(tx, "object_kind = ? AND object_id = ?", {object.kind, object.id});
  erased.accounts = 0;
  Act receipt = act;
  receipt.outcome = "contents=" + std::to_string(erased.contents) + " accounts=0";
  erased.position = record(tx, receipt, at);
  tx.execute(
      "UPDATE audit_act SET object_kind = NULL, object_id = NULL, subject = NULL, details = NULL, purpose = NULL, "
      "recipient = NULL, content_salt = NULL, content_erased_by = ? WHERE object_kind = ? AND object_id = ? AND "
      "position "
      "< ?",
      {erased.position, object.kind, object.id, erased.position});
  return erased;
}

bool has_clear_before(database::Snapshot& snapshot, Instant limit) {
  auto rows = snapshot.query("SELECT 1 FROM audit_act WHERE at_utc_ms < ? AND account_salt IS NOT NULL LIMIT 1",
                             {limit.utc_ms});
  return rows->next();
}

Erased erase_clear_before(database::Transaction& tx, Instant limit, const Act& act, Instant at) {
  CHECK(act.action == Action::erasure);
  Erased erased = count_before(tx, "at_utc_ms < ?", {limit.utc_ms});
  Act receipt = act;
  receipt.outcome = "contents=" + std::to_string(erased.contents) + " accounts=" + std::to_string(erased.accounts);
  erased.position = record(tx, receipt, at);
  tx.execute(
      "UPDATE audit_act SET object_kind = NULL, object_id = NULL, subject = NULL, details = NULL, purpose = NULL, "
      "recipient = NULL, content_salt = NULL, content_erased_by = ? WHERE at_utc_ms < ? AND content_salt IS NOT NULL "
      "AND "
      "position < ?",
      {erased.position, limit.utc_ms, erased.position});
  tx.execute(
      "UPDATE audit_act SET actor = NULL, territory = NULL, legal_basis = NULL, outcome = NULL, account_salt = NULL, "
      "account_erased_by = ? WHERE at_utc_ms < ? AND account_salt IS NOT NULL AND position < ?",
      {erased.position, limit.utc_ms, erased.position});
  return erased;
}

}  // namespace quadrille::audit
