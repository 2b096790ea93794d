#include <algorithm>
#include <charconv>
#include <deque>
#include <functional>
#include <iterator>

#include "base/check.h"
#include "services/audit/reference.h"
#include "services/audit/search.h"
#include "services/audit/store.h"

namespace quadrille::audit {
namespace {

// A text inside LIKE, with its own % and _ taken as they stand (ESCAPE '!').
std::string as_beginning(std::string_view text) {
  std::string pattern;
  for (const char character : text) {
    if (character == '%' || character == '_' || character == '!') pattern += '!';
    pattern += character;
  }
  return pattern + "%";
}
std::string as_part(std::string_view text) { return "%" + as_beginning(text); }

// LIKE ignores the case of ASCII letters on SQLite; ILIKE is PostgreSQL's word for that.
std::string_view like_of(database::Dialect dialect) {
  return dialect == database::Dialect::sqlite ? " LIKE ? ESCAPE '!'" : " ILIKE ? ESCAPE '!'";
}

struct Conditions {
  std::string where;
  std::string order = "position DESC";
  std::vector<database::Value> values;
  std::deque<std::string> patterns;  // what values of LIKE look at

  void add(std::string_view condition, std::initializer_list<database::Value> bound) {
    where += where.empty() ? "" : " AND ";
    where += condition;
    values.insert(values.end(), bound);
  }
  void add(std::string_view condition, const database::Value& value) { add(condition, {value}); }
  std::string_view keep(std::string pattern) { return patterns.emplace_back(std::move(pattern)); }
  void add_subjects(const std::vector<std::string>& subjects, database::Dialect dialect) {
    const auto like = std::string(like_of(dialect));
    std::string any;
    for (const auto& subject : subjects) {
      any += (any.empty() ? "(" : " OR ") + std::string("subject = ? OR subject") + like + " OR subject" + like;
      values.insert(values.end(), {subject, keep(as_beginning(subject + " ")), keep(as_beginning(subject + "/"))});
    }
    add(any + ")", {});
  }
};

// A period or a territory without anything rarer is read along an index of moments, in the order of time (which is that
// of positions but where the clock went back); everything else in the order of positions.
bool goes_by_time(const Question& question) {
  return (question.from || question.until || question.territory) && !question.object && !question.actors &&
         !question.purpose && question.action.value_or(Action::consultation) == Action::consultation;
}

Conditions conditions_of(database::Snapshot& snapshot, const Question& question, const Page& page) {
  Conditions all;
  if (goes_by_time(question)) {
    all.order = "at_utc_ms DESC, position DESC";
    if (page.before)
      all.add("(at_utc_ms, position) < (COALESCE((SELECT at_utc_ms FROM audit_act WHERE position = ?), ?), ?)",
              {*page.before, INT64_MAX, *page.before});
  } else {
    all.add("position < ?", page.before.value_or(INT64_MAX));
  }
  if (question.object) all.add("object_kind = ? AND object_id = ?", {question.object->kind, question.object->id});
  if (question.actors) all.add("actor = ?", question.actors->front());
  if (question.action) {
    all.add("action = ?", static_cast<int>(*question.action) + 1);
    if (*question.action != Action::consultation) all.add("action <> 3", {});
  }
  if (question.from) all.add("at_utc_ms >= ?", question.from->utc_ms);
  if (question.until) all.add("at_utc_ms < ?", question.until->utc_ms);
  if (question.territory) all.add("territory = ?", *question.territory);
  if (!question.subjects.empty()) all.add_subjects(question.subjects, snapshot.dialect());
  if (question.details)
    all.add("details" + std::string(like_of(snapshot.dialect())), all.keep(as_part(*question.details)));
  return all;
}

Found run(database::Snapshot& snapshot, Conditions conditions, const Page& page) {
  conditions.values.emplace_back(page.limit + 1);
  auto rows = snapshot.query("SELECT " + entry_columns(snapshot.dialect()) + " FROM audit_act WHERE " +
                                 conditions.where + " ORDER BY " + conditions.order + " LIMIT ?",
                             conditions.values);
  Found found;
  while (rows->next()) found.entries.push_back(entry_of(*rows).entry);
  if (found.entries.size() > static_cast<std::size_t>(page.limit)) {
    found.entries.pop_back();
    found.next_before = found.entries.back().position;
  }
  return found;
}

// One question a person.
std::vector<Question> of_each_person(const Question& question) {
  std::vector<Question> all;
  for (const auto& actor : *question.actors) {
    all.push_back(question);
    all.back().actors = {{actor}};
  }
  return all;
}

}  // namespace

Found search(database::Snapshot& snapshot, std::span<const Question> questions, const Page& page) {
  if (questions.size() == 1) return search(snapshot, questions.front(), page);
  Found all;
  bool has_more = false;
  for (const auto& question : questions) {
    auto found = search(snapshot, question, page);
    has_more = has_more || found.next_before;
    std::ranges::move(found.entries, std::back_inserter(all.entries));
  }
  std::ranges::sort(all.entries, std::greater(), &Entry::position);
  if (const auto limit = static_cast<std::size_t>(page.limit); all.entries.size() > limit) {
    all.entries.resize(limit);
    has_more = true;
  }
  if (has_more) all.next_before = all.entries.back().position;
  return all;
}

std::string format_question(const Question& question) {
  std::string text;
  const auto add = [&text](std::string_view name, const std::string& value) {
    text += (text.empty() ? "" : " ") + std::string(name) + "=" + value;
  };
  if (question.actors) {
    std::string actors;
    for (const auto& actor : *question.actors) actors += (actors.empty() ? "" : ",") + actor;
    add("person", actors.empty() ? "nobody" : actors);
  }
  if (question.object) add("object", question.object->kind + ":" + std::to_string(question.object->id));
  if (question.action) add("action", std::string(name_of(*question.action)));
  if (question.from) add("from", format_utc(*question.from));
  if (question.until) add("until", format_utc(*question.until));
  if (question.territory) add("territory", std::to_string(question.territory->value));
  if (question.purpose) add("purpose", *question.purpose);
  for (const auto& subject : question.subjects) add("subject", subject);
  return text;
}

std::optional<Object> parse_object(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const auto digits = text.substr(colon + 1);
  std::int64_t id = 0;
  const auto [stop, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
  if (failure != std::errc() || stop != digits.data() + digits.size()) return std::nullopt;
  return Object(text.substr(0, colon), id);
}

Found search(database::Snapshot& snapshot, const Question& question, const Page& page) {
  CHECK(page.limit >= 1 && page.limit <= longest_page);
  if (question.actors && question.actors->size() != 1) return search(snapshot, of_each_person(question), page);
  const std::string pattern = as_part(question.purpose.value_or(""));
  if (!question.purpose || question.purpose->empty())
    return run(snapshot, conditions_of(snapshot, question, page), page);
  // Frequent words are found among the newest entries at once; rare ones by reading the index of purposes, which is a
  // tenth of the table.
  auto among_newest = conditions_of(snapshot, question, page);
  const std::int64_t newest = std::min(page.before.value_or(INT64_MAX), size(snapshot));
  among_newest.add("position >= ?", newest - 100'000);
  among_newest.add("purpose <> '' AND purpose" + std::string(like_of(snapshot.dialect())), pattern);
  auto found = run(snapshot, among_newest, page);
  if (found.next_before) return found;
  auto among_all = conditions_of(snapshot, question, page);
  among_all.add("position IN (SELECT position FROM audit_act WHERE purpose <> '' AND purpose" +
                    std::string(like_of(snapshot.dialect())) + ")",
                pattern);
  return run(snapshot, among_all, page);
}

std::optional<Object> find_object(database::Snapshot& snapshot, const Reference& reference, std::string_view code) {
  auto rows = snapshot.query("SELECT " + std::string(reference.number) + " FROM " + std::string(reference.table) +
                                 " WHERE " + std::string(reference.code) + " = ?",
                             {code});
  if (!rows->next()) return std::nullopt;
  return Object(reference.kind, rows->integer(0));
}

std::optional<Belonging> find_belonging(database::Snapshot& snapshot, const Reference& reference, std::int64_t number) {
  const auto column = [](std::string_view expression) {
    return expression.empty() ? std::string("NULL") : std::string(expression);
  };
  auto rows = snapshot.query("SELECT " + std::string(reference.code) + ", " + column(reference.territory) + ", " +
                                 column(reference.made_utc_ms) + ", " + column(reference.note) + " FROM " +
                                 std::string(reference.table) + " WHERE " + std::string(reference.number) + " = ?",
                             {number});
  if (!rows->next()) return std::nullopt;
  Belonging found{.code = std::string(rows->text(0)), .territory = {}, .made = {}, .note = {}};
  if (const auto territory = rows->maybe_integer(1)) found.territory = TerritoryId{*territory};
  if (const auto made = rows->maybe_integer(2)) found.made = Instant{*made};
  if (const auto note = rows->maybe_integer(3)) found.note = NoteId{*note};
  return found;
}

std::map<std::int64_t, std::string> load_codes(database::Snapshot& snapshot, const Reference& reference,
                                               std::span<const std::int64_t> numbers) {
  std::map<std::int64_t, std::string> codes;
  if (numbers.empty()) return codes;
  std::string list;
  for (const auto number : numbers) list += (list.empty() ? "" : ",") + std::to_string(number);
  auto rows =
      snapshot.query("SELECT " + std::string(reference.number) + ", " + std::string(reference.code) + " FROM " +
                     std::string(reference.table) + " WHERE " + std::string(reference.number) + " IN (" + list + ")");
  while (rows->next()) codes.emplace(rows->integer(0), std::string(rows->text(1)));
  return codes;
}

std::optional<OpenedEntry> open_entry(database::Snapshot& snapshot, std::int64_t position) {
  auto stored = find_stored(snapshot, position);
  if (!stored) return std::nullopt;
  OpenedEntry opened{std::move(stored->entry), std::move(stored->leaf), {}};
  for (std::size_t i = 0; i < field_count; ++i) {
    const auto field = static_cast<Field>(i);
    const auto& salt = is_content(field) ? stored->content_salt : stored->account_salt;
    if (!salt) continue;
    const std::string value = value_of(opened.entry.act, field);
    opened.fields.push_back({field, value, commitment_key(*salt, field), commitment(*salt, field, value)});
  }
  return opened;
}

}  // namespace quadrille::audit
