#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "host/crypto/chance.h"
#include "host/database/database.h"
#include "services/access/person.h"

// Sessions of browsers. The cookie holds a random token of 256 bits; the database its hash. The token changes every
// quarter of an hour: the one before stays good until the new one was seen, so that requests under way and lost answers
// do no harm, and for a minute after; shown later it is a copy, and the session ends for everyone who holds it.

namespace quadrille::access {

using SessionId = Id<struct SessionTag>;

inline constexpr std::int64_t session_idle_ms = 60 * 60 * 1000;     // without a request
inline constexpr std::int64_t session_lasts_ms = 12 * 3600 * 1000;  // a shift, whatever happens
inline constexpr std::int64_t session_rotates_ms = 15 * 60 * 1000;  // age at which the token is changed
inline constexpr std::int64_t session_overlap_ms = 60 * 1000;       // for requests under way
inline constexpr std::int64_t session_seen_every_ms = 60 * 1000;    // how exactly the last use is written down

struct Session {
  SessionId id;
  PersonId person;
  std::string csrf;         // demanded in a header of every request that changes something
  std::string purpose;      // empty: not said yet
  std::string legal_basis;  // a reference
  Proof proof = Proof::one_factor;
  std::string method;  // "password", "provider", "certificate", "demonstration", "invitation"
  Instant created_at;
  Instant seen_at;

  // When it ends by itself if nothing more is asked.
  [[nodiscard]] Instant ends_at() const;
};

struct OpenedSession {
  std::string token;  // for the cookie
  Session session;
};
// Logged.
[[nodiscard]] OpenedSession open_session(database::Transaction& tx, PersonId person, Proof proof,
                                         std::string_view method, crypto::Chance& chance, Instant at);

struct SessionUse {
  Session session;
  std::string new_token;  // not empty: the cookie must be set to it
};
enum class SessionRefusal { unknown, ended, copied };
// Finds the session of a token, notes its use, changes its token when that is due and ends it when the token was
// copied. One look-up by index; it writes once a minute at most.
[[nodiscard]] std::expected<SessionUse, SessionRefusal> use_session(database::Database& database,
                                                                    std::string_view token, crypto::Chance& chance,
                                                                    Instant at);

// Refused (field `purpose`) when shorter than 3 characters or longer than 300. Logged.
[[nodiscard]] Result<void> set_purpose(database::Transaction& tx, const Session& session, std::string_view purpose,
                                       std::string_view legal_basis, Instant at);

// A second factor was given within the session: from the token answered on, it counts as opened with two. The tokens
// before stay good as ever and stay of one factor: a copy of them gains nothing.
[[nodiscard]] std::string raise_session(database::Transaction& tx, const Session& session, crypto::Chance& chance,
                                        Instant at);

// Those that are open, the newest first.
[[nodiscard]] std::vector<Session> sessions_of(database::Snapshot& snapshot, PersonId person, Instant at);
void end_session(database::Transaction& tx, const Session& session, Instant at);
// Of every session of the person. Answers how many ended.
std::int64_t end_sessions_of(database::Transaction& tx, PersonId person, const Asker& by);

}  // namespace quadrille::access
