#include "services/notes/request_page.h"

#include <fmt/format.h>

#include "services/notes/request_clocks.h"

namespace quadrille::notes {
namespace {

std::string in_words(TimeLimit limit) {
  return limit.calendar_days == 0 ? fmt::format("{} hours", limit.hours)
                                  : fmt::format("{} calendar days", limit.calendar_days);
}

std::string_view or_convention(std::string_view article) { return article.empty() ? "convention" : article; }

}  // namespace

std::string printed_request_procedure() {
  std::string page = "| frame | urgency | information | limit | source | read on |\n|---|---|---|---|---|---|\n";
  for (const auto& row : limit_table())
    page += fmt::format("| {} | {} | {} | {} | {} | {} |\n", label_of(row.frame).en, label_of(row.urgency).en,
                        row.accessibility ? (*row.accessibility == Accessibility::direct ? "directly accessible"
                                                                                         : "indirectly accessible")
                                          : "any",
                        in_words(row.limit), row.source, format_date(row.read_on));
  page += "\n| from | step | to | by | demands | rule |\n|---|---|---|---|---|---|\n";
  for (const auto& row : request_table())
    page += fmt::format("| `{}` | `{}` | `{}` | {} | {} | {} |\n", name_of(row.from), name_of(row.step),
                        name_of(row.to), label_of(row.by).en, label_of(row.guard).en, or_convention(row.article));
  page += "\n| ground of refusal | frame | in words | rule |\n|---|---|---|---|\n";
  for (const auto& ground : request_grounds())
    page += fmt::format("| `{}` | {} | {} | {} |\n", ground.name, label_of(ground.frame).en, ground.label.en,
                        or_convention(ground.article));
  page += "\n| reason of urgency | the information is | rule |\n|---|---|---|\n";
  for (const auto& reason : urgency_reasons())
    page += fmt::format("| `{}` | {} | {} |\n", reason.name, reason.label.en, reason.article);
  return page;
}

}  // namespace quadrille::notes
