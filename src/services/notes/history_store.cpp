#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "services/notes/store.h"

namespace quadrille::notes::store {
namespace {

crypto::Digest digest_of(std::span<const std::uint8_t> bytes) {
  crypto::Digest digest{};
  CHECK(bytes.size() == digest.size());
  std::ranges::copy(bytes, digest.begin());
  return digest;
}

Assertion read_assertion(const database::Rows& rows, int first) {
  return {static_cast<AssertionKind>(rows.integer(first)), rows.integer(first + 1), rows.integer(first + 2),
          std::string(rows.text(first + 3))};
}

Content read_addition_content(const database::Rows& rows) {
  Content content;
  content.facts = rows.text(7);
  content.assessment = rows.text(8);
  if (!rows.is_null(9)) content.point = LonLat::checked_e7(rows.integer(9), rows.integer(10));
  if (const auto sector = rows.maybe_integer(11)) content.sector = SectorId{*sector};
  content.window = {{rows.integer(12)}, {rows.integer(13)}};
  content.product = static_cast<Product>(rows.integer(14));
  const auto evaluation = make_evaluation(static_cast<Scale>(rows.integer(15)), rows.text(16));
  CHECK(evaluation.has_value());
  content.evaluation = *evaluation;
  if (const auto category = rows.maybe_integer(17)) content.person_category = static_cast<PersonCategory>(*category);
  return content;
}

}  // namespace

std::optional<Note> find(database::Snapshot& snapshot, TerritoryId territory, std::string_view code,
                         const std::string& readable, PersonId person) {
  std::vector<Note> found;
  {
    // Who has no account wrote nothing: 0 is nobody.
    auto rows = snapshot.query(fmt::format("SELECT {} FROM note WHERE code = ? AND territory = ? AND (marking IN {} OR "
                                           "(author = ? AND author <> 0))",
                                           note_columns(), readable),
                               {code, territory, person});
    if (rows->next()) found.push_back(read_note(*rows));
  }
  if (found.empty()) return std::nullopt;
  load_assertions(snapshot, found);
  return std::move(found.front());
}

void load_assertions(database::Snapshot& snapshot, std::span<Note> notes) {
  if (notes.empty()) return;
  std::vector<std::pair<std::int64_t, Note*>> by_number;
  std::string numbers;
  for (auto& note : notes) {
    by_number.emplace_back(note.id.value, &note);
    numbers += fmt::format("{}{}", numbers.empty() ? "" : ",", note.id.value);
  }
  std::ranges::sort(by_number);
  auto rows =
      snapshot.query(fmt::format("SELECT note, kind, low, high, words FROM note_assertion WHERE addition = 0 AND "
                                 "note IN ({}) ORDER BY note, number",
                                 numbers));
  while (rows->next()) {
    const auto at = std::ranges::lower_bound(by_number, rows->integer(0), {}, &std::pair<std::int64_t, Note*>::first);
    at->second->content.assertions.push_back(read_assertion(*rows, 1));
  }
}

std::vector<Addition> load_additions(database::Snapshot& snapshot, NoteId note, const std::string& readable,
                                     PersonId person, Instant now) {
  std::vector<Addition> found;
  {
    auto rows = snapshot.query(
        fmt::format(
            "SELECT id, code, marking, kind, at_utc_ms, author, service, facts, assessment, lon_e7, lat_e7, "
            "sector, earliest_utc_ms, latest_utc_ms, product, scale, evaluation, person_category, state, answer, "
            "retain_until_utc_ms, minor FROM note_addition WHERE note = ? AND (marking IN {} OR (author = ? AND author "
            "<> 0)) "
            "AND "
            "retain_until_utc_ms > ? ORDER BY at_utc_ms, code",
            readable),
        {note, person, now.utc_ms});
    while (rows->next()) {
      Addition one;
      one.id = rows->integer(0);
      one.code = rows->text(1);
      one.marking = {rows->integer(2)};
      one.kind = static_cast<AdditionKind>(rows->integer(3));
      one.at = {rows->integer(4)};
      one.author = {rows->integer(5)};
      one.service = {rows->integer(6)};
      one.content = read_addition_content(*rows);
      one.state = static_cast<ProposalState>(rows->integer(18));
      one.answer = rows->text(19);
      one.retain_until = {rows->integer(20)};
      one.content.is_about_minor = rows->integer(21) != 0;
      found.push_back(std::move(one));
    }
  }
  for (auto& one : found) {
    auto rows = snapshot.query(
        "SELECT kind, low, high, words FROM note_assertion WHERE note = ? AND addition = ? ORDER BY number",
        {note, one.id});
    while (rows->next()) one.content.assertions.push_back(read_assertion(*rows, 0));
  }
  return found;
}

std::vector<TakenStep> load_steps(database::Snapshot& snapshot, NoteId note) {
  auto rows = snapshot.query(
      "SELECT step, from_stage, to_stage, at_utc_ms, person, service, words, grade FROM note_step WHERE note = ? ORDER "
      "BY "
      "number",
      {note});
  std::vector<TakenStep> taken;
  while (rows->next()) {
    TakenStep one{static_cast<Step>(rows->integer(0)),
                  static_cast<Stage>(rows->integer(1)),
                  static_cast<Stage>(rows->integer(2)),
                  {rows->integer(3)},
                  {rows->integer(4)},
                  {rows->integer(5)},
                  std::string(rows->text(6)),
                  {}};
    if (const auto grade = rows->maybe_text(7)) one.grade = parse_grade(*grade);
    taken.push_back(std::move(one));
  }
  return taken;
}

std::vector<Revision> load_revisions(database::Snapshot& snapshot, NoteId note) {
  auto rows = snapshot.query(
      "SELECT number, at_utc_ms, author, previous, hash, salt, superseded FROM note_revision WHERE note = ? ORDER BY "
      "number",
      {note});
  std::vector<Revision> revisions;
  while (rows->next()) {
    Revision one;
    one.number = static_cast<int>(rows->integer(0));
    one.at = {rows->integer(1)};
    one.author = {rows->integer(2)};
    one.previous = digest_of(rows->bytes(3));
    one.hash = digest_of(rows->bytes(4));
    const auto salt = rows->bytes(5);
    one.salt.assign(salt.begin(), salt.end());
    one.superseded = rows->maybe_text(6);
    revisions.push_back(std::move(one));
  }
  return revisions;
}

std::optional<Outcome> load_outcome(database::Snapshot& snapshot, NoteId note) {
  auto rows = snapshot.query(
      "SELECT kind, arrests, presented, seized_mg, cash_cents, words FROM note_outcome WHERE note = ?", {note});
  if (!rows->next()) return std::nullopt;
  return Outcome{static_cast<OutcomeKind>(rows->integer(0)),
                 rows->integer(1),
                 rows->integer(2),
                 rows->integer(3),
                 rows->integer(4),
                 std::string(rows->text(5))};
}

}  // namespace quadrille::notes::store
