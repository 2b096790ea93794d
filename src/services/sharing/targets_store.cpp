#include <fmt/format.h>

#include "base/check.h"
#include "services/sharing/store.h"
#include "services/sharing/targets_rows.h"

namespace quadrille::sharing {
namespace {

constexpr int log_rows_max = 500;

std::span<const std::uint8_t> span_of(const TargetOutput& output) { return output; }

}  // namespace

TargetQuota load_quota(database::Snapshot& snapshot, TerritoryId territory) {
  auto rows =
      snapshot.query("SELECT officer_max, service_max, epoch_max FROM target_quota WHERE territory = ?", {territory});
  if (!rows->next()) return {};
  return {static_cast<int>(rows->integer(0)), static_cast<int>(rows->integer(1)), static_cast<int>(rows->integer(2))};
}

std::vector<RegisteredTarget> list_targets(database::Snapshot& snapshot, TerritoryId territory,
                                           const access::Asker& asker) {
  const auto* standing = asker.viewer.in(territory);
  if (!standing) return {};
  auto rows = snapshot.query(
      "SELECT t.code, e.number, t.registered_by, t.registered_utc_ms FROM target t JOIN target_epoch e ON e.id = "
      "t.epoch "
      "WHERE e.territory = ? AND t.service = ? ORDER BY e.number DESC, t.registered_utc_ms DESC, t.code",
      {territory, standing->service});
  std::vector<RegisteredTarget> targets;
  while (rows->next())
    targets.push_back({std::string(rows->text(0)),
                       static_cast<int>(rows->integer(1)),
                       std::string(rows->text(2)),
                       {rows->integer(3)}});
  return targets;
}

std::vector<AskedByUs> asked_by_service(database::Snapshot& snapshot, TerritoryId territory,
                                        const access::Asker& asker) {
  const auto* standing = asker.viewer.in(territory);
  if (!standing) return {};
  auto rows = snapshot.query(
      "SELECT at_utc_ms, officer, purpose, legal_basis, MAX(CASE WHEN holding IS NULL THEN 0 ELSE 1 END) FROM "
      "target_question WHERE territory = ? AND asking = ? GROUP BY code, at_utc_ms, officer, purpose, legal_basis "
      "ORDER "
      "BY at_utc_ms DESC, code LIMIT ?",
      {territory, standing->service, log_rows_max});
  std::vector<AskedByUs> asked;
  while (rows->next())
    asked.push_back({{rows->integer(0)},
                     std::string(rows->text(1)),
                     std::string(rows->text(2)),
                     std::string(rows->text(3)),
                     rows->integer(4) != 0});
  return asked;
}

std::vector<AskedAboutUs> asked_about_service(database::Snapshot& snapshot, TerritoryId territory,
                                              const access::Asker& asker) {
  const auto* standing = asker.viewer.in(territory);
  if (!standing) return {};
  std::vector<AskedAboutUs> asked;
  std::vector<ServiceId> asking;
  {
    auto rows = snapshot.query(
        "SELECT at_utc_ms, held_code, asking, legal_basis FROM target_question WHERE territory = ? AND holding = ? "
        "ORDER "
        "BY at_utc_ms DESC, code LIMIT ?",
        {territory, standing->service, log_rows_max});
    while (rows->next()) {
      asked.push_back({{rows->integer(0)}, std::string(rows->text(1)), {}, std::string(rows->text(3))});
      asking.push_back({rows->integer(2)});
    }
  }
  for (std::size_t i = 0; i < asked.size(); ++i) asked[i].asking = store::load_contact(snapshot, territory, asking[i]);
  return asked;
}

namespace store {

std::vector<EpochRow> last_epochs(database::Snapshot& snapshot, TerritoryId territory) {
  auto rows = snapshot.query(
      "SELECT id, number, begun_utc_ms FROM target_epoch WHERE territory = ? ORDER BY number DESC LIMIT 2",
      {territory});
  std::vector<EpochRow> epochs;
  while (rows->next()) epochs.push_back({rows->integer(0), static_cast<int>(rows->integer(1)), {rows->integer(2)}});
  return epochs;
}

void insert_epoch(database::Transaction& tx, TerritoryId territory, int number, const crypto::OprfElement& public_key,
                  Instant at) {
  tx.execute("INSERT INTO target_epoch (territory, number, public_key, begun_utc_ms) VALUES (?, ?, ?, ?)",
             {territory, number, std::span<const std::uint8_t>(public_key.bytes()), at.utc_ms});
}

int load_count(database::Snapshot& snapshot, std::int64_t epoch, const std::string& whose) {
  auto rows = snapshot.query("SELECT count FROM target_count WHERE epoch = ? AND whose = ?", {epoch, whose});
  return rows->next() ? static_cast<int>(rows->integer(0)) : 0;
}

void add_count(database::Transaction& tx, std::int64_t epoch, const std::string& whose, int more) {
  tx.execute(
      "INSERT INTO target_count (epoch, whose, count) VALUES (?, ?, ?) ON CONFLICT (epoch, whose) DO UPDATE SET count "
      "= "
      "target_count.count + excluded.count",
      {epoch, whose, more});
}

void replace_quota(database::Transaction& tx, TerritoryId territory, const TargetQuota& quota) {
  tx.execute(
      "INSERT INTO target_quota (territory, officer_max, service_max, epoch_max) VALUES (?, ?, ?, ?) ON CONFLICT "
      "(territory) DO UPDATE SET officer_max = excluded.officer_max, service_max = excluded.service_max, epoch_max = "
      "excluded.epoch_max",
      {territory, quota.officer_max, quota.service_max, quota.epoch_max});
}

HolderPolicy load_policy(database::Snapshot& snapshot, TerritoryId territory, ServiceId service) {
  auto rows =
      snapshot.query("SELECT alert FROM target_policy WHERE territory = ? AND service = ?", {territory, service});
  if (!rows->next()) return HolderPolicy::alert;
  const auto policy = holder_policy_named(rows->text(0));
  CHECK(policy);
  return *policy;
}

void replace_policy(database::Transaction& tx, TerritoryId territory, ServiceId service, HolderPolicy policy) {
  tx.execute(
      "INSERT INTO target_policy (territory, service, alert) VALUES (?, ?, ?) ON CONFLICT (territory, service) DO "
      "UPDATE "
      "SET alert = excluded.alert",
      {territory, service, name_of(policy)});
}

void insert_ticket(database::Transaction& tx, const std::string& code, const TicketRow& ticket) {
  tx.execute(
      "INSERT INTO target_ticket (code, epoch, service, officer, purpose, legal_basis, use_kind, elements, "
      "made_utc_ms) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {code, ticket.epoch, ticket.service, ticket.officer, ticket.purpose, ticket.legal_basis, name_of(ticket.use),
       ticket.elements, ticket.made_at.utc_ms});
}

std::optional<TicketRow> find_ticket(database::Snapshot& snapshot, const std::string& code) {
  auto rows = snapshot.query(
      "SELECT epoch, service, officer, use_kind, elements, purpose, legal_basis, made_utc_ms, used_utc_ms FROM "
      "target_ticket WHERE code = ?",
      {code});
  if (!rows->next()) return std::nullopt;
  const auto use = target_use_named(rows->text(3));
  CHECK(use);
  return TicketRow{rows->integer(0),
                   {rows->integer(1)},
                   std::string(rows->text(2)),
                   *use,
                   static_cast<int>(rows->integer(4)),
                   std::string(rows->text(5)),
                   std::string(rows->text(6)),
                   {rows->integer(7)},
                   !rows->is_null(8)};
}

void use_ticket(database::Transaction& tx, const std::string& code, Instant at) {
  tx.execute("UPDATE target_ticket SET used_utc_ms = ? WHERE code = ?", {at.utc_ms, code});
}

std::vector<Holder> holders_of(database::Snapshot& snapshot, std::int64_t epoch, const TargetOutput& output,
                               ServiceId asking) {
  auto rows = snapshot.query(
      "SELECT service, code FROM target WHERE epoch = ? AND output = ? AND service <> ? ORDER BY service",
      {epoch, span_of(output), asking});
  std::vector<Holder> holders;
  while (rows->next()) holders.push_back({{rows->integer(0)}, std::string(rows->text(1))});
  return holders;
}

std::string insert_target(database::Transaction& tx, std::int64_t epoch, const TargetOutput& output, ServiceId service,
                          const std::string& code, const std::string& by, Instant at) {
  tx.execute(
      "INSERT INTO target (code, epoch, output, service, registered_by, registered_utc_ms) VALUES (?, ?, ?, ?, ?, ?) "
      "ON "
      "CONFLICT (epoch, output, service) DO NOTHING",
      {code, epoch, span_of(output), service, by, at.utc_ms});
  auto rows = tx.query("SELECT code FROM target WHERE epoch = ? AND output = ? AND service = ?",
                       {epoch, span_of(output), service});
  CHECK(rows->next());
  return std::string(rows->text(0));
}

int count_targets(database::Snapshot& snapshot, std::int64_t epoch, ServiceId service) {
  auto rows = snapshot.query("SELECT COUNT(*) FROM target WHERE epoch = ? AND service = ?", {epoch, service});
  CHECK(rows->next());
  return static_cast<int>(rows->integer(0));
}

std::int64_t delete_target(database::Transaction& tx, TerritoryId territory, ServiceId service,
                           const std::string& code) {
  return tx.execute(
      "DELETE FROM target WHERE code = ? AND service = ? AND epoch IN (SELECT id FROM target_epoch WHERE territory = "
      "?)",
      {code, service, territory});
}

std::int64_t delete_targets_of_epoch(database::Transaction& tx, std::int64_t epoch) {
  return tx.execute("DELETE FROM target WHERE epoch = ?", {epoch});
}

void insert_question(database::Transaction& tx, TerritoryId territory, const std::string& code, ServiceId asking,
                     const TicketRow& ticket, const std::optional<Holder>& holder, Instant at) {
  std::optional<std::int64_t> holding;
  std::optional<std::string> held;
  if (holder) {
    holding = holder->service.value;
    held = holder->code;
  }
  tx.execute(
      "INSERT INTO target_question (code, territory, asking, officer, purpose, legal_basis, holding, held_code, "
      "at_utc_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {code, territory, asking, ticket.officer, ticket.purpose, ticket.legal_basis, holding, held, at.utc_ms});
}

}  // namespace store
}  // namespace quadrille::sharing
