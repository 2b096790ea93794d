#include <algorithm>

#include "base/check.h"
#include "base/line.h"
#include "services/access/legal_act.h"
#include "services/access/store.h"

namespace quadrille::access {
namespace {

struct PartRow {
  Part part;
  std::string_view name;
  Text label;
};
const PartRow part_rows[] = {
    {Part::persons_in_notes, "persons_in_notes", {"personnes dans les fiches", "persons in notes"}},
    {Part::target_matching, "target_matching", {"rapprochement de cibles", "target matching"}},
};

const PartRow& row_of(Part part) {
  const auto* row = std::ranges::find(part_rows, part, &PartRow::part);
  CHECK(row != std::end(part_rows));
  return *row;
}

constexpr LineLength reference_length{5, 300};

std::vector<LegalAct> read_acts(database::Rows& rows) {
  std::vector<LegalAct> acts;
  while (rows.next()) {
    const auto part = part_named(rows.text(2));
    CHECK(part.has_value());
    acts.push_back({std::string(rows.text(0)),
                    {rows.integer(1)},
                    *part,
                    std::string(rows.text(3)),
                    {rows.integer(4)},
                    maybe_instant(rows, 5),
                    std::string(rows.text(6)),
                    {rows.integer(7)}});
  }
  return acts;
}

}  // namespace

std::string_view name_of(Part part) { return row_of(part).name; }
const Text& label_of(Part part) { return row_of(part).label; }

std::optional<Part> part_named(std::string_view name) {
  const auto* row = std::ranges::find(part_rows, name, &PartRow::name);
  return row == std::end(part_rows) ? std::nullopt : std::optional(row->part);
}

Result<LegalAct> add_legal_act(database::Transaction& tx, const NewLegalAct& wanted, crypto::Chance& chance,
                               const Asker& by) {
  if (auto reference = check_line(wanted.reference, reference_length, "reference"); !reference)
    return invalid({"il faut la référence de l'acte : " + reference.error().message.fr,
                    "the reference of the act is needed: " + reference.error().message.en},
                   "reference");
  if (wanted.until && *wanted.until <= wanted.from)
    return invalid({"l'acte finit avant de commencer", "the act ends before it begins"}, "until");
  LegalAct act{crypto::random_code(chance),
               wanted.territory,
               wanted.part,
               wanted.reference,
               wanted.from,
               wanted.until,
               by.actor(),
               by.at};
  tx.execute(
      "INSERT INTO legal_act (code, territory, part, reference, from_utc_ms, until_utc_ms, recorded_by, "
      "recorded_utc_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      {act.code, act.territory, name_of(act.part), act.reference, act.from.utc_ms, value_of(act.until), act.recorded_by,
       act.recorded_at.utc_ms});
  record_change(tx, by, act.territory, "legal act " + act.code,
                "recorded part=" + std::string(name_of(act.part)) + " reference=" + act.reference);
  return act;
}

Result<void> end_legal_act(database::Transaction& tx, TerritoryId territory, std::string_view code, const Asker& by) {
  const auto changed = tx.execute(
      "UPDATE legal_act SET until_utc_ms = ? WHERE territory = ? AND code = ? AND (until_utc_ms IS NULL OR "
      "until_utc_ms > ?)",
      {by.at.utc_ms, territory, code, by.at.utc_ms});
  if (changed == 0)
    return refuse(ErrorKind::not_found, {"aucun acte en vigueur de ce code", "no act in force of this code"}, "code");
  record_change(tx, by, territory, "legal act " + std::string(code), "ended");
  return {};
}

constexpr std::string_view act_columns =
    "SELECT code, territory, part, reference, from_utc_ms, until_utc_ms, recorded_by, recorded_utc_ms FROM legal_act ";

std::optional<LegalAct> find_legal_act(database::Snapshot& snapshot, TerritoryId territory, Part part, Instant at) {
  auto rows = snapshot.query(std::string(act_columns) +
                                 "WHERE territory = ? AND part = ? AND from_utc_ms <= ? AND (until_utc_ms IS NULL OR "
                                 "until_utc_ms > ?) ORDER BY from_utc_ms DESC, code LIMIT 1",
                             {territory, name_of(part), at.utc_ms, at.utc_ms});
  auto acts = read_acts(*rows);
  return acts.empty() ? std::nullopt : std::optional(std::move(acts.front()));
}

std::vector<LegalAct> list_legal_acts(database::Snapshot& snapshot, TerritoryId territory) {
  auto rows =
      snapshot.query(std::string(act_columns) + "WHERE territory = ? ORDER BY from_utc_ms DESC, code", {territory});
  return read_acts(*rows);
}

}  // namespace quadrille::access
