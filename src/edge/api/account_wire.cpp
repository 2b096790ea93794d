#include "edge/api/account_wire.h"

#include "host/json/describe.h"

namespace quadrille::api::wire {

BOOST_DESCRIBE_STRUCT(PersonView, (), (code, login, name, demonstration, second_factor))
BOOST_DESCRIBE_STRUCT(RoleView, (), (role, label))
BOOST_DESCRIBE_STRUCT(StandingView, (), (territory, name, service, roles, clearance, capabilities))
BOOST_DESCRIBE_STRUCT(DemonstrationView, (), (login, name, role))
BOOST_DESCRIBE_STRUCT(SignInWays, (), (first_start, provider, certificate, demonstration))
BOOST_DESCRIBE_STRUCT(SessionView, (),
                      (signed_in, person, standings, instance_roles, capabilities, needs_second_factor, purpose,
                       legal_basis, csrf, ends_at, usual_purposes, ways))
BOOST_DESCRIBE_STRUCT(SignInRequest, (), (login, password, code))
BOOST_DESCRIBE_STRUCT(DemonstrationRequest, (), (login))
BOOST_DESCRIBE_STRUCT(PurposeRequest, (), (purpose, legal_basis))
BOOST_DESCRIBE_STRUCT(InvitationRequest, (), (secret))
BOOST_DESCRIBE_STRUCT(InvitationView, (), (login, name, needs_second_factor, secret, address))
BOOST_DESCRIBE_STRUCT(AcceptanceRequest, (), (secret, login, name, password, code))
BOOST_DESCRIBE_STRUCT(RecoveryCodes, (), (recovery_codes))
BOOST_DESCRIBE_STRUCT(SecondFactorView, (), (secret, address))
BOOST_DESCRIBE_STRUCT(CodeRequest, (), (code))
BOOST_DESCRIBE_STRUCT(PasswordRequest, (), (current, wanted, code))
BOOST_DESCRIBE_STRUCT(Done, (), (done))

std::string text_of(const SessionView& value) { return json::text_of(value); }
std::string text_of(const InvitationView& value) { return json::text_of(value); }
std::string text_of(const RecoveryCodes& value) { return json::text_of(value); }
std::string text_of(const SecondFactorView& value) { return json::text_of(value); }
std::string text_of(const Done& value) { return json::text_of(value); }
Result<SignInRequest> read_sign_in(const std::string& text) { return json::read<SignInRequest>(text); }
Result<DemonstrationRequest> read_demonstration(const std::string& text) {
  return json::read<DemonstrationRequest>(text);
}
Result<PurposeRequest> read_purpose(const std::string& text) { return json::read<PurposeRequest>(text); }
Result<InvitationRequest> read_invitation(const std::string& text) { return json::read<InvitationRequest>(text); }
Result<AcceptanceRequest> read_acceptance(const std::string& text) { return json::read<AcceptanceRequest>(text); }
Result<CodeRequest> read_code(const std::string& text) { return json::read<CodeRequest>(text); }
Result<PasswordRequest> read_password(const std::string& text) { return json::read<PasswordRequest>(text); }

std::string account_schemas_text() {
  json::Schemas schemas;
  (void)schemas.of<SessionView>();
  (void)schemas.of<SignInRequest>();
  (void)schemas.of<DemonstrationRequest>();
  (void)schemas.of<PurposeRequest>();
  (void)schemas.of<InvitationRequest>();
  (void)schemas.of<InvitationView>();
  (void)schemas.of<AcceptanceRequest>();
  (void)schemas.of<RecoveryCodes>();
  (void)schemas.of<SecondFactorView>();
  (void)schemas.of<CodeRequest>();
  (void)schemas.of<PasswordRequest>();
  (void)schemas.of<Done>();
  return json::compact(schemas.components());
}

}  // namespace quadrille::api::wire
