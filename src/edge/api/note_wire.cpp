#include "edge/api/note_wire.h"

#include "host/json/describe.h"

namespace quadrille::api::wire {

BOOST_DESCRIBE_STRUCT(Labelled, (), (name, label))
BOOST_DESCRIBE_STRUCT(NamedCode, (), (code, name))
BOOST_DESCRIBE_STRUCT(EvaluationWish, (), (scale, received))
BOOST_DESCRIBE_STRUCT(AssertionWish, (), (kind, low, high, words))
BOOST_DESCRIBE_STRUCT(MarkingWish, (), (sensitivity, handling, regime, services, compartments, originator_controlled))
BOOST_DESCRIBE_STRUCT(NoteWish, (),
                      (channel, facts, assessment, point, sector, from, to, product, evaluation, assertions,
                       person_category, about_minor, marking, retain_until))
BOOST_DESCRIBE_STRUCT(RevisionWish, (NoteWish), (revision))
BOOST_DESCRIBE_STRUCT(AdditionWish, (NoteWish), (kind))
BOOST_DESCRIBE_STRUCT(OutcomeWish, (), (kind, arrests, presented, seized_mg, cash_cents, words))
BOOST_DESCRIBE_STRUCT(NoteStepWish, (), (step, reason, evaluation, summary, deconfliction, service, result))
BOOST_DESCRIBE_STRUCT(AnswerWish, (), (answer, reason))
BOOST_DESCRIBE_STRUCT(RetentionWish, (), (retain_until, reason))
BOOST_DESCRIBE_STRUCT(RemarkWish, (MarkingWish), (denied, reason))
BOOST_DESCRIBE_STRUCT(MarkingServiceView, (), (code, name, before, after))
BOOST_DESCRIBE_STRUCT(MarkingRoleView, (), (role, label, before, after))
BOOST_DESCRIBE_STRUCT(MarkingExitView, (), (exit, label, before, after))
BOOST_DESCRIBE_STRUCT(MarkingPreview, (),
                      (services, roles, compartments_before, compartments_after, denied, exits, you))
BOOST_DESCRIBE_STRUCT(MarkingView, (), (sensitivity, handling, regime, services, compartments, originator_controlled))
BOOST_DESCRIBE_STRUCT(AssertionView, (), (kind, low, high, words, text))
BOOST_DESCRIBE_STRUCT(EvaluationView, (), (scale, received, grade, words))
BOOST_DESCRIBE_STRUCT(ContentView, (),
                      (facts, assessment, point, sector, from, to, product, product_label, evaluation, assertions))
BOOST_DESCRIBE_STRUCT(NoteView, (ContentView),
                      (id, channel, channel_label, exact, summary, received_from, received_to, service, mine, stage,
                       stage_label, stage_since, due, overdue, owner, attributed, verified_grade, marking, retain_until,
                       revision))
BOOST_DESCRIBE_STRUCT(NotePage, (), (notes, next))
BOOST_DESCRIBE_STRUCT(NoteMatchView, (), (kinds, note))
BOOST_DESCRIBE_STRUCT(NoteMatchesView, (), (matches, commonplaces))
BOOST_DESCRIBE_STRUCT(NoteFacets, (), (total, capped, stages, channels, products, sectors, services))
BOOST_DESCRIBE_STRUCT(TakenStepView, (), (step, label, to, at, service, person, words, grade))
BOOST_DESCRIBE_STRUCT(AdditionView, (ContentView),
                      (id, kind, kind_label, at, service, mine, state, state_label, answer))
BOOST_DESCRIBE_STRUCT(RevisionView, (), (number, at, hash, superseded))
BOOST_DESCRIBE_STRUCT(OfferView, (), (step, label, guard, available, reason))
BOOST_DESCRIBE_STRUCT(OutcomeView, (), (kind, label, arrests, presented, seized_mg, cash_cents))
BOOST_DESCRIBE_STRUCT(NoteDossier, (),
                      (note, steps, additions, revisions, offers, outcome, denied, may_revise, may_remark, may_add,
                       may_see_readers))
BOOST_DESCRIBE_STRUCT(ReadershipView, (), (service, openings, copies, last))
BOOST_DESCRIBE_STRUCT(NoteAdded, (), (id, retain_until))
BOOST_DESCRIBE_STRUCT(AdditionAdded, (), (id))
BOOST_DESCRIBE_STRUCT(NoteRevised, (), (revision))
BOOST_DESCRIBE_STRUCT(StageReached, (), (stage, label))
BOOST_DESCRIBE_STRUCT(NoteChanged, (), (done))
BOOST_DESCRIBE_STRUCT(ReceptionView, (), (channel, label, marking, grade, days_kept, why))
BOOST_DESCRIBE_STRUCT(AssertionRuleView, (), (kind, label, takes, least, most, unit, choices))
BOOST_DESCRIBE_STRUCT(NoteForm, (),
                      (service, channels, products, assertions, services, compartments, sectors, sensitivities,
                       handlings, regimes, scales, stages, additions, outcomes, persons_allowed))

std::string text_of(const NotePage& value) { return json::text_of(value); }
std::string text_of(const NoteMatchesView& value) { return json::text_of(value); }
std::string text_of(const NoteFacets& value) { return json::text_of(value); }
std::string text_of(const NoteDossier& value) { return json::text_of(value); }
std::string text_of(const std::vector<ReadershipView>& value) { return json::text_of(value); }
std::string text_of(const NoteAdded& value) { return json::text_of(value); }
std::string text_of(const std::vector<NoteAdded>& value) { return json::text_of(value); }
std::string text_of(const AdditionAdded& value) { return json::text_of(value); }
std::string text_of(const NoteRevised& value) { return json::text_of(value); }
std::string text_of(const StageReached& value) { return json::text_of(value); }
std::string text_of(const NoteChanged& value) { return json::text_of(value); }
std::string text_of(const MarkingPreview& value) { return json::text_of(value); }
std::string text_of(const NoteForm& value) { return json::text_of(value); }
Result<NoteWish> read_note(const std::string& text) { return json::read<NoteWish>(text); }
Result<std::vector<NoteWish>> read_notes(const std::string& text) { return json::read<std::vector<NoteWish>>(text); }
Result<RevisionWish> read_revision(const std::string& text) { return json::read<RevisionWish>(text); }
Result<AdditionWish> read_addition(const std::string& text) { return json::read<AdditionWish>(text); }
Result<NoteStepWish> read_step(const std::string& text) { return json::read<NoteStepWish>(text); }
Result<AnswerWish> read_answer(const std::string& text) { return json::read<AnswerWish>(text); }
Result<RetentionWish> read_retention(const std::string& text) { return json::read<RetentionWish>(text); }
Result<RemarkWish> read_marking(const std::string& text) { return json::read<RemarkWish>(text); }

std::string note_schemas_text() {
  json::Schemas schemas;
  (void)schemas.of<NotePage>();
  (void)schemas.of<NoteMatchesView>();
  (void)schemas.of<NoteFacets>();
  (void)schemas.of<NoteDossier>();
  (void)schemas.of<NoteAdded>();
  (void)schemas.of<AdditionAdded>();
  (void)schemas.of<NoteRevised>();
  (void)schemas.of<StageReached>();
  (void)schemas.of<NoteChanged>();
  (void)schemas.of<NoteForm>();
  (void)schemas.of<NoteWish>();
  (void)schemas.of<RevisionWish>();
  (void)schemas.of<AdditionWish>();
  (void)schemas.of<NoteStepWish>();
  (void)schemas.of<AnswerWish>();
  (void)schemas.of<RetentionWish>();
  (void)schemas.of<RemarkWish>();
  (void)schemas.of<MarkingPreview>();
  (void)schemas.of<ReadershipView>();
  return json::compact(schemas.components());
}

}  // namespace quadrille::api::wire
