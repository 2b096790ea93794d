#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "host/crypto/digest.h"
#include "host/crypto/one_time_code.h"
#include "services/access/access.h"
#include "services/access/sign_in.h"
#include "services/access/store.h"

namespace quadrille::access {
namespace {

// ---- failures -------------------------------------------------------------------------------------------------------

// What was typed as a login may be a password typed into the wrong field: its hash only.
std::string account_key(std::string_view login) { return "account:" + crypto::sha256_hex(login); }
std::string address_key(std::string_view address) { return "address:" + std::string(address); }

struct Failures {
  std::int64_t count = 0;
  Instant last;
};

Failures failures_of(database::Snapshot& snapshot, const std::string& key, Instant at) {
  auto rows = snapshot.query("SELECT failures, last_utc_ms FROM sign_in_failure WHERE key = ? AND last_utc_ms > ?",
                             {key, at.utc_ms - failures_forgotten_after_ms});
  if (!rows->next()) return {};
  return {rows->integer(0), {rows->integer(1)}};
}

std::int64_t wait_of(const Failures& failures, int free_failures, Instant at) {
  const std::int64_t until = failures.last.utc_ms + wait_ms_after(failures.count, free_failures);
  return failures.count == 0 ? 0 : std::max<std::int64_t>(0, until - at.utc_ms);
}

void count_failure(database::Transaction& tx, const std::string& key, Instant at) {
  const auto before = failures_of(tx, key, at);
  tx.execute(
      "INSERT INTO sign_in_failure (key, failures, last_utc_ms) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET "
      "failures = excluded.failures, last_utc_ms = excluded.last_utc_ms",
      {key, before.count + 1, at.utc_ms});
  tx.execute("DELETE FROM sign_in_failure WHERE last_utc_ms <= ?", {at.utc_ms - failures_forgotten_after_ms});
}

// Whose failures an attempt adds to, and waits for: the account's and the address's.
struct Failing {
  std::string account;
  std::string address;

  [[nodiscard]] std::int64_t wait_left(database::Snapshot& snapshot, Instant at) const {
    return std::max(wait_of(failures_of(snapshot, account, at), free_failures_of_account, at),
                    wait_of(failures_of(snapshot, address, at), free_failures_of_address, at));
  }
  void count(database::Transaction& tx, Instant at) const {
    count_failure(tx, account, at);
    count_failure(tx, address, at);
  }
  // Whoever came in after all begins anew; their address does not, for it may be trying other accounts.
  void forget(database::Transaction& tx) const { tx.execute("DELETE FROM sign_in_failure WHERE key = ?", {account}); }
};

Asker asker_for(const std::optional<Person>& person, Instant at) {
  Asker by{{}, "", "", at};
  by.viewer.login = "unknown";
  if (person) by.viewer.person = person->id;
  return by;
}

// ---- credentials ----------------------------------------------------------------------------------------------------

struct Kept {
  std::string password;  // empty: none
  crypto::Bytes second_factor;
  crypto::Bytes begun;
  std::int64_t step = -1;  // of the last code used
};

crypto::Bytes bytes_or_none(const database::Rows& rows, int column) {
  if (rows.is_null(column)) return {};
  const auto bytes = rows.bytes(column);
  return {bytes.begin(), bytes.end()};
}

Kept kept_of(database::Snapshot& snapshot, PersonId person) {
  auto rows = snapshot.query(
      "SELECT password, second_factor, second_factor_begun, second_factor_step FROM person WHERE id = ?", {person});
  CHECK(rows->next());
  return {rows->maybe_text(0).value_or(""), bytes_or_none(*rows, 1), bytes_or_none(*rows, 2),
          rows->maybe_integer(3).value_or(-1)};
}

// Good once: the step is kept, and only later ones are accepted.
bool use_code(database::Transaction& tx, PersonId person, const Kept& kept, std::string_view code, Instant at) {
  const auto step = crypto::find_code_step(kept.second_factor, code, at);
  if (!step || *step <= kept.step) return false;
  return tx.execute(
             "UPDATE person SET second_factor_step = ? WHERE id = ? AND (second_factor_step IS NULL OR "
             "second_factor_step < ?)",
             {*step, person, *step}) == 1;
}

bool use_recovery_code(database::Transaction& tx, PersonId person, std::string_view code, Instant at) {
  return tx.execute("UPDATE recovery_code SET used_utc_ms = ? WHERE person = ? AND hash = ? AND used_utc_ms IS NULL",
                    {at.utc_ms, person, hash_of_secret(code)}) == 1;
}

std::vector<std::string> make_recovery_codes(database::Transaction& tx, PersonId person, crypto::Chance& chance) {
  constexpr int count = 10;
  tx.execute("DELETE FROM recovery_code WHERE person = ?", {person});
  std::vector<std::string> codes;
  for (int i = 0; i < count; ++i) {
    codes.push_back(crypto::random_code(chance));
    tx.execute("INSERT INTO recovery_code (person, hash) VALUES (?, ?)", {person, hash_of_secret(codes.back())});
  }
  return codes;
}

crypto::Bytes new_secret(crypto::Chance& chance) {
  crypto::Bytes secret(20);
  chance.fill(secret);
  return secret;
}

std::string subject_of(PersonId person) { return fmt::format("person {}", person.value); }

// Of the secret begun; answers the recovery codes.
Result<std::vector<std::string>> enrol(database::Transaction& tx, const Person& person, std::string_view code,
                                       crypto::Chance& chance, Instant at) {
  const auto kept = kept_of(tx, person.id);
  const auto step = kept.begun.empty() ? std::nullopt : crypto::find_code_step(kept.begun, code, at);
  if (!step) return wrong_code();
  tx.execute(
      "UPDATE person SET second_factor = second_factor_begun, second_factor_begun = NULL, second_factor_step = ?, "
      "second_factor_utc_ms = ? WHERE id = ?",
      {*step, at.utc_ms, person.id});
  record_change(tx, asker_for(person, at), {}, subject_of(person.id), "second factor enrolled");
  return make_recovery_codes(tx, person.id, chance);
}

Result<void> check_enrolment(database::Snapshot& snapshot, const Session& session) {
  const auto person = find_person(snapshot, session.person);
  CHECK(person.has_value());
  if (!person->has_second_factor || session.proof == Proof::two_factors) return {};
  return present_factor_first();
}

}  // namespace

Failure present_factor_first() {
  return refuse(ErrorKind::forbidden,
                {"donnez d'abord le code du second facteur que vous avez, ou un code de secours",
                 "give the code of the second factor you have first, or a recovery code"},
                "second_factor");
}

Result<void> check_giving_up(database::Snapshot& snapshot, const Person& person, const Policy& policy, Instant at) {
  if (!person.has_second_factor)
    return refuse(ErrorKind::conflict, {"ce compte n'a pas de second facteur", "this account has no second factor"},
                  "second_factor");
  const auto demanding = demanding_second_factor(snapshot, person, policy, at);
  if (demanding.empty()) return {};
  const auto& role = label_of(demanding.front().role);
  return refuse(ErrorKind::conflict,
                {fmt::format("votre rôle « {} » demande un second facteur", role.fr),
                 fmt::format("your role \"{}\" demands a second factor", role.en)},
                "second_factor");
}

void count_refused_credential(database::Database& database, std::string_view address, std::string_view what,
                              Instant at) {
  const std::string key = address_key(address);
  if (wait_of(failures_of(*database.read(), key, at), free_failures_of_address, at) > 0) return;
  auto tx = database.write();
  count_failure(*tx, key, at);
  record_change(*tx, asker_for({}, at), {}, "credential", fmt::format("refused {} address={}", what, address));
  tx->commit();
}

std::expected<Proven, SignInRefusal> SignIn::check(database::Database& database, const Attempt& attempt, Instant at) {
  const Failing failing{account_key(attempt.login), address_key(attempt.address)};
  std::optional<Person> person;
  Kept kept;
  {
    auto snapshot = database.read();
    if (const auto wait = failing.wait_left(*snapshot, at); wait > 0)
      return std::unexpected(SignInRefusal{SignInRefusal::Why::wait, wait});
    person = find_person_by_login(*snapshot, attempt.login);
    if (person) kept = kept_of(*snapshot, person->id);
  }
  const bool is_open = person && !person->disabled_at && !kept.password.empty();
  const bool is_right = is_password(attempt.password, is_open ? kept.password : nobodys_hash_) && is_open;
  if (is_right && !kept.second_factor.empty() && attempt.code.empty())
    return std::unexpected(SignInRefusal{SignInRefusal::Why::code_needed});
  const std::string renewed =
      is_right && crypto::is_outdated(kept.password, cost_) ? crypto::hash_password(attempt.password, cost_) : "";
  auto tx = database.write();
  const bool is_proven = is_right && (kept.second_factor.empty() || use_code(*tx, person->id, kept, attempt.code, at) ||
                                      use_recovery_code(*tx, person->id, attempt.code, at));
  const Asker by = asker_for(person, at);
  const std::string subject = person ? subject_of(person->id) : "unknown login";
  if (!is_proven) {
    failing.count(*tx, at);
    record_change(*tx, by, {}, subject, fmt::format("sign-in refused address={}", attempt.address));
    tx->commit();
    return std::unexpected(SignInRefusal{SignInRefusal::Why::wrong});
  }
  failing.forget(*tx);
  if (!renewed.empty()) tx->execute("UPDATE person SET password = ? WHERE id = ?", {renewed, person->id});
  record_change(*tx, by, {}, subject, fmt::format("signed in address={}", attempt.address));
  tx->commit();
  return Proven{*person, kept.second_factor.empty() ? Proof::one_factor : Proof::two_factors};
}

void set_password(database::Transaction& tx, PersonId person, const std::string& hash, const Asker& by) {
  tx.execute("UPDATE person SET password = ? WHERE id = ?", {hash, person});
  tx.execute("UPDATE session SET ended_utc_ms = ? WHERE person = ? AND ended_utc_ms IS NULL", {by.at.utc_ms, person});
  record_change(tx, by, {}, subject_of(person), "password changed");
}

Result<crypto::Bytes> begin_second_factor(database::Transaction& tx, const Session& session, crypto::Chance& chance) {
  if (const auto checked = check_enrolment(tx, session); !checked) return Failure(checked.error());
  auto secret = new_secret(chance);
  tx.execute("UPDATE person SET second_factor_begun = ? WHERE id = ?", {secret, session.person});
  return secret;
}

Result<Enrolled> confirm_second_factor(database::Transaction& tx, const Session& session, std::string_view code,
                                       crypto::Chance& chance, Instant at) {
  if (const auto checked = check_enrolment(tx, session); !checked) return Failure(checked.error());
  auto codes = enrol(tx, *find_person(tx, session.person), code, chance, at);
  if (!codes) return Failure(codes.error());
  return Enrolled{std::move(*codes), raise_session(tx, session, chance, at)};
}

std::expected<std::string, SignInRefusal> step_up(database::Database& database, const Session& session,
                                                  const CodeAttempt& attempt, crypto::Chance& chance, Instant at) {
  auto tx = database.write();
  const auto person = find_person(*tx, session.person);
  CHECK(person.has_value());
  const Failing failing{account_key(person->login), address_key(attempt.address)};
  if (const auto wait = failing.wait_left(*tx, at); wait > 0)
    return std::unexpected(SignInRefusal{SignInRefusal::Why::wait, wait});
  const Kept kept = kept_of(*tx, person->id);
  const bool is_right = !kept.second_factor.empty() && (use_code(*tx, person->id, kept, attempt.code, at) ||
                                                        use_recovery_code(*tx, person->id, attempt.code, at));
  std::expected<std::string, SignInRefusal> answer = std::unexpected(SignInRefusal{SignInRefusal::Why::wrong});
  if (is_right) {
    failing.forget(*tx);
    answer = raise_session(*tx, session, chance, at);
  } else {
    failing.count(*tx, at);
    record_change(*tx, asker_for(person, at), {}, subject_of(person->id),
                  fmt::format("second factor refused address={}", attempt.address));
  }
  tx->commit();
  return answer;
}

SecondFactorKept load_second_factor(database::Snapshot& snapshot, PersonId person) {
  SecondFactorKept kept;
  {
    auto rows = snapshot.query("SELECT second_factor_utc_ms FROM person WHERE id = ?", {person});
    CHECK(rows->next());
    kept.since = maybe_instant(*rows, 0);
  }
  auto rows = snapshot.query("SELECT COUNT(*) FROM recovery_code WHERE person = ? AND used_utc_ms IS NULL", {person});
  CHECK(rows->next());
  kept.recovery_codes = static_cast<int>(rows->integer(0));
  return kept;
}

std::vector<Habilitation> demanding_second_factor(database::Snapshot& snapshot, const Person& person,
                                                  const Policy& policy, Instant at) {
  auto held = habilitations_of(snapshot, person.id);
  std::erase_if(held, [&](const Habilitation& one) {
    const bool is_over = one.revoked_at || (one.until && *one.until <= at);
    return is_over || !is_waiting(one, person, policy, Proof::one_factor);
  });
  return held;
}

Result<void> give_up_second_factor(database::Transaction& tx, const Session& session, Instant at) {
  const auto person = find_person(tx, session.person);
  CHECK(person.has_value());
  if (const auto checked = check_giving_up(tx, *person, load_policy(tx), at); !checked) return checked;
  if (session.proof != Proof::two_factors) return present_factor_first();
  tx.execute(
      "UPDATE person SET second_factor = NULL, second_factor_begun = NULL, second_factor_step = NULL, "
      "second_factor_utc_ms = NULL WHERE id = ?",
      {person->id});
  tx.execute("DELETE FROM recovery_code WHERE person = ?", {person->id});
  // A role that comes to demand one later waits in sessions that are open, too.
  tx.execute("UPDATE session SET two_factors = 0 WHERE person = ?", {person->id});
  record_change(tx, asker_for(person, at), {}, subject_of(person->id), "second factor given up");
  return {};
}

// ---- one-time links -------------------------------------------------------------------------------------------------

std::string invite(database::Transaction& tx, PersonId person, crypto::Chance& chance, const Asker& by) {
  const std::string secret = crypto::random_token(chance);
  tx.execute("UPDATE invitation SET used_utc_ms = ? WHERE person = ? AND used_utc_ms IS NULL", {by.at.utc_ms, person});
  tx.execute("INSERT INTO invitation (hash, person, second_factor, expires_utc_ms) VALUES (?, ?, ?, ?)",
             {hash_of_secret(secret), person, new_secret(chance), by.at.utc_ms + invitation_lasts_ms});
  record_change(tx, by, {}, subject_of(person), "invited by a one-time link");
  return secret;
}

std::string invite_first_administrator(database::Transaction& tx, crypto::Chance& chance, const Asker& by) {
  CHECK(!has_persons(tx));
  const std::string secret = crypto::random_token(chance);
  tx.execute("UPDATE invitation SET used_utc_ms = ? WHERE used_utc_ms IS NULL", {by.at.utc_ms});
  tx.execute("INSERT INTO invitation (hash, second_factor, expires_utc_ms) VALUES (?, ?, ?)",
             {hash_of_secret(secret), new_secret(chance), by.at.utc_ms + first_link_lasts_ms});
  record_change(tx, by, {}, "first administrator", "invited by a one-time link");
  return secret;
}

std::string reset_person(database::Transaction& tx, PersonId person, crypto::Chance& chance, const Asker& by) {
  tx.execute(
      "UPDATE person SET password = NULL, second_factor = NULL, second_factor_begun = NULL, second_factor_step = NULL, "
      "second_factor_utc_ms = NULL WHERE id = ?",
      {person});
  tx.execute("DELETE FROM recovery_code WHERE person = ?", {person});
  tx.execute("UPDATE session SET ended_utc_ms = ? WHERE person = ? AND ended_utc_ms IS NULL", {by.at.utc_ms, person});
  record_change(tx, by, {}, subject_of(person), "password and second factor forgotten");
  return invite(tx, person, chance, by);
}

std::optional<Invitation> find_invitation(database::Snapshot& snapshot, std::string_view secret, Instant at) {
  Invitation invitation;
  std::optional<std::int64_t> person;
  {
    auto rows = snapshot.query(
        "SELECT person, second_factor FROM invitation WHERE hash = ? AND used_utc_ms IS NULL AND expires_utc_ms > ?",
        {hash_of_secret(secret), at.utc_ms});
    if (!rows->next()) return std::nullopt;
    person = rows->maybe_integer(0);
    invitation.second_factor = bytes_or_none(*rows, 1);
  }
  if (!person) {
    if (has_persons(snapshot)) return std::nullopt;
    invitation.needs_second_factor = true;
    return invitation;
  }
  invitation.person = find_person(snapshot, {*person});
  invitation.needs_second_factor =
      !demanding_second_factor(snapshot, *invitation.person, load_policy(snapshot), at).empty();
  return invitation;
}

namespace {

// The account of a link: made now for the first administrator.
Result<Person> person_of(database::Transaction& tx, const Invitation& invitation, const Acceptance& acceptance,
                         crypto::Chance& chance, Instant at) {
  if (invitation.person) return *invitation.person;
  const Asker by{local_viewer("local:first-start", {}), "", "", at};
  const auto person = create_person(tx, {acceptance.login, acceptance.name}, chance, by);
  if (!person) return person;
  const auto granted = grant(tx,
                             {person->id,
                              Role::administrator,
                              {},
                              {},
                              Sensitivity::ordinary,
                              "première mise en service / first start",
                              at,
                              {}},
                             chance, by);
  CHECK(granted.has_value());
  return person;
}

}  // namespace

Result<Accepted> accept_invitation(database::Database& database, SignIn& sign_in, const Acceptance& acceptance,
                                   crypto::Chance& chance, Instant at) {
  const auto unknown = [] {
    return refuse(ErrorKind::not_found,
                  {"ce lien ne sert plus : demandez-en un autre à l'administration",
                   "this link is of no use any more: ask the administrator for another"},
                  "invitation");
  };
  const auto seen = find_invitation(*database.read(), acceptance.secret, at);
  if (!seen) return unknown();
  const auto hash = sign_in.hash(acceptance.password, seen->person ? seen->person->login : acceptance.login);
  if (!hash) return Failure(hash.error());
  auto tx = database.write();
  const auto invitation = find_invitation(*tx, acceptance.secret, at);
  if (!invitation) return unknown();
  const auto person = person_of(*tx, *invitation, acceptance, chance, at);
  if (!person) return Failure(person.error());
  const Asker by = asker_for(*person, at);
  Accepted accepted{{*person, Proof::one_factor}, {}};
  tx->execute("UPDATE invitation SET used_utc_ms = ? WHERE hash = ?", {at.utc_ms, hash_of_secret(acceptance.secret)});
  set_password(*tx, person->id, *hash, by);
  if (invitation->needs_second_factor || !acceptance.code.empty()) {
    tx->execute("UPDATE person SET second_factor_begun = ? WHERE id = ?", {invitation->second_factor, person->id});
    auto codes = enrol(*tx, *person, acceptance.code, chance, at);
    if (!codes) return Failure(codes.error());
    accepted.recovery_codes = std::move(*codes);
    accepted.proven.proof = Proof::two_factors;
  }
  accepted.proven.person = *find_person(*tx, person->id);
  tx->commit();
  return accepted;
}

}  // namespace quadrille::access
