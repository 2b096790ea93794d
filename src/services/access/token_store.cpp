#include <fmt/format.h>

#include "base/check.h"
#include "base/line.h"
#include "services/access/store.h"
#include "services/access/token.h"

namespace quadrille::access {
namespace {

constexpr std::string_view token_select =
    "SELECT t.code, t.person, t.label, t.purpose, t.two_factors, t.created_utc_ms, t.expires_utc_ms, t.revoked_utc_ms, "
    "t.used_utc_ms, c.capability FROM token t LEFT JOIN token_capability c ON c.token = t.code ";

// Rows of tokens joined with their capabilities, those of one token together.
std::vector<Token> read_tokens(database::Rows& rows) {
  std::vector<Token> found;
  while (rows.next()) {
    if (found.empty() || found.back().code != rows.text(0))
      found.push_back({std::string(rows.text(0)),
                       {rows.integer(1)},
                       std::string(rows.text(2)),
                       {},
                       std::string(rows.text(3)),
                       rows.integer(4) != 0 ? Proof::two_factors : Proof::one_factor,
                       {rows.integer(5)},
                       {rows.integer(6)},
                       maybe_instant(rows, 7),
                       maybe_instant(rows, 8)});
    if (rows.is_null(9)) continue;
    const auto capability = capability_named(rows.text(9));
    CHECK(capability.has_value());
    found.back().capabilities.insert(*capability);
  }
  return found;
}

std::string subject_of(std::string_view code) { return fmt::format("token {}", code); }

}  // namespace

Result<IssuedToken> issue_token(database::Transaction& tx, const NewToken& wanted, crypto::Chance& chance,
                                const Asker& by) {
  if (auto label = check_line(wanted.label, {1, 80}, "label"); !label) return Failure(label.error());
  if (wanted.capabilities.empty())
    return invalid({"il faut au moins une capacité", "at least one capability is needed"}, "capabilities");
  if (auto purpose = check_purpose(wanted.purpose); !purpose) return Failure(purpose.error());
  if (wanted.expires_at <= by.at || wanted.expires_at.utc_ms - by.at.utc_ms > token_lasts_at_most_ms)
    return invalid({"il faut une échéance à venir, dans les 400 jours", "an expiry to come is needed, within 400 days"},
                   "expires_at");
  IssuedToken issued{"qdr_" + crypto::random_token(chance),
                     {crypto::random_code(chance),
                      wanted.person,
                      wanted.label,
                      wanted.capabilities,
                      wanted.purpose,
                      wanted.proof,
                      by.at,
                      wanted.expires_at,
                      {},
                      {}}};
  const auto& token = issued.token;
  tx.execute(
      "INSERT INTO token (code, hash, person, label, purpose, two_factors, created_utc_ms, expires_utc_ms) VALUES (?, "
      "?, ?, ?, ?, ?, ?, ?)",
      {token.code, hash_of_secret(issued.secret), token.person, token.label, token.purpose,
       token.proof == Proof::two_factors ? 1 : 0, token.created_at.utc_ms, token.expires_at.utc_ms});
  std::string names;
  for (const Capability capability : token.capabilities) {
    tx.execute("INSERT INTO token_capability (token, capability) VALUES (?, ?)", {token.code, name_of(capability)});
    names += fmt::format("{}{}", names.empty() ? "" : ",", name_of(capability));
  }
  record_change(tx, by, {}, subject_of(token.code),
                fmt::format("issued person={} capabilities={} until={}", token.person.value, names,
                            format_utc(token.expires_at)));
  return issued;
}

std::optional<Token> find_token(database::Snapshot& snapshot, std::string_view secret, Instant at) {
  auto rows = snapshot.query(
      std::string(token_select) + "WHERE t.hash = ? AND t.revoked_utc_ms IS NULL AND t.expires_utc_ms > ?",
      {hash_of_secret(secret), at.utc_ms});
  auto found = read_tokens(*rows);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

void note_use(database::Database& database, const Token& token, Instant at) {
  constexpr std::int64_t hour_ms = 3'600'000;
  if (token.used_at && at.utc_ms - token.used_at->utc_ms < hour_ms) return;
  auto tx = database.write();
  tx->execute("UPDATE token SET used_utc_ms = ? WHERE code = ?", {at.utc_ms, token.code});
  tx->commit();
}

Result<void> revoke_token(database::Transaction& tx, PersonId person, std::string_view code, const Asker& by) {
  const auto changed =
      tx.execute("UPDATE token SET revoked_utc_ms = ? WHERE code = ? AND person = ? AND revoked_utc_ms IS NULL",
                 {by.at.utc_ms, code, person});
  if (changed == 0)
    return refuse(ErrorKind::not_found, {"aucun jeton de ce code à révoquer", "no such token to revoke"}, "token");
  record_change(tx, by, {}, subject_of(code), "revoked");
  return {};
}

std::vector<Token> list_tokens(database::Snapshot& snapshot, PersonId person) {
  auto rows =
      snapshot.query(std::string(token_select) + "WHERE t.person = ? ORDER BY t.created_utc_ms, t.code", {person});
  return read_tokens(*rows);
}

}  // namespace quadrille::access
