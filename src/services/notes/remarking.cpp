#include "services/notes/remarking.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "services/audit/search.h"

namespace quadrille::notes {
namespace {

std::optional<MarkingId> marking_before(std::string_view details) {
  constexpr std::string_view word = " before=";
  const auto at = details.find(word);
  if (at == std::string_view::npos || (!details.starts_with("marking=") && !details.starts_with("addition=")))
    return std::nullopt;
  MarkingId before;
  const char* end = details.data() + details.size();
  const auto [stop, failure] = std::from_chars(details.data() + at + word.size(), end, before.value);
  return failure == std::errc() && (stop == end || *stop == ' ') ? std::optional(before) : std::nullopt;
}

}  // namespace

std::string remarking_details(MarkingId after, MarkingId before, std::string_view addition) {
  const std::string of_addition = addition.empty() ? "" : fmt::format("addition={} ", addition);
  return fmt::format("{}marking={} before={}", of_addition, after.value, before.value);
}

std::vector<MarkingId> earlier_markings(database::Snapshot& snapshot, NoteId note) {
  audit::Question question;
  question.object = audit::Object("note", note);
  question.action = audit::Action::alteration;
  std::vector<MarkingId> found;
  for (std::optional<std::int64_t> before;;) {
    const auto page = audit::search(snapshot, question, {.before = before, .limit = audit::longest_page});
    for (const auto& entry : page.entries)
      if (const auto marking = marking_before(entry.act.details)) found.push_back(*marking);
    if (!page.next_before) break;
    before = page.next_before;
  }
  std::ranges::sort(found);
  found.erase(std::ranges::unique(found).begin(), found.end());
  return found;
}

}  // namespace quadrille::notes
