#include "services/studies/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "services/studies/estimates.h"

namespace quadrille::studies {
namespace {

// Text with the numbers of each language put in.
template <class... Parts>
Text format_text(const Text& pattern, const Parts&... parts) {
  return {fmt::format(fmt::runtime(pattern.fr), parts.fr...), fmt::format(fmt::runtime(pattern.en), parts.en...)};
}

Text plain(std::int64_t value) {
  const std::string digits = std::to_string(value);
  std::string fr;
  std::string en;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const bool is_group = i > 0 && (digits.size() - i) % 3 == 0;
    fr += (is_group ? "\u202f" : "") + std::string(1, digits[i]);
    en += (is_group ? "," : "") + std::string(1, digits[i]);
  }
  return {fr, en};
}

Text percent_change(double ratio) {
  const double percent = (ratio - 1) * 100;
  const auto sign = percent >= 0 ? "+" : "−";
  return {fmt::format("{}{:.0f} %", sign, std::abs(percent)), fmt::format("{}{:.0f}%", sign, std::abs(percent))};
}

const SectorRow* find_row(const Picture& picture, std::int64_t id) {
  const auto found = std::ranges::find(picture.sectors, id, &SectorRow::id);
  return found == picture.sectors.end() ? nullptr : &*found;
}

Text change_detail(const Estimate& period, const Estimate& comparison, const Change& change) {
  Text detail = format_text(
      {"{} faits contre {} ; {} par jour observé contre {}", "{} facts against {}; {} per observed day against {}"},
      plain(period.count), plain(comparison.count), number_words(*period.rate, 1), number_words(*comparison.rate, 1));
  if (change.low && change.high) {
    const Text interval = format_text({" ; rapport de {} à {} (95 %)", "; ratio from {} to {} (95%)"},
                                      number_words(*change.low, 2), number_words(*change.high, 2));
    detail.fr += interval.fr;
    detail.en += interval.en;
  }
  return detail;
}

Finding sector_finding(const SectorRow& row, FindingKind kind) {
  const Text& pattern = kind == FindingKind::rising_sector ? Text{"{} : {} en hausse", "{}: up {}"}
                                                           : Text{"{} : {} en baisse", "{}: down {}"};
  const Text amount = row.change.ratio ? percent_change(*row.change.ratio) : Text{"activité nouvelle", "new activity"};
  const Text title = row.change.ratio ? format_text({"{} : {}", "{}: {}"}, same_text(row.name), amount)
                                      : format_text(pattern, same_text(row.name), amount);
  return {kind, row.change.certainty, title, change_detail(row.period, row.comparison, row.change), row.id, {}};
}

void add_clusters(const Picture& picture, std::vector<Finding>& findings) {
  std::size_t added = 0;
  for (const auto& cluster : picture.clusters) {
    if (added == 2 || cluster.certainty == Certainty::undetermined) break;
    ++added;
    const SectorRow* row = cluster.sectors.empty() ? nullptr : find_row(picture, cluster.sectors.front());
    const Text where = row ? same_text(row->name) : Text{"hors secteur", "outside sectors"};
    const Text title = format_text({"Un foyer émerge depuis le {} ({})", "A cluster is emerging since {} ({})"},
                                   date_words(cluster.first_day), where);
    const Text rarity = *cluster.recurrence_days >= recurrence_days_max
                            ? Text{"moins d'une fois en dix ans", "less than once in ten years"}
                            : format_text({"une fois tous les {} jours", "once in {} days"},
                                          plain(static_cast<std::int64_t>(*cluster.recurrence_days)));
    const Text detail = format_text({"{} faits là où {} étaient attendus, dans un rayon de {} m ; par hasard, {}",
                                     "{} facts where {} were expected, within {} m; by chance, {}"},
                                    plain(cluster.observed), number_words(cluster.expected, 1),
                                    plain(static_cast<std::int64_t>(cluster.radius_m)), rarity);
    findings.push_back({FindingKind::cluster, cluster.certainty, title, detail,
                        row ? std::optional(row->id) : std::nullopt, cluster.rank});
  }
}

void add_broken_habits(const Picture& picture, std::vector<Finding>& findings) {
  std::vector<const SectorRow*> rows;
  for (const auto& row : picture.sectors)
    if (row.alarm) rows.push_back(&row);
  std::ranges::sort(rows, std::ranges::greater(), [](const SectorRow* row) {
    return static_cast<double>(row->alarm->count) / std::max(row->alarm->upper, 1.0);
  });
  for (const auto* row : rows) {
    if (findings.size() >= 4) break;
    const bool agrees = row->change.direction == Direction::up && row->change.certainty <= Certainty::probable;
    const Text title = format_text({"{} sort de ses habitudes (semaine {})", "{} breaks its habit (week {})"},
                                   same_text(row->name), same_text(row->alarm->week));
    const Text detail = format_text(
        {"{} faits, {} attendus, au plus {} d'ordinaire", "{} facts, {} expected, {} at most as a rule"},
        plain(row->alarm->count), number_words(row->alarm->expected, 1), number_words(row->alarm->upper, 1));
    findings.push_back(
        {FindingKind::broken_habit, agrees ? Certainty::probable : Certainty::possible, title, detail, row->id, {}});
  }
}

void add_sectors(const Picture& picture, Direction direction, std::size_t most, std::vector<Finding>& findings) {
  std::vector<const SectorRow*> rows;
  for (const auto& row : picture.sectors)
    if (row.change.direction == direction && row.change.certainty <= Certainty::probable) rows.push_back(&row);
  // The surest first, then the largest difference in facts per day.
  std::ranges::sort(rows, {}, [](const SectorRow* row) {
    return std::tuple(row->change.certainty, -std::abs(*row->period.rate - *row->comparison.rate), row->id);
  });
  for (std::size_t i = 0; i < rows.size() && i < most && findings.size() < findings_max; ++i)
    findings.push_back(sector_finding(
        *rows[i], direction == Direction::up ? FindingKind::rising_sector : FindingKind::falling_sector));
}

void add_total(const Picture& picture, std::vector<Finding>& findings) {
  for (const auto& total : picture.totals) {
    if (total.channel != picture.parameters.channel || !total.period.rate || !total.comparison.rate) continue;
    const Text what = total.channel == facts::Channel::reported
                          ? Text{"Faits signalés", "Reported facts"}
                          : Text{"Faits constatés (activité de la police)", "Discovered facts (police activity)"};
    Text title;
    if (total.change.direction == Direction::steady || !total.change.ratio)
      title = format_text({"{} : stables sur le territoire", "{}: steady over the territory"}, what);
    else
      title = format_text({"{} : {} sur le territoire", "{}: {} over the territory"}, what,
                          percent_change(*total.change.ratio));
    findings.push_back({FindingKind::total,
                        total.change.certainty,
                        title,
                        change_detail(total.period, total.comparison, total.change),
                        {},
                        {}});
  }
}

void add_quality(const Picture& picture, std::vector<Finding>& findings) {
  const auto& period = picture.observation.period;
  if (period.observed_days == 0) {
    findings.push_back({FindingKind::quality,
                        Certainty::undetermined,
                        {"Aucun jour observé dans la période", "No observed day in the period"},
                        {"Choisissez une autre période : sans observation, rien ne peut être dit",
                         "Choose another period: without observation nothing can be said"},
                        {},
                        {}});
    return;
  }
  if (10 * period.observed_days >= 9 * period.days) return;
  const Text title = format_text({"{} jours sur {} ne sont pas observés", "{} of {} days are not observed"},
                                 plain(period.days - period.observed_days), plain(period.days));
  findings.push_back({FindingKind::quality,
                      Certainty::established,
                      title,
                      {"Les taux sont par jour observé ; ce qui s'est passé les autres jours est inconnu",
                       "Rates are per observed day; what happened on the other days is unknown"},
                      {},
                      {}});
}

}  // namespace

Text number_words(double value, int decimals) {
  const std::string en = fmt::format("{:.{}f}", value, decimals);
  std::string fr = en;
  std::ranges::replace(fr, '.', ',');
  return {fr, en};
}

Text date_words(CivilDate date) {
  static constexpr std::array<const char*, 12> french{"janvier",   "février", "mars",     "avril",
                                                      "mai",       "juin",    "juillet",  "août",
                                                      "septembre", "octobre", "novembre", "décembre"};
  static constexpr std::array<const char*, 12> english{"January",   "February", "March",    "April",
                                                       "May",       "June",     "July",     "August",
                                                       "September", "October",  "November", "December"};
  const auto ymd = to_year_month_day(date);
  const auto month = static_cast<std::size_t>(ymd.month) - 1;
  return {fmt::format("{}{} {} {}", ymd.day, ymd.day == 1 ? "er" : "", french[month], ymd.year),
          fmt::format("{} {} {}", ymd.day, english[month], ymd.year)};
}

std::vector<Finding> make_findings(const Picture& picture) {
  std::vector<Finding> findings;
  if (picture.observation.period.observed_days > 0) {
    add_clusters(picture, findings);
    add_broken_habits(picture, findings);
    add_sectors(picture, Direction::up, 2, findings);
    add_total(picture, findings);
    add_sectors(picture, Direction::down, 2, findings);
  }
  std::vector<Finding> limits;
  add_quality(picture, limits);
  findings.resize(std::min(findings.size(), findings_max - limits.size()));
  findings.insert(findings.end(), limits.begin(), limits.end());
  return findings;
}

}  // namespace quadrille::studies
