#include "edge/cli/note_desk.h"

#include <algorithm>

#include "host/crypto/chance.h"
#include "services/sharing/note_matching.h"

namespace quadrille::cli {

Result<std::unique_ptr<NoteDesk>> open_notes(const Arguments& arguments) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  auto territory = wanted_territory(*instance, arguments);
  if (!territory) return Failure(territory.error());
  auto asker = asker_of(*instance);
  if (!asker) return Failure(asker.error());
  auto desk = std::unique_ptr<NoteDesk>(new NoteDesk{std::move(*instance), std::move(*asker)});
  auto& database = *desk->instance.database;
  desk->recorder = std::make_unique<audit::Recorder>(database, desk->instance.clock);
  desk->notes = std::make_unique<notes::Notes>(database, desk->access, *desk->recorder, crypto::system_chance());
  sharing::match_notes(desk->notes->hooks, crypto::system_chance());
  desk->names = api::note_names(*desk->notes, desk->access, database, *territory, desk->asker);
  return desk;
}

// The refusals of the service name fields; the command line names options.
Failure as_note_option(const Error& error) {
  return as_typed(error, {{"facts", "--text"},
                          {"place", "--sector"},
                          {"point", "--point"},
                          {"window", "--from"},
                          {"from", "--from"},
                          {"to", "--to"},
                          {"evaluation", "--evaluation"},
                          {"search", "--search"},
                          {"limit", "--limit"},
                          {"purpose", "--purpose"},
                          {"reason", "--reason"},
                          {"summary", "--summary"},
                          {"service", "--service"},
                          {"sector", "--sector"},
                          {"product", "--product"},
                          {"channel", "--channel"},
                          {"deconfliction", "--deconfliction"},
                          {"result", "--result"},
                          {"assessment", "--assessment"},
                          {"retain_until", "--until"},
                          {"revision", "--revision"},
                          {"sensitivity", "--sensitivity"},
                          {"handling", "--handling"},
                          {"regime", "--regime"},
                          {"services", "--share"},
                          {"marking/services", "--share"},
                          {"compartments", "--compartment"},
                          {"marking/compartments", "--compartment"},
                          {"denied", "--deny"},
                          {"marking/denied", "--deny"}});
}

Result<std::optional<std::vector<double>>> point_of(const Arguments& arguments) {
  const auto text = arguments.text("--point");
  if (!text) return std::optional<std::vector<double>>();
  const auto comma = text->find(',');
  try {
    if (comma != std::string::npos)
      return std::optional(std::vector<double>{std::stod(text->substr(0, comma)), std::stod(text->substr(comma + 1))});
  } catch (const std::exception&) {
    return invalid({"il faut LON,LAT", "LON,LAT is needed"}, "--point");
  }
  return invalid({"il faut LON,LAT", "LON,LAT is needed"}, "--point");
}

std::vector<std::string> words_between_commas(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    words.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return words;
}

std::vector<Option> territory_options(std::vector<Option> own) {
  own.insert(own.begin(),
             {"--territory", "SLUG", {"territoire (le seul par défaut)", "territory (default: the only one)"}});
  return with_instance_options(std::move(own));
}

std::vector<Option> line_options(Lines lines, std::vector<Option> own) {
  const std::vector<Option> four{
      {"--text", "TEXT", {"ce qui a été vu ou entendu", "what was seen or heard"}, lines == Lines::whole},
      {"--sector", "CODE", {"secteur", "sector"}},
      {"--point", "LON,LAT", {"ou un point", "or a point"}},
      {"--from", "MOMENT", {"début, en UTC (par défaut il y a une heure)", "begin, in UTC (default: an hour ago)"}},
      {"--to", "MOMENT", {"fin (par défaut maintenant)", "end (default: now)"}},
      {"--product", "NAME", {"produit", "product"}},
      {"--assessment", "TEXT", {"appréciation de l'auteur", "the author's assessment"}},
      {"--evaluation", "A1..F6", {"évaluation (par défaut celle du canal)", "evaluation (default: the channel's)"}}};
  own.insert(own.end(), four.begin(), four.end());
  return territory_options(std::move(own));
}

}  // namespace quadrille::cli
