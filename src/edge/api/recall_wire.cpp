#include "edge/api/recall_wire.h"

#include "host/json/describe.h"

namespace quadrille::api::wire {

BOOST_DESCRIBE_STRUCT(RecallWord, (), (name, label))
BOOST_DESCRIBE_STRUCT(HoldingView, (), (service, given, was_given, openings, copies, last, additions, requests))
BOOST_DESCRIBE_STRUCT(RecallHolderView, (),
                      (holding, statement, position, answer, answered_at, copies, words, receipt, settled, overdue))
BOOST_DESCRIBE_STRUCT(RecallView, (),
                      (code, object, effect, reason, made_at, deadline, originator, ours, settled, overdue, holders))
BOOST_DESCRIBE_STRUCT(RecallDesk, (), (service, desk, phone))
BOOST_DESCRIBE_STRUCT(RecallLineView, (),
                      (code, object, deadline, call, answer, answered_at, copies, words, receipt, settled, overdue))
BOOST_DESCRIBE_STRUCT(NewRecall, (), (services, effect, reason, deadline))
BOOST_DESCRIBE_STRUCT(RecallMade, (), (code))
BOOST_DESCRIBE_STRUCT(RecallAnswer, (), (answer, copies, words))
BOOST_DESCRIBE_STRUCT(RecallAnswered, (), (receipt))
BOOST_DESCRIBE_STRUCT(StatementText, (), (statement))
BOOST_DESCRIBE_STRUCT(StatementVerified, (), (kind, signer, text))
BOOST_DESCRIBE_STRUCT(KeepingPeriodView, (), (name, what, days, from, basis, source))
BOOST_DESCRIBE_STRUCT(DueDayView, (),
                      (day, notes, about_minors, with_persons, requests, operations, conflicts, targets, recalls))
BOOST_DESCRIBE_STRUCT(LateView, (), (object, due, why))
BOOST_DESCRIBE_STRUCT(RetentionView, (), (periods, today, days, late))
BOOST_DESCRIBE_STRUCT(ErasureReceiptView, (), (code, at, object, cause, basis, statement, position))
BOOST_DESCRIBE_STRUCT(JudicialDecision, (), (decision, reference, note, procedure))
BOOST_DESCRIBE_STRUCT(DecisionEffect, (), (erased, mentioned))
BOOST_DESCRIBE_STRUCT(PersonSelector, (), (kind, value))
BOOST_DESCRIBE_STRUCT(PersonSearch, (), (reference, terms, selectors))
BOOST_DESCRIBE_STRUCT(PersonHitView, (), (note, where, excerpt, retain_until, category))
BOOST_DESCRIBE_STRUCT(PersonAnswerView, (), (hits, cut))
BOOST_DESCRIBE_STRUCT(AnswerPlace, (), (slug, name))
BOOST_DESCRIBE_STRUCT(PersonErasure, (), (reference))
BOOST_DESCRIBE_STRUCT(OwnKeepingView, (), (note_until, until))
BOOST_DESCRIBE_STRUCT(OwnKeepingWish, (), (retain_until))
BOOST_DESCRIBE_STRUCT(DossierWish, (), (recipient))

std::string text_of(const std::vector<HoldingView>& value) { return json::text_of(value); }
std::string text_of(const std::vector<RecallView>& value) { return json::text_of(value); }
std::string text_of(const RecallView& value) { return json::text_of(value); }
std::string text_of(const std::vector<RecallLineView>& value) { return json::text_of(value); }
std::string text_of(const RecallMade& value) { return json::text_of(value); }
std::string text_of(const RecallAnswered& value) { return json::text_of(value); }
std::string text_of(const StatementVerified& value) { return json::text_of(value); }
std::string text_of(const RetentionView& value) { return json::text_of(value); }
std::string text_of(const std::vector<ErasureReceiptView>& value) { return json::text_of(value); }
std::string text_of(const ErasureReceiptView& value) { return json::text_of(value); }
std::string text_of(const DecisionEffect& value) { return json::text_of(value); }
std::string text_of(const PersonAnswerView& value) { return json::text_of(value); }
std::string text_of(const std::vector<AnswerPlace>& value) { return json::text_of(value); }
std::string text_of(const OwnKeepingView& value) { return json::text_of(value); }
Result<OwnKeepingWish> read_own_keeping(const std::string& text) { return json::read<OwnKeepingWish>(text); }
Result<NewRecall> read_new_recall(const std::string& text) { return json::read<NewRecall>(text); }
Result<RecallAnswer> read_recall_answer(const std::string& text) { return json::read<RecallAnswer>(text); }
Result<StatementText> read_statement(const std::string& text) { return json::read<StatementText>(text); }
Result<JudicialDecision> read_decision(const std::string& text) { return json::read<JudicialDecision>(text); }
Result<PersonSearch> read_person_search(const std::string& text) { return json::read<PersonSearch>(text); }
Result<DossierWish> read_dossier_wish(const std::string& text) { return json::read<DossierWish>(text); }
Result<PersonErasure> read_person_erasure(const std::string& text) { return json::read<PersonErasure>(text); }

std::string recall_schemas_text() {
  json::Schemas schemas;
  (void)schemas.of<RecallView>();
  (void)schemas.of<RecallLineView>();
  (void)schemas.of<NewRecall>();
  (void)schemas.of<RecallMade>();
  (void)schemas.of<RecallAnswer>();
  (void)schemas.of<RecallAnswered>();
  (void)schemas.of<StatementText>();
  (void)schemas.of<StatementVerified>();
  (void)schemas.of<RetentionView>();
  (void)schemas.of<ErasureReceiptView>();
  (void)schemas.of<JudicialDecision>();
  (void)schemas.of<DecisionEffect>();
  (void)schemas.of<PersonSearch>();
  (void)schemas.of<PersonAnswerView>();
  (void)schemas.of<AnswerPlace>();
  (void)schemas.of<PersonErasure>();
  (void)schemas.of<OwnKeepingView>();
  (void)schemas.of<OwnKeepingWish>();
  (void)schemas.of<DossierWish>();
  return json::compact(schemas.components());
}

}  // namespace quadrille::api::wire
