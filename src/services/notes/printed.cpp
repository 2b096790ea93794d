#include "services/notes/printed.h"

#include <fmt/format.h>

#include "services/notes/assertion.h"
#include "services/notes/evaluation.h"
#include "services/notes/reception.h"

namespace quadrille::notes {

std::string printed_reception() {
  std::string out =
      "| channel | sensitivity | handling | shared at first with | evaluation at first | days kept at most | why |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const auto& row : reception())
    out +=
        fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", name_of(row.channel), access::name_of(row.sensitivity),
                    access::name_of(row.handling),
                    row.sharing == Sharing::every_service ? "every service of the territory" : "the author's service",
                    text_of(row.grade), row.days_kept, row.why.en);
  return out;
}

std::string printed_readings() {
  std::string out =
      "| scale | half | received | read as | means | what the reading loses |\n|---|---|---|---|---|---|\n";
  for (const auto& row : readings())
    out += fmt::format("| {} | {} | {} | {} | {} | {} |\n", name_of(row.scale),
                       row.half == Reading::Half::source ? "source" : "information", row.received, row.read_as,
                       row.means.en, row.loses.en.empty() ? "nothing" : row.loses.en);
  return out;
}

std::string printed_assertions() {
  std::string out = "| kind | in French | takes |\n|---|---|---|\n";
  for (const auto& rule : assertion_rules()) {
    std::string takes;
    switch (rule.takes) {
      case AssertionRule::Takes::range:
        takes = fmt::format("from {} to {}{}{}", rule.least, rule.most, rule.unit.en.empty() ? "" : " ", rule.unit.en);
        break;
      case AssertionRule::Takes::choice:
        for (const auto& choice : rule.choices) takes += fmt::format("{}{}", takes.empty() ? "" : ", ", choice.name);
        break;
      case AssertionRule::Takes::words:
        takes = fmt::format("words, at most {} characters", rule.longest);
        break;
    }
    out += fmt::format("| {} | {} | {} |\n", rule.name, rule.label.fr, takes);
  }
  return out;
}

}  // namespace quadrille::notes
