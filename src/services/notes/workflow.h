#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/text.h"
#include "services/access/role.h"

// The way of a note through a cell, as a table: received, verified, deconflicted, enriched, put to the prosecutor,
// attributed to a service, result. Pure: what a step depends on is given as Circumstances. docs/notes.md is printed
// from the table (printed_workflow), and a test keeps the two equal.

namespace quadrille::notes {

// Stored by number: never renumber.
enum class Stage {
  received = 1,
  verified = 2,
  deconflicted = 3,
  enriched = 4,
  with_prosecutor = 5,
  attributed = 6,
  result = 7,     // ended: something came of it, or nothing did, and it says what
  set_aside = 8,  // ended: not followed up, with the reason
};
inline constexpr Stage stages[] = {Stage::received,        Stage::verified,   Stage::deconflicted, Stage::enriched,
                                   Stage::with_prosecutor, Stage::attributed, Stage::result,       Stage::set_aside};
[[nodiscard]] std::string_view name_of(Stage stage);
[[nodiscard]] std::optional<Stage> stage_named(std::string_view name);
[[nodiscard]] const Text& label_of(Stage stage);
[[nodiscard]] bool is_over(Stage stage);

enum class Step {
  take_up = 1,
  verify = 2,
  deconflict = 3,
  enrich = 4,
  put_to_prosecutor = 5,
  ask_for_more = 6,
  attribute = 7,
  attribute_directly = 8,
  hand_back = 9,
  record_result = 10,
  set_aside = 11,
};
inline constexpr Step steps[] = {
    Step::take_up,           Step::verify,        Step::deconflict, Step::enrich,
    Step::put_to_prosecutor, Step::ask_for_more,  Step::attribute,  Step::attribute_directly,
    Step::hand_back,         Step::record_result, Step::set_aside};
[[nodiscard]] std::string_view name_of(Step step);
[[nodiscard]] std::optional<Step> step_named(std::string_view name);
[[nodiscard]] const Text& label_of(Step step);  // a verb, for a button

// Whose turn it is, beside the capability.
enum class Whose {
  any_reader,          // whoever may read the note
  owner,               // the person who took it up
  attributed_service,  // somebody of the service it was attributed to
};
[[nodiscard]] const Text& label_of(Whose whose);

// What must be there before the step. `summary` is what others than the verifier will see of a report that is shown by
// sector and half-day.
enum class Guard {
  none,
  has_evaluation_and_summary,  // the verifier's own evaluation, and a summary where the channel is at risk
  says_deconfliction,          // what the search for conflicts gave
  has_enrichment,              // at least one that the person who acts may read
  is_judicial,                 // the prosecutor can read it: judicial regime
  is_not_judicial,             // an administrative measure needs no judicial strategy
  names_service,
  has_reason,
  has_result,
};
inline constexpr Guard guards[] = {Guard::none,
                                   Guard::has_evaluation_and_summary,
                                   Guard::says_deconfliction,
                                   Guard::has_enrichment,
                                   Guard::is_judicial,
                                   Guard::is_not_judicial,
                                   Guard::names_service,
                                   Guard::has_reason,
                                   Guard::has_result};
[[nodiscard]] const Text& label_of(Guard guard);  // what is missing when it does not hold

struct WorkflowRow {
  Stage from;
  Step step;
  Stage to;
  Guard guard;
  access::Capability needs;
  Whose whose;
  Text source;  // article with the date it was read, or "house rule"
};
[[nodiscard]] std::span<const WorkflowRow> workflow();
[[nodiscard]] const WorkflowRow* find_row(Stage from, Step step);

// What the guards ask, as the use case found it.
struct Circumstances {
  bool has_capability = false;  // Row::needs
  bool is_owner = false;
  bool is_of_attributed_service = false;
  bool has_evaluation = false;
  bool needs_summary = false;
  bool has_summary = false;
  bool says_deconfliction = false;
  bool has_enrichment = false;
  bool is_judicial = false;
  bool names_service = false;
  bool has_reason = false;
  bool has_result = false;
};

// Where the step leads. Refused: `conflict` when the stage does not know the step (field `step`), `forbidden` when it
// is not the person's to take (field `step`), `invalid_input` when the guard does not hold (its field: "evaluation",
// "summary", "deconfliction", "enrichments", "marking", "service", "reason", "result").
[[nodiscard]] Result<Stage> next(Stage from, Step step, const Circumstances& circumstances);

// How long a note may stay in a stage before it is overdue; nothing for ended ones. House rule, to be changed by a
// territory's instruction: no law sets these clocks.
[[nodiscard]] std::optional<std::int64_t> clock_hours(Stage stage);

// What an author who may not read the note any more is told of it: never with whom it is or what the strategy is.
enum class Told { received, verified, in_hand, closed };
[[nodiscard]] Told told_to_author(Stage stage);
[[nodiscard]] std::string_view name_of(Told told);
[[nodiscard]] const Text& label_of(Told told);

// The table and its diagram in Markdown.
[[nodiscard]] std::string printed_workflow();

}  // namespace quadrille::notes
