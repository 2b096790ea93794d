#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "host/crypto/digest.h"
#include "host/crypto/encoding.h"
#include "services/notes/letters.h"
#include "services/notes/store.h"

namespace quadrille::notes::store {
namespace {

// Branches of one statement: enough that PostgreSQL is asked seldom, few enough that SQLite (500 terms of a compound)
// plans them quickly.
constexpr std::size_t branches = 50;

// SQL with its values, put together piece by piece.
class Statement {
 public:
  Statement& operator+=(std::string_view sql) {
    sql_ += sql;
    return *this;
  }
  void bind(std::int64_t value) { values_.emplace_back(value); }
  [[nodiscard]] std::unique_ptr<database::Rows> run(database::Snapshot& snapshot) const {
    return snapshot.query(sql_, std::span<const database::Value>(values_));
  }

 private:
  std::string sql_;
  std::vector<database::Value> values_;
};

// Conditions on the row `n` beside marking and position. Numbers only; what varies is bound.
void add_conditions(Statement& statement, const Filter& filter, Instant now) {
  statement += " AND n.retain_until_utc_ms > ?";
  statement.bind(now.utc_ms);
  const auto equal = [&](std::string_view column, std::optional<std::int64_t> value) {
    if (!value) return;
    statement += fmt::format(" AND n.{} = ?", column);
    statement.bind(*value);
  };
  if (filter.stage) equal("stage", static_cast<std::int64_t>(*filter.stage));
  if (filter.channel) equal("channel", static_cast<std::int64_t>(*filter.channel));
  if (filter.product) equal("product", static_cast<std::int64_t>(*filter.product));
  if (filter.originator) equal("originator", filter.originator->value);
  if (!filter.sectors.empty()) {
    std::string list;
    for (const auto sector : filter.sectors) list += fmt::format("{}{}", list.empty() ? "" : ",", sector.value);
    statement += fmt::format(" AND n.sector IN ({})", list);
  }
  if (filter.period) {
    statement += " AND n.shown_earliest_utc_ms < ? AND n.shown_latest_utc_ms >= ?";
    statement.bind(filter.period->latest.utc_ms);
    statement.bind(filter.period->earliest.utc_ms);
  }
}

std::vector<std::int64_t> words_of_search(const Filter& filter) {
  std::vector<std::int64_t> numbers;
  for (const auto& word : search_words(filter.search)) numbers.push_back(word_number(word));
  return numbers;
}

std::string numbers_of(std::span<const MarkingId> markings) {
  std::string list;
  for (const auto marking : markings) list += fmt::format("{}{}", list.empty() ? "" : ",", marking.value);
  return list.empty() ? "NULL" : list;
}

// Authors find all their notes; but a condition may only be put to what they are shown of a note. One whose marking
// they may not read shows its text while it is their own, and never its stage; a search looks at readable notes alone.
void add_conditions_of_mine(Statement& statement, const Whose& whose, const Filter& filter) {
  statement += " AND n.territory = ?";
  statement.bind(whose.territory.value);
  if (filter.stage || !filter.search.empty())
    statement += fmt::format(" AND n.marking IN ({})", numbers_of(whose.markings));
  else if (filter.product || !filter.sectors.empty() || filter.period)
    statement += fmt::format(" AND (n.marking IN ({}) OR n.editor = n.author)", numbers_of(whose.markings));
}

// The newest of one marking (or of one author), by its index.
struct Branch {
  std::string_view column;  // "marking" or "author"
  std::int64_t value = 0;
};

void add_branch(Statement& statement, const Branch& branch, const Whose& whose, const Filter& filter, Position after,
                int limit, Instant now) {
  const auto words = words_of_search(filter);
  const bool walks_words = !words.empty() && branch.column == "marking";
  const char* walked = walks_words ? "w" : "n";
  statement += fmt::format("SELECT * FROM (SELECT n.id, {0}.order_ms, {0}.lot FROM ", walked);
  if (walks_words) {
    statement += "note_word w JOIN note n ON n.id = w.note WHERE w.word = ? AND w.marking = ?";
    statement.bind(words[0]);
  } else {
    statement += fmt::format("note n WHERE n.{} = ?", branch.column);
  }
  statement.bind(branch.value);
  statement += fmt::format(" AND ({0}.order_ms, {0}.lot) < (?, ?)", walked);
  statement.bind(after.order_ms);
  statement.bind(after.lot);
  for (std::size_t i = walks_words ? 1 : 0; i < words.size(); ++i) {
    statement +=
        " AND EXISTS (SELECT 1 FROM note_word x WHERE x.word = ? AND x.marking = n.marking AND x.order_ms = n.order_ms "
        "AND x.lot = n.lot AND x.note = n.id)";
    statement.bind(words[i]);
  }
  if (branch.column == "author") add_conditions_of_mine(statement, whose, filter);
  add_conditions(statement, filter, now);
  statement += fmt::format(" ORDER BY {0}.order_ms DESC, {0}.lot DESC LIMIT ?) AS b{1}", walked, branch.value);
  statement.bind(limit);
}

struct Place {
  std::int64_t order_ms = 0;
  std::int64_t lot = 0;
  std::int64_t id = 0;
  friend auto operator<=>(const Place&, const Place&) = default;
};

std::vector<Place> newest_places(database::Snapshot& snapshot, const Whose& whose, const Filter& filter, Position after,
                                 int limit, Instant now) {
  std::vector<Branch> all;
  if (filter.scope == Filter::Scope::mine && whose.person.value == 0) return {};
  if (filter.scope == Filter::Scope::mine)
    all.push_back({"author", whose.person.value});
  else
    for (const auto marking : whose.markings) all.push_back({"marking", marking.value});
  std::vector<Place> found;
  for (std::size_t first = 0; first < all.size(); first += branches) {
    Statement statement;
    for (std::size_t i = first; i < std::min(first + branches, all.size()); ++i) {
      if (i > first) statement += " UNION ALL ";
      add_branch(statement, all[i], whose, filter, after, limit, now);
    }
    auto rows = statement.run(snapshot);
    while (rows->next()) found.push_back({rows->integer(1), rows->integer(2), rows->integer(0)});
  }
  std::ranges::sort(found, std::ranges::greater());
  if (found.size() > static_cast<std::size_t>(limit)) found.resize(static_cast<std::size_t>(limit));
  return found;
}

std::string numbers_of(std::span<const Place> places) {
  std::string list;
  for (const auto& place : places) list += fmt::format("{}{}", list.empty() ? "" : ",", place.id);
  return list;
}

}  // namespace

std::int64_t word_number(std::string_view word) {
  const auto digest = crypto::sha256(crypto::bytes_of(word));
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i) number = (number << 8) | digest[i];
  return static_cast<std::int64_t>(number >> 1);
}

std::vector<Note> newest(database::Snapshot& snapshot, const Whose& whose, const Filter& filter, Position after,
                         int limit, Instant now) {
  const auto places = newest_places(snapshot, whose, filter, after, limit, now);
  std::vector<Note> notes;
  if (places.empty()) return notes;
  {
    auto rows = snapshot.query(fmt::format("SELECT {} FROM note WHERE id IN ({})", note_columns(), numbers_of(places)));
    while (rows->next()) notes.push_back(read_note(*rows));
  }
  std::ranges::sort(notes, std::ranges::greater(), [](const Note& note) { return std::pair(note.order_ms, note.lot); });
  load_assertions(snapshot, notes);
  return notes;
}

std::vector<Note> load(database::Snapshot& snapshot, TerritoryId territory, std::span<const NoteId> ids,
                       const std::string& readable, Instant now) {
  std::vector<Note> notes;
  if (ids.empty()) return notes;
  std::string list;
  for (const auto id : ids) list += fmt::format("{}{}", list.empty() ? "" : ",", id.value);
  {
    auto rows = snapshot.query(
        fmt::format("SELECT {} FROM note WHERE id IN ({}) AND territory = ? AND marking IN {} AND retain_until_utc_ms "
                    "> ? ORDER BY order_ms DESC, lot DESC",
                    note_columns(), list, readable),
        {territory, now.utc_ms});
    while (rows->next()) notes.push_back(read_note(*rows));
  }
  load_assertions(snapshot, notes);
  return notes;
}

Facets count(database::Snapshot& snapshot, const Whose& whose, const Filter& filter, Instant now) {
  Facets facets;
  auto places = newest_places(snapshot, whose, filter, Position{}, Facets::counted_max + 1, now);
  facets.is_capped = places.size() > Facets::counted_max;
  if (facets.is_capped) places.pop_back();
  facets.total = static_cast<std::int64_t>(places.size());
  constexpr std::size_t chunk = 1000;
  for (std::size_t first = 0; first < places.size(); first += chunk) {
    const auto part = std::span(places).subspan(first, std::min(chunk, places.size() - first));
    auto rows = snapshot.query(fmt::format(
        "SELECT stage, channel, product, sector, originator, marking FROM note WHERE id IN ({})", numbers_of(part)));
    while (rows->next()) {
      if (std::ranges::binary_search(whose.markings, MarkingId{rows->integer(5)}))
        ++facets.stages[static_cast<Stage>(rows->integer(0))];
      ++facets.channels[static_cast<Channel>(rows->integer(1))];
      ++facets.products[static_cast<Product>(rows->integer(2))];
      if (const auto sector = rows->maybe_integer(3)) ++facets.sectors[*sector];
      ++facets.services[rows->integer(4)];
    }
  }
  return facets;
}

}  // namespace quadrille::notes::store
