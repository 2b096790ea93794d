#include "services/notes/workflow.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"

namespace quadrille::notes {
namespace {

using enum access::Capability;

struct StageRow {
  Stage stage;
  std::string_view name;
  Text label;
  std::optional<std::int64_t> clock_hours;
  Told told;
};
const StageRow stage_rows[] = {
    {Stage::received, "received", {"Reçue", "Received"}, 24, Told::received},
    {Stage::verified, "verified", {"Vérifiée", "Verified"}, 24, Told::verified},
    {Stage::deconflicted, "deconflicted", {"Sans conflit", "Deconflicted"}, 72, Told::verified},
    {Stage::enriched, "enriched", {"Enrichie", "Enriched"}, 168, Told::in_hand},
    {Stage::with_prosecutor, "with_prosecutor", {"Au parquet", "With the prosecutor"}, 168, Told::in_hand},
    {Stage::attributed, "attributed", {"Attribuée", "Attributed"}, 720, Told::in_hand},
    {Stage::result, "result", {"Résultat", "Result"}, std::nullopt, Told::closed},
    {Stage::set_aside, "set_aside", {"Sans suite", "Set aside"}, std::nullopt, Told::closed},
};

struct StepRow {
  Step step;
  std::string_view name;
  Text label;
};
const StepRow step_rows[] = {
    {Step::take_up, "take_up", {"Prendre en charge", "Take up"}},
    {Step::verify, "verify", {"Vérifier", "Verify"}},
    {Step::deconflict, "deconflict", {"Écarter les conflits", "Deconflict"}},
    {Step::enrich, "enrich", {"Déclarer enrichie", "Declare enriched"}},
    {Step::put_to_prosecutor, "put_to_prosecutor", {"Soumettre au parquet", "Put to the prosecutor"}},
    {Step::ask_for_more, "ask_for_more", {"Demander un complément", "Ask for more"}},
    {Step::attribute, "attribute", {"Attribuer", "Attribute"}},
    {Step::attribute_directly, "attribute_directly", {"Attribuer sans le parquet", "Attribute without the prosecutor"}},
    {Step::hand_back, "hand_back", {"Rendre", "Hand back"}},
    {Step::record_result, "record_result", {"Noter le résultat", "Record the result"}},
    {Step::set_aside, "set_aside", {"Classer sans suite", "Set aside"}},
};

struct GuardRow {
  Guard guard;
  Text label;
};
const GuardRow guard_rows[] = {
    {Guard::none, {"rien", "nothing"}},
    {Guard::has_evaluation_and_summary,
     {"l'évaluation du vérificateur ; pour un habitant, un résumé à montrer aux autres",
      "the verifier's evaluation; for a resident, a summary to show to others"}},
    {Guard::says_deconfliction, {"ce qu'a donné la recherche de conflits", "what the search for conflicts gave"}},
    {Guard::has_enrichment, {"au moins un enrichissement", "at least one enrichment"}},
    {Guard::is_judicial,
     {"un marquage judiciaire, pour que le parquet puisse lire",
      "a judicial marking, so that the prosecutor may read"}},
    {Guard::is_not_judicial,
     {"un marquage qui n'est pas judiciaire : sinon, passez par le parquet",
      "a marking that is not judicial: otherwise, go through the prosecutor"}},
    {Guard::names_service, {"le service à qui elle est attribuée", "the service it is attributed to"}},
    {Guard::has_reason, {"la raison", "the reason"}},
    {Guard::has_result, {"le résultat", "the result"}},
};

const Text house_rule{"règle de la maison", "house rule"};
const Text quality{"directive (UE) 2016/680, art. 7, § 2 (lue le 25/11/2026)",
                   "directive (EU) 2016/680, art. 7(2) (read 2026-11-25)"};
const Text notice{"code de procédure pénale, art. 40 (lu le 25/11/2026)",
                  "code of criminal procedure, art. 40 (read 2026-11-25)"};
const Text direction{"code de procédure pénale, art. 12 et 41 (lus le 25/11/2026)",
                     "code of criminal procedure, art. 12 and 41 (read 2026-11-25)"};

const WorkflowRow rows[] = {
    {Stage::received, Step::take_up, Stage::received, Guard::none, work_notes, Whose::any_reader, house_rule},
    {Stage::received, Step::verify, Stage::verified, Guard::has_evaluation_and_summary, work_notes, Whose::owner,
     quality},
    {Stage::received, Step::set_aside, Stage::set_aside, Guard::has_reason, work_notes, Whose::owner, house_rule},
    {Stage::verified, Step::deconflict, Stage::deconflicted, Guard::says_deconfliction, work_notes, Whose::any_reader,
     house_rule},
    {Stage::verified, Step::set_aside, Stage::set_aside, Guard::has_reason, work_notes, Whose::owner, house_rule},
    {Stage::deconflicted, Step::enrich, Stage::enriched, Guard::has_enrichment, work_notes, Whose::any_reader,
     house_rule},
    {Stage::deconflicted, Step::set_aside, Stage::set_aside, Guard::has_reason, work_notes, Whose::owner, house_rule},
    {Stage::enriched, Step::put_to_prosecutor, Stage::with_prosecutor, Guard::is_judicial, work_notes,
     Whose::any_reader, notice},
    {Stage::enriched, Step::attribute_directly, Stage::attributed, Guard::is_not_judicial, work_notes,
     Whose::any_reader, house_rule},
    {Stage::enriched, Step::set_aside, Stage::set_aside, Guard::has_reason, work_notes, Whose::owner, house_rule},
    {Stage::with_prosecutor, Step::attribute, Stage::attributed, Guard::names_service, set_judicial, Whose::any_reader,
     direction},
    {Stage::with_prosecutor, Step::ask_for_more, Stage::enriched, Guard::has_reason, set_judicial, Whose::any_reader,
     direction},
    {Stage::with_prosecutor, Step::set_aside, Stage::set_aside, Guard::has_reason, set_judicial, Whose::any_reader,
     direction},
    {Stage::attributed, Step::hand_back, Stage::enriched, Guard::has_reason, work_notes, Whose::attributed_service,
     house_rule},
    {Stage::attributed, Step::record_result, Stage::result, Guard::has_result, work_notes, Whose::attributed_service,
     house_rule},
};

const StageRow& row_of(Stage stage) {
  const auto* row = std::ranges::find(stage_rows, stage, &StageRow::stage);
  CHECK(row != std::end(stage_rows));
  return *row;
}

const StepRow& row_of(Step step) {
  const auto* row = std::ranges::find(step_rows, step, &StepRow::step);
  CHECK(row != std::end(step_rows));
  return *row;
}

Failure missing(const char* field, Guard guard) {
  const Text& label = label_of(guard);
  return invalid({"il manque " + label.fr, "missing: " + label.en}, field);
}

Result<void> check_guard(Guard guard, const Circumstances& now) {
  switch (guard) {
    case Guard::none:
      return {};
    case Guard::has_evaluation_and_summary:
      if (!now.has_evaluation) return missing("evaluation", guard);
      if (now.needs_summary && !now.has_summary) return missing("summary", guard);
      return {};
    case Guard::says_deconfliction:
      return now.says_deconfliction ? Result<void>() : missing("deconfliction", guard);
    case Guard::has_enrichment:
      return now.has_enrichment ? Result<void>() : missing("enrichments", guard);
    case Guard::is_judicial:
      return now.is_judicial ? Result<void>() : missing("marking", guard);
    case Guard::is_not_judicial:
      if (now.is_judicial) return missing("marking", guard);
      return now.names_service ? Result<void>() : missing("service", Guard::names_service);
    case Guard::names_service:
      return now.names_service ? Result<void>() : missing("service", guard);
    case Guard::has_reason:
      return now.has_reason ? Result<void>() : missing("reason", guard);
    case Guard::has_result:
      return now.has_result ? Result<void>() : missing("result", guard);
  }
  return {};
}

Result<void> check_turn(const WorkflowRow& row, const Circumstances& now) {
  if (!now.has_capability)
    return refuse(ErrorKind::forbidden, {"votre rôle ne permet pas cette étape", "your role does not allow this step"},
                  "step");
  const bool is_theirs = row.whose == Whose::any_reader || (row.whose == Whose::owner && now.is_owner) ||
                         (row.whose == Whose::attributed_service && now.is_of_attributed_service);
  if (is_theirs) return {};
  const Text& whose = label_of(row.whose);
  return refuse(ErrorKind::forbidden, {"cette étape revient à " + whose.fr, "this step belongs to " + whose.en},
                "step");
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

}  // namespace

std::string_view name_of(Stage stage) { return row_of(stage).name; }
const Text& label_of(Stage stage) { return row_of(stage).label; }
std::optional<Stage> stage_named(std::string_view name) {
  const auto* row = std::ranges::find(stage_rows, name, &StageRow::name);
  return row == std::end(stage_rows) ? std::nullopt : std::optional(row->stage);
}
bool is_over(Stage stage) { return stage == Stage::result || stage == Stage::set_aside; }

std::string_view name_of(Step step) { return row_of(step).name; }
const Text& label_of(Step step) { return row_of(step).label; }
std::optional<Step> step_named(std::string_view name) {
  const auto* row = std::ranges::find(step_rows, name, &StepRow::name);
  return row == std::end(step_rows) ? std::nullopt : std::optional(row->step);
}

const Text& label_of(Whose whose) {
  static const Text labels[] = {{"toute personne qui lit la fiche", "whoever reads the note"},
                                {"la personne qui l'a prise en charge", "the person who took it up"},
                                {"le service à qui elle est attribuée", "the service it is attributed to"}};
  return labels[static_cast<std::size_t>(whose)];
}

const Text& label_of(Guard guard) {
  const auto* row = std::ranges::find(guard_rows, guard, &GuardRow::guard);
  CHECK(row != std::end(guard_rows));
  return row->label;
}

std::span<const WorkflowRow> workflow() { return rows; }

const WorkflowRow* find_row(Stage from, Step step) {
  const auto* row = std::ranges::find_if(rows, [&](const WorkflowRow& r) { return r.from == from && r.step == step; });
  return row == std::end(rows) ? nullptr : row;
}

Result<Stage> next(Stage from, Step step, const Circumstances& circumstances) {
  const auto* row = find_row(from, step);
  if (!row)
    return refuse(ErrorKind::conflict,
                  {fmt::format("« {} » n'est pas possible à l'étape « {} »", label_of(step).fr, label_of(from).fr),
                   fmt::format("\"{}\" is not possible at stage \"{}\"", label_of(step).en, label_of(from).en)},
                  "step");
  if (auto ok = check_turn(*row, circumstances); !ok) return Failure(ok.error());
  if (auto ok = check_guard(row->guard, circumstances); !ok) return Failure(ok.error());
  return row->to;
}

std::optional<std::int64_t> clock_hours(Stage stage) { return row_of(stage).clock_hours; }

Told told_to_author(Stage stage) { return row_of(stage).told; }
std::string_view name_of(Told told) {
  static constexpr std::string_view names[] = {"received", "verified", "in_hand", "closed"};
  return names[static_cast<std::size_t>(told)];
}
const Text& label_of(Told told) {
  static const Text labels[] = {
      {"Reçue", "Received"}, {"Vérifiée", "Verified"}, {"Suivie", "Being followed up"}, {"Terminée", "Closed"}};
  return labels[static_cast<std::size_t>(told)];
}

std::string printed_workflow() {
  std::string out = "```mermaid\nstateDiagram-v2\n  [*] --> received\n";
  for (const auto& row : rows)
    out += fmt::format("  {} --> {}: {}\n", name_of(row.from), name_of(row.to), name_of(row.step));
  for (const auto& row : stage_rows)
    if (is_over(row.stage)) out += fmt::format("  {} --> [*]\n", row.name);
  out +=
      "```\n\n| from | step | to | needs | whose turn | what must be there | source |\n|---|---|---|---|---|---|---|\n";
  for (const auto& row : rows)
    out +=
        fmt::format("| {} | {} | {} | `{}` | {} | {} | {} |\n", name_of(row.from), name_of(row.step), name_of(row.to),
                    access::name_of(row.needs), label_of(row.whose).en, escaped(label_of(row.guard).en), row.source.en);
  out += "\n| stage | in French | hours before it is overdue (house rule) | what the author is told at least |\n";
  out += "|---|---|---|---|\n";
  for (const auto& row : stage_rows)
    out += fmt::format("| {} | {} | {} | {} |\n", row.name, row.label.fr,
                       row.clock_hours ? std::to_string(*row.clock_hours) : "ended", label_of(row.told).en);
  return out;
}

}  // namespace quadrille::notes
