#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/line.h"
#include "services/access/session.h"
#include "services/access/store.h"

namespace quadrille::access {
namespace {

// session.two_factors is the number of the first token with which the session is of two factors; 0: none is.
Proof proof_of(std::int64_t first_with_two, std::int64_t number) {
  return first_with_two != 0 && number >= first_with_two ? Proof::two_factors : Proof::one_factor;
}

// A token of a session as its row says: `newer_seen_at` is when the token that replaced it was first shown.
struct Found {
  Session session;
  std::int64_t number = 0;
  Instant made_at;
  bool is_seen = false;
  bool is_newest = false;
  std::optional<Instant> newer_seen_at;
  std::optional<Instant> ended_at;
};

std::optional<Found> find_by_token(database::Snapshot& snapshot, const std::string& hash) {
  auto rows = snapshot.query(
      "SELECT s.id, s.person, s.csrf, s.purpose, s.legal_basis, s.two_factors, s.method, s.created_utc_ms, "
      "s.seen_utc_ms, s.ended_utc_ms, t.number, t.made_utc_ms, t.seen_utc_ms, n.number, n.seen_utc_ms "
      "FROM session_token t JOIN session s ON s.id = t.session "
      "LEFT JOIN session_token n ON n.session = t.session AND n.number = t.number + 1 WHERE t.hash = ?",
      {hash});
  if (!rows->next()) return std::nullopt;
  return Found{{{rows->integer(0)},
                {rows->integer(1)},
                std::string(rows->text(2)),
                std::string(rows->text(3)),
                std::string(rows->text(4)),
                proof_of(rows->integer(5), rows->integer(10)),
                std::string(rows->text(6)),
                {rows->integer(7)},
                {rows->integer(8)}},
               rows->integer(10),
               {rows->integer(11)},
               !rows->is_null(12),
               rows->is_null(13),
               maybe_instant(*rows, 14),
               maybe_instant(*rows, 9)};
}

// What a session changes is recorded as its person's act.
Asker by_person(const Session& session, Instant at) {
  Asker by{{}, session.purpose, session.legal_basis, at};
  by.viewer.person = session.person;
  return by;
}

std::string subject_of(SessionId id) { return fmt::format("session {}", id.value); }

void insert_token(database::Transaction& tx, SessionId session, std::int64_t number, const std::string& token,
                  Instant at) {
  tx.execute("INSERT INTO session_token (hash, session, number, made_utc_ms) VALUES (?, ?, ?, ?)",
             {hash_of_secret(token), session, number, at.utc_ms});
}

void close(database::Transaction& tx, const Session& session, std::string_view why, Instant at) {
  const auto changed =
      tx.execute("UPDATE session SET ended_utc_ms = ? WHERE id = ? AND ended_utc_ms IS NULL", {at.utc_ms, session.id});
  if (changed > 0) record_change(tx, by_person(session, at), {}, subject_of(session.id), std::string(why));
}

bool is_over(const Found& found, Instant at) { return found.ended_at || found.session.ends_at() <= at; }

bool is_copy(const Found& found, Instant at) {
  return found.newer_seen_at && at.utc_ms - found.newer_seen_at->utc_ms > session_overlap_ms;
}

// Kept a while so that a copied token of an ended session is known for what it is.
void forget_old_sessions(database::Transaction& tx, Instant at) {
  constexpr std::int64_t kept_ms = std::int64_t{30} * 24 * 3600 * 1000;
  const std::int64_t before = at.utc_ms - kept_ms;
  tx.execute("DELETE FROM session_token WHERE session IN (SELECT id FROM session WHERE created_utc_ms < ?)", {before});
  tx.execute("DELETE FROM session WHERE created_utc_ms < ?", {before});
}

// Two requests at once must not both change the token: the second finds that a newer one is there.
std::string rotate(database::Transaction& tx, const Found& found, const std::string& hash, crypto::Chance& chance,
                   Instant at) {
  const auto again = find_by_token(tx, hash);
  if (!again || !again->is_newest || is_over(*again, at)) return "";
  std::string token = crypto::random_token(chance);
  insert_token(tx, found.session.id, found.number + 1, token, at);
  return token;
}

}  // namespace

Instant Session::ends_at() const {
  return {std::min(seen_at.utc_ms + session_idle_ms, created_at.utc_ms + session_lasts_ms)};
}

OpenedSession open_session(database::Transaction& tx, PersonId person, Proof proof, std::string_view method,
                           crypto::Chance& chance, Instant at) {
  forget_old_sessions(tx, at);
  OpenedSession opened{crypto::random_token(chance),
                       {{}, person, crypto::random_token(chance), "", "", proof, std::string(method), at, at}};
  auto& session = opened.session;
  session.id = {tx.insert_returning_id(
      "INSERT INTO session (person, csrf, purpose, legal_basis, two_factors, method, created_utc_ms, seen_utc_ms) "
      "VALUES (?, ?, '', '', ?, ?, ?, ?) RETURNING id",
      {person, session.csrf, proof == Proof::two_factors ? 1 : 0, method, at.utc_ms, at.utc_ms})};
  insert_token(tx, session.id, 1, opened.token, at);
  record_change(tx, by_person(session, at), {}, subject_of(session.id), fmt::format("opened method={}", method));
  return opened;
}

std::expected<SessionUse, SessionRefusal> use_session(database::Database& database, std::string_view token,
                                                      crypto::Chance& chance, Instant at) {
  const std::string hash = hash_of_secret(token);
  auto found = find_by_token(*database.read(), hash);
  if (!found) return std::unexpected(SessionRefusal::unknown);
  if (is_over(*found, at)) return std::unexpected(SessionRefusal::ended);
  if (is_copy(*found, at)) {
    auto tx = database.write();
    close(*tx, found->session, "ended: a replaced token was shown again", at);
    tx->commit();
    return std::unexpected(SessionRefusal::copied);
  }
  const bool is_due = found->is_newest && at.utc_ms - found->made_at.utc_ms >= session_rotates_ms;
  const bool is_stale = at.utc_ms - found->session.seen_at.utc_ms >= session_seen_every_ms;
  SessionUse use{std::move(found->session), ""};
  if (!is_due && !is_stale && found->is_seen) return use;
  auto tx = database.write();
  if (!found->is_seen) tx->execute("UPDATE session_token SET seen_utc_ms = ? WHERE hash = ?", {at.utc_ms, hash});
  if (is_stale) tx->execute("UPDATE session SET seen_utc_ms = ? WHERE id = ?", {at.utc_ms, use.session.id});
  if (is_due) {
    found->session.id = use.session.id;
    use.new_token = rotate(*tx, *found, hash, chance, at);
  }
  tx->commit();
  use.session.seen_at = at;
  return use;
}

Result<void> set_purpose(database::Transaction& tx, const Session& session, std::string_view purpose,
                         std::string_view legal_basis, Instant at) {
  if (auto said = check_purpose(purpose); !said) return said;
  if (auto basis = check_line(legal_basis, {0, purpose_most}, "legal_basis"); !basis) return basis;
  tx.execute("UPDATE session SET purpose = ?, legal_basis = ? WHERE id = ?", {purpose, legal_basis, session.id});
  Session changed = session;
  changed.purpose = purpose;
  changed.legal_basis = legal_basis;
  record_change(tx, by_person(changed, at), {}, subject_of(session.id), "purpose said");
  return {};
}

std::string raise_session(database::Transaction& tx, const Session& session, crypto::Chance& chance, Instant at) {
  std::int64_t number = 0;
  {
    auto rows = tx.query("SELECT MAX(number) FROM session_token WHERE session = ?", {session.id});
    CHECK(rows->next());
    number = rows->integer(0) + 1;
  }
  std::string token = crypto::random_token(chance);
  insert_token(tx, session.id, number, token, at);
  tx.execute("UPDATE session SET two_factors = ? WHERE id = ?", {number, session.id});
  record_change(tx, by_person(session, at), {}, subject_of(session.id), "second factor given");
  return token;
}

std::vector<Session> sessions_of(database::Snapshot& snapshot, PersonId person, Instant at) {
  auto rows = snapshot.query(
      "SELECT id, csrf, purpose, legal_basis, two_factors, method, created_utc_ms, seen_utc_ms FROM session WHERE "
      "person = ? AND ended_utc_ms IS NULL ORDER BY created_utc_ms DESC, id DESC",
      {person});
  std::vector<Session> found;
  while (rows->next()) {
    found.push_back({{rows->integer(0)},
                     person,
                     std::string(rows->text(1)),
                     std::string(rows->text(2)),
                     std::string(rows->text(3)),
                     rows->integer(4) != 0 ? Proof::two_factors : Proof::one_factor,
                     std::string(rows->text(5)),
                     {rows->integer(6)},
                     {rows->integer(7)}});
    if (found.back().ends_at() <= at) found.pop_back();
  }
  return found;
}

void end_session(database::Transaction& tx, const Session& session, Instant at) {
  close(tx, session, "ended by its person", at);
}

std::int64_t end_sessions_of(database::Transaction& tx, PersonId person, const Asker& by) {
  const auto ended = tx.execute("UPDATE session SET ended_utc_ms = ? WHERE person = ? AND ended_utc_ms IS NULL",
                                {by.at.utc_ms, person});
  record_change(tx, by, {}, fmt::format("person {}", person.value), fmt::format("sessions ended={}", ended));
  return ended;
}

}  // namespace quadrille::access
