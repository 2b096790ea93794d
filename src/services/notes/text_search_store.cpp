#include <fmt/format.h>

#include <algorithm>

#include "services/notes/erasure.h"
#include "services/notes/letters.h"

namespace quadrille::notes {
namespace {

// Every free text, as (note, code of the note, where, text). One statement each.
struct Source {
  std::string_view sql;
  std::string_view where;
};
constexpr Source sources[] = {
    {"SELECT id, code, '', facts FROM note WHERE territory = ?", "facts"},
    {"SELECT id, code, '', assessment FROM note WHERE territory = ?", "assessment"},
    {"SELECT id, code, '', summary FROM note WHERE territory = ?", "summary"},
    {"SELECT n.id, n.code, a.words, a.words FROM note_assertion a JOIN note n ON n.id = a.note WHERE n.territory = ? "
     "AND a.words <> ''",
     "assertion"},
    {"SELECT n.id, n.code, a.code, a.facts FROM note_addition a JOIN note n ON n.id = a.note WHERE n.territory = ?",
     "addition"},
    {"SELECT n.id, n.code, a.code, a.assessment FROM note_addition a JOIN note n ON n.id = a.note WHERE n.territory = "
     "?",
     "addition"},
    {"SELECT n.id, n.code, a.code, a.answer FROM note_addition a JOIN note n ON n.id = a.note WHERE n.territory = ?",
     "addition"},
    {"SELECT n.id, n.code, CAST(s.number AS TEXT), s.words FROM note_step s JOIN note n ON n.id = s.note WHERE "
     "n.territory = ?",
     "step"},
    {"SELECT n.id, n.code, '', o.words FROM note_outcome o JOIN note n ON n.id = o.note WHERE n.territory = ?",
     "outcome"},
    {"SELECT n.id, n.code, CAST(r.number AS TEXT), r.superseded FROM note_revision r JOIN note n ON n.id = r.note "
     "WHERE n.territory = ? AND r.superseded IS NOT NULL",
     "revision"},
    {"SELECT COALESCE(n.id, 0), COALESCE(n.code, ''), q.code, q.words FROM service_request q LEFT JOIN note n ON "
     "n.code "
     "= q.about AND q.about_kind = 'note' WHERE q.territory = ?",
     "request"},
    {"SELECT COALESCE(n.id, 0), COALESCE(n.code, ''), q.code, e.words FROM service_request_event e JOIN "
     "service_request "
     "q ON q.code = e.request LEFT JOIN note n ON n.code = q.about AND q.about_kind = 'note' WHERE q.territory = ?",
     "request"},
};

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

// Up to 60 bytes on either side, cut between characters.
std::string excerpt_of(std::string_view text, std::size_t begin, std::size_t end) {
  constexpr std::size_t around = 60;
  std::size_t from = begin > around ? begin - around : 0;
  std::size_t to = std::min(text.size(), end + around);
  while (from > 0 && continues_character(text[from])) --from;
  while (to < text.size() && continues_character(text[to])) ++to;
  std::string out = from > 0 ? "…" : "";
  for (const char c : text.substr(from, to - from)) out += c == '\n' ? ' ' : c;
  return out + (to < text.size() ? "…" : "");
}

// A term is a run of words: where it stands in the text, if it does.
std::optional<std::pair<std::size_t, std::size_t>> find_term(const std::vector<Word>& text,
                                                             const std::vector<Word>& term) {
  if (term.empty() || text.size() < term.size()) return std::nullopt;
  for (std::size_t i = 0; i + term.size() <= text.size(); ++i) {
    std::size_t same = 0;
    while (same < term.size() && text[i + same].folded == term[same].folded) ++same;
    if (same == term.size()) return std::pair{text[i].begin, text[i + same - 1].end};
  }
  return std::nullopt;
}

// Letters and digits alone, for plates and telephones that people space as they like.
std::string squeezed(std::string_view text) {
  std::string out;
  for (const auto& word : words_of(text)) out += word.folded;
  return out;
}
bool has_digit(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::vector<TextHit> find_in_texts(database::Snapshot& snapshot, TerritoryId territory,
                                   const std::vector<std::string>& terms, int limit) {
  std::vector<std::vector<Word>> wanted;
  std::vector<std::string> numbers;
  for (const auto& term : terms) {
    wanted.push_back(words_of(term));
    if (has_digit(term) && squeezed(term).size() >= 5) numbers.push_back(squeezed(term));
  }
  std::vector<TextHit> hits;
  for (const auto& source : sources) {
    auto rows = snapshot.query(source.sql, {territory});
    while (rows->next() && hits.size() < static_cast<std::size_t>(limit)) {
      const std::string text(rows->text(3));
      if (text.empty()) continue;
      const auto words = words_of(text);
      std::optional<std::pair<std::size_t, std::size_t>> place;
      for (const auto& term : wanted)
        if (!place) place = find_term(words, term);
      if (!place && !numbers.empty()) {
        const std::string all = squeezed(text);
        for (const auto& number : numbers)
          if (!place && all.find(number) != std::string::npos) place = std::pair{std::size_t{0}, text.size()};
      }
      if (!place) continue;
      std::string where(source.where);
      if (const auto which = rows->text(2); source.where != "assertion" && !which.empty())
        where += " " + std::string(which);
      hits.push_back(
          {{rows->integer(0)}, std::string(rows->text(1)), where, excerpt_of(text, place->first, place->second)});
    }
  }
  return hits;
}

}  // namespace quadrille::notes
