#include "services/notes/note.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "services/notes/letters.h"

namespace quadrille::notes {
namespace {

constexpr std::size_t facts_least = 3;
constexpr std::size_t facts_longest = 2000;
constexpr std::size_t assessment_longest = 1000;
constexpr std::size_t assertions_max = 24;
constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t window_longest_ms = 31 * 24 * hour_ms;

struct ChannelRow {
  Channel channel;
  std::string_view name;
  Text label;
};
const ChannelRow channel_rows[] = {
    {Channel::resident, "resident", {"Habitant", "Resident"}},
    {Channel::patrol, "patrol", {"Patrouille", "Patrol"}},
    {Channel::landlord, "landlord", {"Bailleur", "Landlord"}},
    {Channel::school, "school", {"Établissement scolaire", "School"}},
    {Channel::town_hall, "town_hall", {"Mairie", "Town hall"}},
    {Channel::service, "service", {"Service", "Service"}},
};

struct CategoryRow {
  PersonCategory category;
  std::string_view name;
  Text label;
};
const CategoryRow category_rows[] = {
    {PersonCategory::suspect, "suspect", {"Mis en cause", "Suspect"}},
    {PersonCategory::convicted, "convicted", {"Condamné", "Convicted"}},
    {PersonCategory::victim, "victim", {"Victime", "Victim"}},
    {PersonCategory::witness, "witness", {"Témoin ou autre", "Witness or other"}},
};

const ChannelRow& row_of(Channel channel) {
  const auto* row = std::ranges::find(channel_rows, channel, &ChannelRow::channel);
  CHECK(row != std::end(channel_rows));
  return *row;
}

const CategoryRow& row_of(PersonCategory category) {
  const auto* row = std::ranges::find(category_rows, category, &CategoryRow::category);
  CHECK(row != std::end(category_rows));
  return *row;
}

Result<void> check_text(std::string_view text, std::size_t least, std::size_t longest, const char* field) {
  const auto length = count_characters(text);
  if (!length)
    return invalid({"le texte contient des caractères illisibles", "the text holds characters that cannot be read"},
                   field);
  if (*length < least)
    return invalid({fmt::format("écrivez au moins {} caractères", least), fmt::format("at least {} characters", least)},
                   field);
  if (*length > longest)
    return refuse(ErrorKind::too_large,
                  {fmt::format("au plus {} caractères ({} ici) : une fiche tient en quelques lignes", longest, *length),
                   fmt::format("at most {} characters ({} here): a note is a few lines", longest, *length)},
                  field);
  return {};
}

Result<void> check_window(Window window, Instant now) {
  if (window.latest < window.earliest)
    return invalid({"la fin précède le début", "the end is before the beginning"}, "window");
  if (window.latest.utc_ms - window.earliest.utc_ms > window_longest_ms)
    return invalid({"au plus 31 jours ; faites deux fiches", "at most 31 days; make two notes"}, "window");
  if (window.earliest.utc_ms > now.utc_ms + hour_ms)
    return invalid({"une fiche ne parle pas de l'avenir", "a note does not speak of the future"}, "window");
  return {};
}

// "name=length:value\n": the length makes it impossible for one value to look like two.
void put(std::string& out, std::string_view name, std::string_view value) {
  fmt::format_to(std::back_inserter(out), "{}={}:{}\n", name, value.size(), value);
}

}  // namespace

std::string_view name_of(Channel channel) { return row_of(channel).name; }
const Text& label_of(Channel channel) { return row_of(channel).label; }
std::optional<Channel> channel_named(std::string_view name) {
  const auto* row = std::ranges::find(channel_rows, name, &ChannelRow::name);
  return row == std::end(channel_rows) ? std::nullopt : std::optional(row->channel);
}

std::string_view name_of(PersonCategory category) { return row_of(category).name; }
const Text& label_of(PersonCategory category) { return row_of(category).label; }
std::optional<PersonCategory> person_category_named(std::string_view name) {
  const auto* row = std::ranges::find(category_rows, name, &CategoryRow::name);
  return row == std::end(category_rows) ? std::nullopt : std::optional(row->category);
}

Result<void> check_content(const Content& content, Instant now) {
  if (auto ok = check_text(content.facts, facts_least, facts_longest, "facts"); !ok) return ok;
  if (auto ok = check_text(content.assessment, 0, assessment_longest, "assessment"); !ok) return ok;
  if (!content.point && !content.sector)
    return invalid({"indiquez un secteur ou un point", "give a sector or a point"}, "place");
  if (auto ok = check_window(content.window, now); !ok) return ok;
  if (content.assertions.size() > assertions_max)
    return refuse(ErrorKind::too_large,
                  {fmt::format("au plus {} précisions", assertions_max), fmt::format("at most {}", assertions_max)},
                  "assertions");
  for (std::size_t i = 0; i < content.assertions.size(); ++i)
    if (auto ok = check_assertion(content.assertions[i], i); !ok) return ok;
  return {};
}

std::string canonical_text(const Content& content) {
  std::string out;
  put(out, "facts", content.facts);
  put(out, "assessment", content.assessment);
  if (content.point) put(out, "point_e7", fmt::format("{},{}", content.point->lon_e7(), content.point->lat_e7()));
  if (content.sector) put(out, "sector", std::to_string(content.sector->value));
  put(out, "window_utc_ms", fmt::format("{},{}", content.window.earliest.utc_ms, content.window.latest.utc_ms));
  put(out, "product", name_of(content.product));
  put(out, "evaluation", fmt::format("{} {}", name_of(content.evaluation.scale), content.evaluation.received));
  if (content.person_category) put(out, "person_category", name_of(*content.person_category));
  if (content.is_about_minor) put(out, "minor", "yes");
  for (const auto& assertion : content.assertions)
    put(out, "assertion",
        fmt::format("{} {} {} {}", name_of(assertion.kind), assertion.low, assertion.high, assertion.words));
  return out;
}

}  // namespace quadrille::notes
