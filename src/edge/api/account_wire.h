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
  bool needs_second_factor = false;
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
struct PasswordRequest {
  std::string current;
  std::string wanted;
  std::optional<std::string> code;
};
struct Done {
  bool done = true;
};

[[nodiscard]] std::string text_of(const SessionView& value);
[[nodiscard]] std::string text_of(const InvitationView& value);
[[nodiscard]] std::string text_of(const RecoveryCodes& value);
[[nodiscard]] std::string text_of(const SecondFactorView& value);
[[nodiscard]] std::string text_of(const Done& value);
[[nodiscard]] Result<SignInRequest> read_sign_in(const std::string& text);
[[nodiscard]] Result<DemonstrationRequest> read_demonstration(const std::string& text);
[[nodiscard]] Result<PurposeRequest> read_purpose(const std::string& text);
[[nodiscard]] Result<InvitationRequest> read_invitation(const std::string& text);
[[nodiscard]] Result<AcceptanceRequest> read_acceptance(const std::string& text);
[[nodiscard]] Result<CodeRequest> read_code(const std::string& text);
[[nodiscard]] Result<PasswordRequest> read_password(const std::string& text);

// The OpenAPI components of the structs above.
[[nodiscard]] std::string account_schemas_text();

}  // namespace quadrille::api::wire
