#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <semaphore>
#include <string>
#include <string_view>
#include <vector>

#include "host/crypto/chance.h"
#include "host/crypto/encoding.h"
#include "host/crypto/password.h"
#include "services/access/person.h"
#include "services/access/session.h"

// How a person proves who they are: password, second factor, one-time link; and what slows down who guesses.
//
// Against guessing: every failure is counted by account and by address, and each one beyond a few free ones doubles the
// wait. Against finding out which logins exist: an unknown login costs the same work (a hash is verified all the same,
// an audit entry is written) and gets the same answer, waits included. Against exhausting memory: only so many
// passwords are verified at a time.

namespace quadrille::access {

// ---- waits ----------------------------------------------------------------------------------------------------------

inline constexpr int free_failures_of_account = 5;
inline constexpr int free_failures_of_address = 20;
inline constexpr std::int64_t longest_wait_ms = 15 * 60 * 1000;
inline constexpr std::int64_t failures_forgotten_after_ms = 24 * 3600 * 1000;

// Until when nothing is tried after so many failures: 1 s after the free ones, doubling, a quarter of an hour at most.
[[nodiscard]] std::int64_t wait_ms_after(std::int64_t failures, int free_failures);

// An unusable credential was shown (a forged cookie, an unknown token): counted against the address and, while that
// address need not wait, written in the log.
void count_refused_credential(database::Database& database, std::string_view address, std::string_view what,
                              Instant at);

// ---- passwords and second factors -----------------------------------------------------------------------------------

inline constexpr std::size_t password_bytes_min = 12;
inline constexpr std::size_t password_bytes_max = 200;

struct Attempt {
  std::string login;
  std::string password;
  std::string code;     // of the authenticator application, or a recovery code; empty the first time
  std::string address;  // of the client
};

struct SignInRefusal {
  enum class Why { wrong, code_needed, wait } why = Why::wrong;
  std::int64_t wait_ms = 0;  // where `wait`
};

struct Proven {
  Person person;
  Proof proof = Proof::one_factor;
};

class SignIn {
 public:
  // `at_once`: passwords verified at a time; the others queue.
  explicit SignIn(crypto::PasswordCost cost, int at_once = 2);

  // Leaves an audit entry, whatever it answers but for a wait. A code is good once (RFC 6238 section 5.2).
  [[nodiscard]] std::expected<Proven, SignInRefusal> check(database::Database& database, const Attempt& attempt,
                                                           Instant at);

  // Argon2id. Refused (field `password`): too short, too long, or it holds the login.
  [[nodiscard]] Result<std::string> hash(std::string_view password, std::string_view login);

 private:
  [[nodiscard]] bool is_password(std::string_view password, const std::string& hash);

  crypto::PasswordCost cost_;
  std::string nobodys_hash_;
  std::counting_semaphore<64> turns_;
};

// `hash` as SignIn::hash made it. Other sessions of the person end.
void set_password(database::Transaction& tx, PersonId person, const std::string& hash, const Asker& by);

// A new secret for the authenticator application, not in force until a code of it was given back. Refused (forbidden,
// field `second_factor`) where one is in force and the session came in without it: whoever had only the password would
// replace it by their own.
[[nodiscard]] Result<crypto::Bytes> begin_second_factor(database::Transaction& tx, const Session& session,
                                                        crypto::Chance& chance);
struct Enrolled {
  std::vector<std::string> recovery_codes;  // shown once, each good once
  std::string token;                        // of the session, which is of two factors from now on
};
// In force from now on. Refused as begin_second_factor, and (field `code`) when the code is not one of the secret
// begun.
[[nodiscard]] Result<Enrolled> confirm_second_factor(database::Transaction& tx, const Session& session,
                                                     std::string_view code, crypto::Chance& chance, Instant at);

[[nodiscard]] Failure wrong_code();  // invalid_input, field `code`

struct CodeAttempt {
  std::string code;     // of the authenticator application, or a recovery code
  std::string address;  // of the client
};
// The second factor given within a session that came in without: no need to sign in again. Answers the session's token
// from then on. Wrong codes count as wrong passwords do, and make wait as they do; an account without a second factor
// has no right code. Leaves an audit entry, whatever it answers but for a wait.
[[nodiscard]] std::expected<std::string, SignInRefusal> step_up(database::Database& database, const Session& session,
                                                                const CodeAttempt& attempt, crypto::Chance& chance,
                                                                Instant at);

// Of the account's own page: since when it is in force (nothing: there is none, or it is from before this was kept),
// and how many recovery codes are left.
struct SecondFactorKept {
  std::optional<Instant> since;
  int recovery_codes = 0;
};
[[nodiscard]] SecondFactorKept load_second_factor(database::Snapshot& snapshot, PersonId person);

// The habilitations of a person, in force or to come, whose role demands a second factor.
[[nodiscard]] std::vector<Habilitation> demanding_second_factor(database::Snapshot& snapshot, const Person& person,
                                                                const Policy& policy, Instant at);
[[nodiscard]] Failure present_factor_first();  // forbidden, field `second_factor`
// Refused (conflict, field `second_factor`): there is none, or a role demands it.
[[nodiscard]] Result<void> check_giving_up(database::Snapshot& snapshot, const Person& person, const Policy& policy,
                                           Instant at);
// The person is of one factor from now on, in every session; recovery codes are forgotten. Tokens of programs stay what
// they were made as. Refused as check_giving_up, and as begin_second_factor. Logged.
[[nodiscard]] Result<void> give_up_second_factor(database::Transaction& tx, const Session& session, Instant at);

// ---- one-time links -------------------------------------------------------------------------------------------------

inline constexpr std::int64_t first_link_lasts_ms = 24 * 3600 * 1000;
inline constexpr std::int64_t invitation_lasts_ms = 72 * 3600 * 1000;

// A link with which the person chooses a password; it replaces older ones. Answers the secret of the link, shown once.
[[nodiscard]] std::string invite(database::Transaction& tx, PersonId person, crypto::Chance& chance, const Asker& by);
// The same for the first administrator, whose account is made when the link is used; only while there is no account
// (CHECKed).
[[nodiscard]] std::string invite_first_administrator(database::Transaction& tx, crypto::Chance& chance,
                                                     const Asker& by);
// Password, second factor and recovery codes are forgotten, sessions end, tokens stay; answers a new link.
[[nodiscard]] std::string reset_person(database::Transaction& tx, PersonId person, crypto::Chance& chance,
                                       const Asker& by);

struct Invitation {
  std::optional<Person> person;  // nothing: the first administrator, who chooses a login
  crypto::Bytes second_factor;   // the secret to enrol
  bool needs_second_factor = false;
};
// Nothing for an unknown, used or expired link: the three look the same.
[[nodiscard]] std::optional<Invitation> find_invitation(database::Snapshot& snapshot, std::string_view secret,
                                                        Instant at);

struct Acceptance {
  std::string secret;
  std::string login;  // of the first administrator
  std::string name;
  std::string password;
  std::string code;  // where the second factor is needed or wanted
};
struct Accepted {
  Proven proven;
  std::vector<std::string> recovery_codes;  // where a second factor was enrolled
};
// Refused: not_found (no such link), or the field to put right, and then the link can be tried again.
[[nodiscard]] Result<Accepted> accept_invitation(database::Database& database, SignIn& sign_in,
                                                 const Acceptance& acceptance, crypto::Chance& chance, Instant at);

}  // namespace quadrille::access
