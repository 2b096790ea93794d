#include "edge/api/account_wire.h"

#include "host/json/describe.h"

namespace quadrille::api::wire {

BOOST_DESCRIBE_STRUCT(PersonView, (), (code, login, name, demonstration, second_factor))
BOOST_DESCRIBE_STRUCT(RoleView, (), (role, label))
BOOST_DESCRIBE_STRUCT(StandingView, (), (territory, name, service, roles, clearance, capabilities))
BOOST_DESCRIBE_STRUCT(WaitingRoleView, (), (role, territory, territory_name))
BOOST_DESCRIBE_STRUCT(DemonstrationView, (), (login, name, role))
BOOST_DESCRIBE_STRUCT(SignInWays, (), (first_start, provider, certificate, demonstration))
BOOST_DESCRIBE_STRUCT(SessionView, (),
                      (signed_in, person, standings, instance_roles, capabilities, waiting_roles, purpose, legal_basis,
                       csrf, ends_at, usual_purposes, ways))
BOOST_DESCRIBE_STRUCT(SignInRequest, (), (login, password, code))
BOOST_DESCRIBE_STRUCT(DemonstrationRequest, (), (login))
BOOST_DESCRIBE_STRUCT(PurposeRequest, (), (purpose, legal_basis))
BOOST_DESCRIBE_STRUCT(InvitationRequest, (), (secret))
BOOST_DESCRIBE_STRUCT(InvitationView, (), (login, name, needs_second_factor, secret, address))
BOOST_DESCRIBE_STRUCT(AcceptanceRequest, (), (secret, login, name, password, code))
BOOST_DESCRIBE_STRUCT(RecoveryCodes, (), (recovery_codes))
BOOST_DESCRIBE_STRUCT(SecondFactorView, (), (secret, address))
BOOST_DESCRIBE_STRUCT(CodeRequest, (), (code))
BOOST_DESCRIBE_STRUCT(ProofRequest, (), (code))
BOOST_DESCRIBE_STRUCT(SessionMethod, (), (method, label))
BOOST_DESCRIBE_STRUCT(OwnSessionView, (), (opened_at, seen_at, ends_at, method, current))
BOOST_DESCRIBE_STRUCT(OwnAccountView, (), (second_factor_since, recovery_codes, demanding_roles, sessions))
BOOST_DESCRIBE_STRUCT(PasswordRequest, (), (current, wanted, code))
BOOST_DESCRIBE_STRUCT(HabilitationView, (),
                      (code, role, territory, territory_name, service, clearance, act, from, until, granted_at,
                       in_force, revoked_at))
BOOST_DESCRIBE_STRUCT(TokenView, (),
                      (code, label, capabilities, purpose, created_at, expires_at, revoked_at, used_at, good,
                       second_factor))
BOOST_DESCRIBE_STRUCT(AccountView, (),
                      (code, login, name, demonstration, has_password, second_factor, created_at, disabled_at,
                       habilitations, tokens))
BOOST_DESCRIBE_STRUCT(GrantableRole, (), (role, instance, second_factor))
BOOST_DESCRIBE_STRUCT(PlaceService, (), (code, name))
BOOST_DESCRIBE_STRUCT(ActView, (), (code, part, label, reference, from, until, in_force))
BOOST_DESCRIBE_STRUCT(PlaceView, (), (slug, name, simulated, services, acts))
BOOST_DESCRIBE_STRUCT(PartView, (), (part, label))
BOOST_DESCRIBE_STRUCT(Accounts, (), (accounts, roles, territories, parts))
BOOST_DESCRIBE_STRUCT(ChangedAccount, (), (account, link))
BOOST_DESCRIBE_STRUCT(NewAccount, (), (login, name))
BOOST_DESCRIBE_STRUCT(NewHabilitation, (), (role, territory, service, clearance, act, from, until))
BOOST_DESCRIBE_STRUCT(NewToken, (), (label, purpose, capabilities, days))
BOOST_DESCRIBE_STRUCT(IssuedTokenView, (), (secret, token))
BOOST_DESCRIBE_STRUCT(NewAct, (), (part, reference, from, until))
BOOST_DESCRIBE_STRUCT(ProviderAddress, (), (address))
BOOST_DESCRIBE_STRUCT(Done, (), (done))

std::string text_of(const SessionView& value) { return json::text_of(value); }
std::string text_of(const InvitationView& value) { return json::text_of(value); }
std::string text_of(const RecoveryCodes& value) { return json::text_of(value); }
std::string text_of(const SecondFactorView& value) { return json::text_of(value); }
std::string text_of(const OwnAccountView& value) { return json::text_of(value); }
std::string text_of(const ProviderAddress& value) { return json::text_of(value); }
std::string text_of(const Done& value) { return json::text_of(value); }
std::string text_of(const Accounts& value) { return json::text_of(value); }
std::string text_of(const ChangedAccount& value) { return json::text_of(value); }
std::string text_of(const std::vector<TokenView>& value) { return json::text_of(value); }
std::string text_of(const IssuedTokenView& value) { return json::text_of(value); }
Result<SignInRequest> read_sign_in(const std::string& text) { return json::read<SignInRequest>(text); }
Result<DemonstrationRequest> read_demonstration(const std::string& text) {
  return json::read<DemonstrationRequest>(text);
}
Result<PurposeRequest> read_purpose(const std::string& text) { return json::read<PurposeRequest>(text); }
Result<InvitationRequest> read_invitation(const std::string& text) { return json::read<InvitationRequest>(text); }
Result<AcceptanceRequest> read_acceptance(const std::string& text) { return json::read<AcceptanceRequest>(text); }
Result<CodeRequest> read_code(const std::string& text) { return json::read<CodeRequest>(text); }
Result<ProofRequest> read_proof(const std::string& text) { return json::read<ProofRequest>(text); }
Result<PasswordRequest> read_password(const std::string& text) { return json::read<PasswordRequest>(text); }
Result<NewAccount> read_new_account(const std::string& text) { return json::read<NewAccount>(text); }
Result<NewHabilitation> read_new_habilitation(const std::string& text) { return json::read<NewHabilitation>(text); }
Result<NewToken> read_new_token(const std::string& text) { return json::read<NewToken>(text); }
Result<NewAct> read_new_act(const std::string& text) { return json::read<NewAct>(text); }

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
  (void)schemas.of<ProofRequest>();
  (void)schemas.of<OwnAccountView>();
  (void)schemas.of<PasswordRequest>();
  (void)schemas.of<Accounts>();
  (void)schemas.of<ChangedAccount>();
  (void)schemas.of<IssuedTokenView>();
  (void)schemas.of<NewAccount>();
  (void)schemas.of<NewHabilitation>();
  (void)schemas.of<NewToken>();
  (void)schemas.of<NewAct>();
  (void)schemas.of<ProviderAddress>();
  (void)schemas.of<Done>();
  return json::compact(schemas.components());
}

}  // namespace quadrille::api::wire
