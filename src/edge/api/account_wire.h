#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "base/time.h"

// What the API says and is told about sessions, accounts and habilitations: described for JSON in account_wire.cpp.

namespace quadrille::api::wire {

struct PersonView {
  std::string code;
  std::string login;
  std::string name;
  bool demonstration = false;
  bool second_factor = false;
};
struct RoleView {
  std::string role;
  Text label;
};
// What somebody is and may do in one territory.
struct StandingView {
  std::string territory;
  std::string name;
  std::string service;
  std::vector<RoleView> roles;
  std::string clearance;
  std::vector<std::string> capabilities;
};
// A role of theirs that takes effect once the second factor is given in the session.
struct WaitingRoleView {
  RoleView role;
  std::string territory;  // slug; empty for the instance as a whole
  std::string territory_name;
};
struct DemonstrationView {
  std::string login;
  std::string name;
  RoleView role;
};
struct SignInWays {
  bool first_start = false;
  std::optional<std::string> provider;  // its name
  bool certificate = false;
  std::vector<DemonstrationView> demonstration;
};
struct SessionView {
  bool signed_in = false;
  std::optional<PersonView> person;
  std::vector<StandingView> standings;
  std::vector<RoleView> instance_roles;
  std::vector<std::string> capabilities;  // of the instance roles
  std::vector<WaitingRoleView> waiting_roles;
  std::string purpose;
  std::string legal_basis;
  std::string csrf;
  std::optional<Instant> ends_at;
  std::vector<Text> usual_purposes;
  SignInWays ways;
};
struct SignInRequest {
  std::string login;
  std::string password;
  std::optional<std::string> code;
};
struct DemonstrationRequest {
  std::string login;
};
struct PurposeRequest {
  std::string purpose;
  std::optional<std::string> legal_basis;
};
struct InvitationRequest {
  std::string secret;
};
struct InvitationView {
  std::optional<std::string> login;  // nothing: to be chosen
  std::optional<std::string> name;
  bool needs_second_factor = false;
  std::string secret;   // of the second factor, base32
  std::string address;  // otpauth://...
};
struct AcceptanceRequest {
  std::string secret;
  std::optional<std::string> login;
  std::optional<std::string> name;
  std::string password;
  std::optional<std::string> code;
};
struct RecoveryCodes {
  std::vector<std::string> recovery_codes;
};
struct SecondFactorView {
  std::string secret;
  std::string address;
};
struct CodeRequest {
  std::string code;
};
struct ProofRequest {
  std::optional<std::string> code;  // of the second factor one has; nothing where there is none
};
struct SessionMethod {
  std::string method;
  Text label;
};
struct OwnSessionView {
  Instant opened_at;
  Instant seen_at;
  Instant ends_at;  // at the latest, if nothing more is asked
  SessionMethod method;
  bool current = false;
};
struct OwnAccountView {
  std::optional<Instant> second_factor_since;    // nothing: there is none, or it is older than this was kept
  int recovery_codes = 0;                        // that are left
  std::vector<WaitingRoleView> demanding_roles;  // for which it cannot be given up
  std::vector<OwnSessionView> sessions;          // that are open, the newest first
};
struct PasswordRequest {
  std::string current;
  std::string wanted;
  std::optional<std::string> code;
};
struct HabilitationView {
  std::string code;
  RoleView role;
  std::string territory;  // slug; empty for the instance as a whole
  std::string territory_name;
  std::string service;
  std::string clearance;
  std::string act;
  CivilDate from;
  std::optional<CivilDate> until;  // last day, included
  Instant granted_at;
  bool in_force = false;
  std::optional<Instant> revoked_at;
};
struct TokenView {
  std::string code;
  std::string label;
  std::vector<std::string> capabilities;
  std::string purpose;
  Instant created_at;
  Instant expires_at;
  std::optional<Instant> revoked_at;
  std::optional<Instant> used_at;
  bool good = false;
  bool second_factor = false;  // whoever made it had given it: without, roles that demand it give the token nothing
};
struct AccountView {
  std::string code;
  std::string login;
  std::string name;
  bool demonstration = false;
  bool has_password = false;
  bool second_factor = false;
  Instant created_at;
  std::optional<Instant> disabled_at;
  std::vector<HabilitationView> habilitations;
  std::vector<TokenView> tokens;
};
struct GrantableRole {
  RoleView role;
  bool instance = false;
  bool second_factor = false;  // the policy demands it
};
struct PlaceService {
  std::string code;
  std::string name;
};
struct ActView {
  std::string code;
  std::string part;
  Text label;
  std::string reference;
  CivilDate from;
  std::optional<CivilDate> until;  // the first day it holds no more
  bool in_force = false;
};
struct PlaceView {
  std::string slug;
  std::string name;
  bool simulated = false;
  std::vector<PlaceService> services;
  std::vector<ActView> acts;
};
struct PartView {
  std::string part;
  Text label;
};
struct Accounts {
  std::vector<AccountView> accounts;
  std::vector<GrantableRole> roles;
  std::vector<PlaceView> territories;
  std::vector<PartView> parts;
};
struct ChangedAccount {
  AccountView account;
  std::optional<std::string> link;  // the path of a one-time link, shown once
};
struct NewAccount {
  std::string login;
  std::string name;
};
struct NewHabilitation {
  std::string role;
  std::optional<std::string> territory;
  std::optional<std::string> service;
  std::optional<std::string> clearance;
  std::string act;
  std::optional<CivilDate> from;
  std::optional<CivilDate> until;  // last day, included
};
struct NewToken {
  std::string label;
  std::string purpose;
  std::vector<std::string> capabilities;
  int days = 90;
};
struct IssuedTokenView {
  std::string secret;
  TokenView token;
};
struct NewAct {
  std::string part;
  std::string reference;
  std::optional<CivilDate> from;
  std::optional<CivilDate> until;  // last day, included
};
struct ProviderAddress {
  std::string address;
};
struct Done {
  bool done = true;
};

[[nodiscard]] std::string text_of(const SessionView& value);
[[nodiscard]] std::string text_of(const InvitationView& value);
[[nodiscard]] std::string text_of(const RecoveryCodes& value);
[[nodiscard]] std::string text_of(const SecondFactorView& value);
[[nodiscard]] std::string text_of(const OwnAccountView& value);
[[nodiscard]] std::string text_of(const ProviderAddress& value);
[[nodiscard]] std::string text_of(const Done& value);
[[nodiscard]] std::string text_of(const Accounts& value);
[[nodiscard]] std::string text_of(const ChangedAccount& value);
[[nodiscard]] std::string text_of(const std::vector<TokenView>& value);
[[nodiscard]] std::string text_of(const IssuedTokenView& value);
[[nodiscard]] Result<SignInRequest> read_sign_in(const std::string& text);
[[nodiscard]] Result<DemonstrationRequest> read_demonstration(const std::string& text);
[[nodiscard]] Result<PurposeRequest> read_purpose(const std::string& text);
[[nodiscard]] Result<InvitationRequest> read_invitation(const std::string& text);
[[nodiscard]] Result<AcceptanceRequest> read_acceptance(const std::string& text);
[[nodiscard]] Result<CodeRequest> read_code(const std::string& text);
[[nodiscard]] Result<ProofRequest> read_proof(const std::string& text);
[[nodiscard]] Result<PasswordRequest> read_password(const std::string& text);
[[nodiscard]] Result<NewAccount> read_new_account(const std::string& text);
[[nodiscard]] Result<NewHabilitation> read_new_habilitation(const std::string& text);
[[nodiscard]] Result<NewToken> read_new_token(const std::string& text);
[[nodiscard]] Result<NewAct> read_new_act(const std::string& text);

// The OpenAPI components of the structs above.
[[nodiscard]] std::string account_schemas_text();

}  // namespace quadrille::api::wire
