#include "services/access/marking.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"

namespace quadrille::access {
namespace {

constexpr std::size_t list_max = 64;

template <class Level>
struct Word {
  Level level;
  std::string_view name;
  Text label;
};

const Word<Sensitivity> sensitivity_words[] = {
    {Sensitivity::ordinary, "ordinary", {"Ordinaire", "Ordinary"}},
    {Sensitivity::restricted, "restricted", {"Restreint", "Restricted"}},
    {Sensitivity::confidential, "confidential", {"Confidentiel", "Confidential"}},
};
const Word<Handling> handling_words[] = {
    {Handling::h0, "h0", {"H0 : usage et relais entre services", "H0: use and relay within the services"}},
    {Handling::h1, "h1", {"H1 : pas dans une procédure sans accord", "H1: not in a procedure without release"}},
    {Handling::h2, "h2", {"H2 : pas de relais sans accord", "H2: no relay without release"}},
    {Handling::h3, "h3", {"H3 : à l'écran seulement", "H3: on the screen only"}},
};
const Word<Regime> regime_words[] = {
    {Regime::administrative, "administrative", {"Administratif", "Administrative"}},
    {Regime::judicial, "judicial", {"Judiciaire", "Judicial"}},
    {Regime::customs, "customs", {"Douanier", "Customs"}},
};

template <class Level, std::size_t N>
const Word<Level>& word_of(const Word<Level> (&words)[N], Level level) {
  const auto* word = std::ranges::find(words, level, &Word<Level>::level);
  CHECK(word != std::end(words));
  return *word;
}

template <class Level, std::size_t N>
std::optional<Level> level_named(const Word<Level> (&words)[N], std::string_view name) {
  const auto* word = std::ranges::find(words, name, &Word<Level>::name);
  return word == std::end(words) ? std::nullopt : std::optional(word->level);
}

template <class T>
Result<void> sort_list(std::vector<T>& list, const char* field) {
  std::ranges::sort(list);
  list.erase(std::ranges::unique(list).begin(), list.end());
  if (list.size() <= list_max) return {};
  return invalid({fmt::format("au plus {} entrées, il y en a {}", list_max, list.size()),
                  fmt::format("at most {} entries, there are {}", list_max, list.size())},
                 field);
}

template <class T>
std::string numbers_of(const std::vector<T>& list) {
  std::string out;
  for (const auto id : list) out += fmt::format("{}{}", out.empty() ? "" : ",", id.value);
  return out;
}

}  // namespace

std::string_view name_of(Sensitivity sensitivity) { return word_of(sensitivity_words, sensitivity).name; }
std::string_view name_of(Handling handling) { return word_of(handling_words, handling).name; }
std::string_view name_of(Regime regime) { return word_of(regime_words, regime).name; }
const Text& label_of(Sensitivity sensitivity) { return word_of(sensitivity_words, sensitivity).label; }
const Text& label_of(Handling handling) { return word_of(handling_words, handling).label; }
const Text& label_of(Regime regime) { return word_of(regime_words, regime).label; }
std::optional<Sensitivity> sensitivity_named(std::string_view name) { return level_named(sensitivity_words, name); }
std::optional<Handling> handling_named(std::string_view name) { return level_named(handling_words, name); }
std::optional<Regime> regime_named(std::string_view name) { return level_named(regime_words, name); }

Result<Marking> normalised(Marking marking) {
  std::erase(marking.services, marking.originator);
  if (auto sorted = sort_list(marking.services, "services"); !sorted) return Failure(sorted.error());
  if (auto sorted = sort_list(marking.compartments, "compartments"); !sorted) return Failure(sorted.error());
  if (auto sorted = sort_list(marking.denied, "denied"); !sorted) return Failure(sorted.error());
  std::erase_if(marking.ended, [&](ServiceId service) {
    return service != marking.originator && !std::ranges::binary_search(marking.services, service);
  });
  if (auto sorted = sort_list(marking.ended, "services"); !sorted) return Failure(sorted.error());
  return marking;
}

std::string canonical_text(const Marking& marking) {
  // Without `ended` where there is none: what was interned before it was thought of stays the same text.
  return fmt::format("t{} {} {} {} o{}{} s[{}] c[{}] d[{}]{}", marking.territory.value, name_of(marking.sensitivity),
                     name_of(marking.handling), name_of(marking.regime), marking.originator.value,
                     marking.is_originator_controlled ? "!" : "", numbers_of(marking.services),
                     numbers_of(marking.compartments), numbers_of(marking.denied),
                     marking.ended.empty() ? "" : fmt::format(" e[{}]", numbers_of(marking.ended)));
}

}  // namespace quadrille::access
