#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <ostream>
#include <thread>

#include "edge/cli/instance.h"
#include "edge/cli/shown_work.h"
#include "edge/format/export_files.h"
#include "edge/format/picture_json.h"
#include "services/audit/audit.h"
#include "services/studies/estimates.h"
#include "services/studies/export_tables.h"
#include "services/studies/findings.h"
#include "services/studies/studies.h"

namespace quadrille::cli {
namespace {

std::vector<Option> with_picture_options(std::vector<Option> own) {
  own.push_back({"--territory",
                 "SLUG",
                 {"territoire (inutile s'il n'y en a qu'un)", "territory (not needed when there is one)"}});
  own.push_back(
      {"--first-day",
       "DATE",
       {"premier jour (par défaut 90 jours avant le dernier)", "first day (default 90 days before the last)"}});
  own.push_back({"--last-day",
                 "DATE",
                 {"dernier jour, compris (par défaut le dernier des données)",
                  "last day, included (default the last of the data)"}});
  own.push_back({"--compare-first-day", "DATE", {"premier jour de la comparaison", "first day of the comparison"}});
  own.push_back({"--compare-last-day",
                 "DATE",
                 {"dernier jour de la comparaison, compris", "last day of the comparison, included"}});
  own.push_back({"--channel", "NAME", {"reported (par défaut) ou discovered", "reported (default) or discovered"}});
  own.push_back(
      {"--categories", "A,B", {"codes de catégories (par défaut toutes)", "codes of categories (default all)"}});
  own.push_back(
      {"--level", "N", {"niveau des secteurs (par défaut le plus fin)", "level of the sectors (default the finest)"}});
  return with_instance_options(std::move(own));
}

Result<studies::PictureQuery> picture_query(const Arguments& arguments) {
  studies::PictureQuery query;
  const std::pair<const char*, std::optional<CivilDate>*> days[] = {{"--first-day", &query.first_day},
                                                                    {"--last-day", &query.last_day},
                                                                    {"--compare-first-day", &query.compare_first_day},
                                                                    {"--compare-last-day", &query.compare_last_day}};
  for (const auto& [name, out] : days) {
    const auto text = arguments.text(name);
    if (!text) continue;
    *out = parse_date(*text);
    if (!*out)
      return invalid({fmt::format("« {} » n'est pas une date comme 2026-03-01", *text),
                      fmt::format("\"{}\" is not a date like 2026-03-01", *text)},
                     name);
  }
  if (const auto name = arguments.text("--channel")) {
    query.channel = facts::channel_named(*name);
    if (!query.channel)
      return invalid({"il faut reported ou discovered", "reported or discovered is needed"}, "--channel");
  }
  std::string codes = arguments.text("--categories").value_or("");
  for (std::size_t at = 0; at < codes.size();) {
    const auto end = std::min(codes.find(',', at), codes.size());
    if (end > at) query.categories.push_back(codes.substr(at, end - at));
    at = end + 1;
  }
  const auto level = arguments.integer("--level");
  if (!level) return Failure(level.error());
  if (*level) query.level = static_cast<int>(**level);
  return query;
}

struct Wanted {
  territory::Territory territory;
  studies::PictureParameters parameters;
};

Result<Wanted> wanted_picture(const Instance& instance, const Arguments& arguments) {
  const auto territory = wanted_territory(instance, arguments);
  if (!territory) return Failure(territory.error());
  const auto query = picture_query(arguments);
  if (!query) return Failure(query.error());
  auto snapshot = instance.database->read();
  const auto parameters = studies::complete(*query, *snapshot, *territory);
  if (!parameters) return Failure(parameters.error());
  return Wanted{*territory, *parameters};
}

int machine_threads() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

// Eight heights of a block; a middle dot where nothing was observed.
std::string sparkline(const std::vector<studies::Week>& weeks, std::size_t last) {
  static constexpr const char* heights[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  double most = 0;
  for (const auto& week : weeks) most = std::max(most, week.rate.value_or(0));
  std::string out;
  for (std::size_t i = weeks.size() > last ? weeks.size() - last : 0; i < weeks.size(); ++i)
    out +=
        !weeks[i].rate ? "·" : heights[most > 0 ? static_cast<std::size_t>(std::lround(*weeks[i].rate / most * 7)) : 0];
  return out;
}

std::string padded(const std::string& text, std::size_t width) {
  std::size_t letters = 0;
  for (const char c : text) letters += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return text + std::string(width > letters ? width - letters : 0, ' ');
}

std::string change_words(const studies::Change& change, Language language) {
  if (!change.ratio || change.direction == studies::Direction::unknown) return language == Language::fr ? "—" : "-";
  return fmt::format("{:+.0f} %", (*change.ratio - 1) * 100);
}

void print_picture(const studies::Picture& picture, Terminal& terminal) {
  const auto language = terminal.language;
  const bool fr = language == Language::fr;
  const auto& p = picture.parameters;
  terminal.out << fmt::format("{}{}: {} → {} ({} {} {} {})\n\n", picture.territory.name,
                              picture.territory.simulated ? (fr ? " (simulé)" : " (simulated)") : "",
                              studies::date_words(p.first_day).in(language),
                              studies::date_words(p.last_day).in(language), picture.observation.period.observed_days,
                              fr ? "jours observés sur" : "observed days of", picture.observation.period.days,
                              facts::label_of(p.channel).in(language));
  for (const auto& finding : picture.findings)
    terminal.out << fmt::format("  {}  {}\n  {}  {}\n", padded(studies::label_of(finding.certainty).in(language), 13),
                                finding.title.in(language), std::string(13, ' '), finding.detail.in(language));
  terminal.out << fmt::format("\n  {} {:>8} {:>10} {:>18} {:>8}  {}\n", padded(fr ? "secteur" : "sector", 26),
                              fr ? "faits" : "facts", fr ? "par jour" : "per day", "95 %", fr ? "écart" : "change",
                              fr ? "26 semaines" : "26 weeks");
  auto rows = picture.sectors;
  std::ranges::sort(rows, {}, [](const studies::SectorRow& row) { return std::pair(-row.period.count, row.name); });
  for (const auto& row : rows)
    terminal.out << fmt::format("  {} {:>8} {:>10.2f} {:>18} {:>8}  {}{}\n", padded(row.name, 26), row.period.count,
                                row.period.rate.value_or(0),
                                row.period.low ? fmt::format("{:.2f}–{:.2f}", *row.period.low, *row.period.high) : "",
                                change_words(row.change, language), sparkline(row.weeks, 26), row.alarm ? " !" : "");
  terminal.out << "\n";
  for (const auto& note : picture.quality.notes) terminal.out << "  " << note.in(language) << "\n";
}

Result<studies::LoadedPicture> compute(const Wanted& wanted, const Instance& instance, Terminal& terminal) {
  return shown(terminal, {"physionomie", "picture"}, PlainProgress::silent, [&](const Progress& progress) {
    return studies::load_and_make(*instance.database->read(), wanted.territory, wanted.parameters, machine_threads(),
                                  progress);
  });
}

Result<void> run_picture(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  const auto wanted = wanted_picture(*instance, arguments);
  if (!wanted) return Failure(wanted.error());
  const auto loaded = compute(*wanted, *instance, terminal);
  if (!loaded) return Failure(loaded.error());
  const auto& picture = loaded->made.picture;
  {
    auto tx = instance->database->write();
    const auto by = instance->asker();
    audit::record(*tx, {by.actor(), audit::Action::consultation, wanted->territory.id, "picture", "", by.purpose},
                  by.at);
    tx->commit();
  }
  if (arguments.has("--json"))
    terminal.out << format::picture_text(picture) << "\n";
  else
    print_picture(picture, terminal);
  return {};
}

Result<void> run_study_save(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  const auto wanted = wanted_picture(*instance, arguments);
  if (!wanted) return Failure(wanted.error());
  const auto loaded = compute(*wanted, *instance, terminal);
  if (!loaded) return Failure(loaded.error());
  const auto& picture = loaded->made.picture;
  auto tx = instance->database->write();
  const auto id = studies::save(*tx, wanted->territory, *arguments.text("--title"), picture, loaded->calendar,
                                format::study_format(), instance->by());
  if (!id) return Failure(id.error());
  tx->commit();
  terminal.out << fmt::format("{} {}\n", terminal.language == Language::fr ? "Étude" : "Study", id->value);
  return {};
}

Result<void> run_study_list(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  const auto territory = wanted_territory(*instance, arguments);
  if (!territory) return Failure(territory.error());
  const auto all = studies::list(*instance->database->read(), territory->id);
  if (all.empty())
    terminal.err << (terminal.language == Language::fr
                         ? "Aucune étude. « quadrille study save --title TITRE » en enregistre une.\n"
                         : "No study. \"quadrille study save --title TITLE\" saves one.\n");
  for (const auto& study : all)
    terminal.out << fmt::format("{:>5}  {}  v{}  {}  {}\n", study.id.value, format_utc(study.created_at),
                                study.data_version, study.sha256.substr(0, 12), study.title);
  return {};
}

struct FoundStudy {
  territory::Territory territory;
  studies::Study study;
};

Result<FoundStudy> wanted_study(const Instance& instance, const Arguments& arguments) {
  const auto territory = wanted_territory(instance, arguments);
  if (!territory) return Failure(territory.error());
  if (arguments.words().empty())
    return invalid({"il faut le numéro de l'étude", "the study's number is needed"}, "NUMBER");
  auto study = studies::find(*instance.database->read(), territory->id, {std::atoll(arguments.words()[0].c_str())});
  if (!study) return Failure(study.error());
  return FoundStudy{*territory, std::move(*study)};
}

Result<void> run_study_show(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  const auto found = wanted_study(*instance, arguments);
  if (!found) return Failure(found.error());
  terminal.out << found->study.text << "\n";
  return {};
}

Result<void> run_study_rerun(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  const auto found = wanted_study(*instance, arguments);
  if (!found) return Failure(found.error());
  const auto again = shown(terminal, {"étude", "study"}, PlainProgress::silent, [&](const Progress& progress) {
    return studies::rerun(*instance->database->read(), found->territory, found->study, format::study_format(),
                          machine_threads(), progress);
  });
  if (!again) return Failure(again.error());
  const bool fr = terminal.language == Language::fr;
  if (!again->same)
    return refuse(
        ErrorKind::conflict,
        {fmt::format("l'étude refaite diffère : {} au lieu de {} (les secteurs ou le programme ont changé)",
                     again->sha256, found->study.summary.sha256),
         fmt::format("the study differs when run again: {} instead of {} (sectors or the program have changed)",
                     again->sha256, found->study.summary.sha256)},
        "NUMBER");
  terminal.out << (fr ? "Identique, octet pour octet : " : "The same, byte for byte: ") << again->sha256 << "\n";
  return {};
}

Result<void> run_export(const Arguments& arguments, Terminal& terminal) {
  if (arguments.words().empty())
    return invalid({"il faut sectors, facts ou hotspots", "sectors, facts or hotspots is needed"}, "KIND");
  const auto kind = studies::export_kind_named(arguments.words()[0]);
  if (!kind) return invalid({"il faut sectors, facts ou hotspots", "sectors, facts or hotspots is needed"}, "KIND");
  const auto file_format = format::file_format_named(arguments.text("--format").value_or("csv"));
  if (!file_format) return invalid({"il faut geojson, csv ou gpkg", "geojson, csv or gpkg is needed"}, "--format");
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  const auto wanted = wanted_picture(*instance, arguments);
  if (!wanted) return Failure(wanted.error());
  const auto input = shown(terminal, {"export", "export"}, PlainProgress::silent, [&](const Progress& progress) {
    return studies::load_input(*instance->database->read(), wanted->territory, wanted->parameters, progress);
  });
  if (!input) return Failure(input.error());
  const auto table = studies::make_export(*kind, *input, wanted->parameters);
  if (!table) return Failure(table.error());
  {
    auto tx = instance->database->write();
    const auto by = instance->asker();
    audit::record(*tx,
                  {by.actor(), audit::Action::disclosure, wanted->territory.id, "export " + arguments.words()[0],
                   fmt::format("rows={}", table->rows.size()), by.purpose},
                  by.at);
    tx->commit();
  }
  const std::string path = *arguments.text("--out");
  std::ofstream file(path, std::ios::binary);
  file << format::export_bytes(*table, arguments.words()[0], *file_format);
  file.close();
  if (!file)
    return refuse(ErrorKind::unavailable,
                  {fmt::format("{} n'a pas pu être écrit (droits, place ?)", path),
                   fmt::format("{} could not be written (rights, space?)", path)},
                  "--out");
  terminal.out << fmt::format("{} {} → {}\n", table->rows.size(), terminal.language == Language::fr ? "lignes" : "rows",
                              path);
  return {};
}

}  // namespace

std::vector<Command> picture_commands() {
  const Option title{"--title", "TITLE", {"titre de l'étude", "title of the study"}, true};
  const Option territory{
      "--territory", "SLUG", {"territoire (inutile s'il n'y en a qu'un)", "territory (not needed when there is one)"}};
  return {
      {.name = "picture",
       .summary = {"La physionomie d'un territoire sur une période", "The picture of a territory over a period"},
       .needs = access::Capability::see_picture,
       .words = "",
       .options = with_picture_options({{"--json", "", {"tout, en JSON", "everything, as JSON"}}}),
       .example = "quadrille picture --territory sf --first-day 2015-02-13 --last-day 2015-05-13",
       .run = run_picture},
      {.name = "study save",
       .summary = {"Enregistre une physionomie comme étude", "Saves a picture as a study"},
       .needs = access::Capability::save_study,
       .words = "",
       .options = with_picture_options({title}),
       .example = "quadrille study save --territory sf --title \"Printemps 2015\"",
       .run = run_study_save},
      {.name = "study list",
       .summary = {"Énumère les études", "Lists the studies"},
       .needs = access::Capability::see_picture,
       .words = "",
       .options = with_instance_options({territory}),
       .example = "quadrille study list --territory sf",
       .run = run_study_list},
      {.name = "study show",
       .summary = {"Montre une étude, telle qu'enregistrée (JSON)", "Shows a study as it was saved (JSON)"},
       .needs = access::Capability::see_picture,
       .words = "NUMBER",
       .words_max = 1,
       .options = with_instance_options({territory}),
       .example = "quadrille study show 1 --territory sf",
       .run = run_study_show},
      {.name = "study rerun",
       .summary = {"Refait une étude et compare octet pour octet", "Runs a study again and compares byte for byte"},
       .needs = access::Capability::see_picture,
       .words = "NUMBER",
       .words_max = 1,
       .options = with_instance_options({territory}),
       .example = "quadrille study rerun 1 --territory sf",
       .run = run_study_rerun},
      {.name = "export",
       .summary = {"Écrit des nombres masqués par mois entiers", "Writes masked counts by whole months"},
       .needs = access::Capability::export_masked,
       .words = "KIND",
       .words_max = 1,
       .options = with_picture_options(
           {{"--format", "F", {"geojson, csv (par défaut) ou gpkg", "geojson, csv (default) or gpkg"}},
            {"--out", "FILE", {"fichier à écrire", "file to write"}, true}}),
       .example = "quadrille export facts --territory sf --format gpkg --out facts.gpkg",
       .run = run_export},
  };
}

}  // namespace quadrille::cli
