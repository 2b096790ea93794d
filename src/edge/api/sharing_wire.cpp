#include "edge/api/sharing_wire.h"

#include "host/json/describe.h"

namespace quadrille::api::wire {

BOOST_DESCRIBE_STRUCT(Contact, (), (service, desk, phone))
BOOST_DESCRIBE_STRUCT(ConflictHit, (), (conflict, call, due))
BOOST_DESCRIBE_STRUCT(Conflict, (),
                      (code, kind, state, made_at, due, officer, acted_at, reason, can_be_taken_back, other_state, call,
                       operation, operation_title, note))
BOOST_DESCRIBE_STRUCT(Conflicts, (), (service, now, conflicts))
BOOST_DESCRIBE_STRUCT(NewDeskStep, (), (step, reason))
BOOST_DESCRIBE_STRUCT(DeskState, (), (state))
BOOST_DESCRIBE_STRUCT(NewContact, (), (name, phone))
BOOST_DESCRIBE_STRUCT(NewMarking, (), (sensitivity, handling, regime, services))
BOOST_DESCRIBE_STRUCT(NewOperation, (), (kind, title, lon, lat, radius_m, sector, begin, end, marking))
BOOST_DESCRIBE_STRUCT(Operation, (), (code, kind, service, title, lon, lat, radius_m, sector, begin, end, cancelled))
BOOST_DESCRIBE_STRUCT(Exclusion, (), (sectors, begin, end))
BOOST_DESCRIBE_STRUCT(Declared, (), (code, hits))
BOOST_DESCRIBE_STRUCT(NewEvaluation, (), (use, purpose, legal_basis, blinded))
BOOST_DESCRIBE_STRUCT(Evaluation, (), (epoch, public_key, evaluated, proof))
BOOST_DESCRIBE_STRUCT(Evaluated, (), (ticket, epochs))
BOOST_DESCRIBE_STRUCT(EpochOutputs, (), (epoch, outputs))
BOOST_DESCRIBE_STRUCT(NewRedemption, (), (ticket, outputs))
BOOST_DESCRIBE_STRUCT(TargetAnswer, (), (hit, call))
BOOST_DESCRIBE_STRUCT(Redeemed, (), (answers, registered))
BOOST_DESCRIBE_STRUCT(RegisteredTarget, (), (code, epoch, registered_by, registered_at))
BOOST_DESCRIBE_STRUCT(AskedByUs, (), (at, officer, purpose, legal_basis, hit))
BOOST_DESCRIBE_STRUCT(AskedAboutUs, (), (at, target, asking, legal_basis))
BOOST_DESCRIBE_STRUCT(Targets, (), (targets, asked_by_us, asked_about_us))

std::string text_of(const Conflicts& value) { return json::text_of(value); }
std::string text_of(const DeskState& value) { return json::text_of(value); }
std::string text_of(const std::vector<Operation>& value) { return json::text_of(value); }
std::string text_of(const std::vector<Exclusion>& value) { return json::text_of(value); }
std::string text_of(const Declared& value) { return json::text_of(value); }
std::string text_of(const Evaluated& value) { return json::text_of(value); }
std::string text_of(const Redeemed& value) { return json::text_of(value); }
std::string text_of(const Targets& value) { return json::text_of(value); }
std::string text_of(const Contact& value) { return json::text_of(value); }
Result<NewDeskStep> read_desk_step(const std::string& text) { return json::read<NewDeskStep>(text); }
Result<NewContact> read_contact(const std::string& text) { return json::read<NewContact>(text); }
Result<NewOperation> read_new_operation(const std::string& text) { return json::read<NewOperation>(text); }
Result<NewEvaluation> read_new_evaluation(const std::string& text) { return json::read<NewEvaluation>(text); }
Result<NewRedemption> read_redemption(const std::string& text) { return json::read<NewRedemption>(text); }

std::string sharing_schemas_text() {
  json::Schemas schemas;
  (void)schemas.of<Conflicts>();
  (void)schemas.of<NewDeskStep>();
  (void)schemas.of<DeskState>();
  (void)schemas.of<NewContact>();
  (void)schemas.of<Operation>();
  (void)schemas.of<NewOperation>();
  (void)schemas.of<Exclusion>();
  (void)schemas.of<Declared>();
  (void)schemas.of<NewEvaluation>();
  (void)schemas.of<Evaluated>();
  (void)schemas.of<NewRedemption>();
  (void)schemas.of<Redeemed>();
  (void)schemas.of<Targets>();
  return json::compact(schemas.components());
}

}  // namespace quadrille::api::wire
