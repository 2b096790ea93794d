#include <fmt/format.h>

#include <algorithm>

#include "base/line.h"
#include "services/access/identity.h"
#include "services/access/store.h"

namespace quadrille::access {

void keep_request(database::Transaction& tx, std::string_view state, const ProviderRequest& request, Instant at) {
  tx.execute("DELETE FROM provider_request WHERE made_utc_ms <= ?", {at.utc_ms - provider_request_lasts_ms});
  tx.execute("INSERT INTO provider_request (state_hash, nonce, verifier, made_utc_ms) VALUES (?, ?, ?, ?)",
             {hash_of_secret(state), request.nonce, request.verifier, at.utc_ms});
}

std::optional<ProviderRequest> take_request(database::Transaction& tx, std::string_view state, Instant at) {
  std::optional<ProviderRequest> found;
  const std::string hash = hash_of_secret(state);
  {
    auto rows = tx.query("SELECT nonce, verifier FROM provider_request WHERE state_hash = ? AND made_utc_ms > ?",
                         {hash, at.utc_ms - provider_request_lasts_ms});
    if (rows->next()) found = ProviderRequest{std::string(rows->text(0)), std::string(rows->text(1))};
  }
  tx.execute("DELETE FROM provider_request WHERE state_hash = ?", {hash});
  return found;
}

Result<void> check_claims(const Claims& claims, const Expected& expected) {
  constexpr std::int64_t leeway_s = 60;
  const std::int64_t now_s = expected.at.utc_ms / 1000;
  const auto wrong = [](const char* claim) {
    return refuse(ErrorKind::forbidden,
                  {fmt::format("le jeton d'identité n'est pas recevable ({})", claim),
                   fmt::format("the identity token is not acceptable ({})", claim)},
                  claim);
  };
  if (claims.issuer != expected.issuer) return wrong("iss");
  if (claims.subject.empty() || claims.subject.size() > 255) return wrong("sub");
  if (std::ranges::find(claims.audience, expected.client) == claims.audience.end()) return wrong("aud");
  if (claims.audience.size() > 1 && claims.authorized_party != expected.client) return wrong("azp");
  if (!claims.authorized_party.empty() && claims.authorized_party != expected.client) return wrong("azp");
  if (claims.expires_at_s + leeway_s <= now_s) return wrong("exp");
  if (claims.issued_at_s - leeway_s > now_s) return wrong("iat");
  if (expected.nonce.empty() || claims.nonce != expected.nonce) return wrong("nonce");
  return {};
}

namespace {

// The e-mail address as a login where it can be one and nobody has it; a code otherwise.
std::string login_for(database::Snapshot& snapshot, const Claims& claims, crypto::Chance& chance) {
  std::string login = claims.email;
  std::ranges::transform(login, login.begin(),
                         [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); });
  const bool is_fit =
      login.size() >= 2 && login.size() <= 60 && std::ranges::all_of(login, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '@';
      });
  return is_fit && !find_person_by_login(snapshot, login) ? login : crypto::random_code(chance);
}

}  // namespace

Result<Person> person_of_claims(database::Transaction& tx, const Claims& claims, crypto::Chance& chance, Instant at) {
  if (const auto known = find_person_by_identity(tx, claims.issuer, claims.subject)) {
    auto person = find_person(tx, *known);
    if (!person || person->disabled_at)
      return refuse(ErrorKind::forbidden, {"ce compte est fermé", "this account is disabled"}, "account");
    return std::move(*person);
  }
  const Asker by{local_viewer("identity-provider", {}), "", "", at};
  // The provider's words: what is no line of text in them must not keep anybody out.
  auto login = login_for(tx, claims, chance);
  std::string name = fit_line(claims.given_name + " " + claims.usual_name, person_name_most);
  if (name.empty()) name = fit_line(claims.email.empty() ? claims.subject : claims.email, person_name_most);
  if (name.empty()) name = login;
  const auto person = create_person(tx, {std::move(login), name}, chance, by);
  if (!person) return person;
  link_identity(tx, person->id, claims.issuer, claims.subject, by);
  return person;
}

}  // namespace quadrille::access
