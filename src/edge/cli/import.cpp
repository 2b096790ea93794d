#include <fmt/format.h>

#include <fstream>
#include <ostream>

#include "edge/cli/instance.h"
#include "edge/cli/shown_work.h"
#include "edge/mapping/mapping_json.h"
#include "services/facts/facts.h"

namespace quadrille::cli {
namespace {

Text label_of(facts::IssueKind kind) {
  using enum facts::IssueKind;
  switch (kind) {
    case too_few_fields:
      return {"trop peu de champs", "too few fields"};
    case no_id:
      return {"sans identifiant", "without identifier"};
    case bad_datetime:
      return {"date impossible", "impossible date"};
    case unknown_category:
      return {"catégorie inconnue", "unknown category"};
    case same_id_differs:
      return {"même identifiant, autre contenu", "same identifier, other content"};
    case missing_place:
      return {"coordonnées absentes", "coordinates missing"};
    case bad_place:
      return {"coordonnées illisibles", "coordinates unreadable"};
    case outside_bounds:
      return {"hors limites", "outside the bounds"};
    case repeated_hour:
      return {"heure double", "hour that came twice"};
    case skipped_hour:
      return {"heure inexistante", "hour that never was"};
    case outside_sectors:
      return {"hors de tout secteur", "outside every sector"};
  }
  return {};
}

void print_report(const facts::ImportReport& report, Terminal& terminal) {
  const bool fr = terminal.language == Language::fr;
  const auto line = [&](const char* french, const char* english, std::int64_t count) {
    terminal.out << fmt::format("  {:<36} {:>12}\n", fr ? french : english, count);
  };
  terminal.out << report.file << "\n";
  line("lignes lues", "rows read", report.rows);
  line("faits ajoutés", "facts added", report.added);
  line("faits corrigés (nouvelle version)", "facts corrected (new version)", report.changed);
  line("inchangés", "unchanged", report.unchanged);
  line("doublons", "duplicates", report.duplicates);
  line("lignes laissées de côté", "rows left out", report.left_out);
  line("faits sans lieu", "facts without place", report.without_place);
  if (report.first_day && report.last_day)
    terminal.out << fmt::format("  {:<36} {} → {}\n", fr ? "du … au …" : "from … to …", format_date(*report.first_day),
                                format_date(*report.last_day));
  for (const auto& [kind, count] : report.issue_counts)
    terminal.out << fmt::format("  ! {:<34} {:>12}\n", label_of(kind).in(terminal.language), count);
  constexpr std::size_t shown_max = 5;
  std::size_t shown = 0;
  for (const auto& [kind, issue] : report.issues) {
    if (shown++ == shown_max) break;
    terminal.out << fmt::format("    {} {}, {} : {} ({})\n", fr ? "ligne" : "line", issue.line, issue.field,
                                issue.message.in(terminal.language), issue.found);
  }
  if (report.issues.size() > shown_max)
    terminal.out << (fr ? "    … --report FICHIER les écrit toutes\n" : "    ... --report FILE writes them all\n");
  if (report.id.value == 0) terminal.out << (fr ? "Rien n'a changé.\n" : "Nothing changed.\n");
}

std::string csv_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

Result<void> write_issues(const facts::ImportReport& report, const std::string& path, Language language) {
  std::ofstream file(path, std::ios::binary);
  file << "line,kind,field,message,found\n";
  for (const auto& [kind, issue] : report.issues)
    file << issue.line << ',' << facts::name_of(kind) << ',' << csv_quoted(issue.field) << ','
         << csv_quoted(issue.message.in(language)) << ',' << csv_quoted(issue.found) << '\n';
  file.close();
  if (!file)
    return refuse(ErrorKind::unavailable,
                  {fmt::format("{} n'a pas pu être écrit", path), fmt::format("{} could not be written", path)},
                  "--report");
  return {};
}

Result<void> run_import(const Arguments& arguments, Terminal& terminal) {
  if (arguments.words().empty()) return invalid({"il faut un fichier", "a file is needed"}, "FILE");
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  const auto mapping = mapping::read_mapping(*arguments.text("--mapping"));
  if (!mapping) return refuse(mapping.error().kind, mapping.error().message, "--mapping");
  const auto territory = wanted_territory(*instance, arguments);
  if (!territory) return Failure(territory.error());
  const auto report = shown(terminal, {"import", "import"}, PlainProgress::lines, [&](const Progress& progress) {
    return facts::import_file(*instance->database, *territory, arguments.words()[0], *mapping, instance->by(), progress,
                              {.is_dry_run = arguments.has("--dry-run")});
  });
  if (!report) return Failure(report.error());
  print_report(*report, terminal);
  if (const auto path = arguments.text("--report")) return write_issues(*report, *path, terminal.language);
  return {};
}

}  // namespace

std::vector<Command> import_commands() {
  return {{.name = "import",
           .summary = {"Importe un fichier CSV (aussi .gz, .zst)", "Imports a CSV file (also .gz, .zst)"},
           .needs = access::Capability::import_facts,
           .words = "FILE",
           .words_max = 1,
           .options = with_instance_options(
               {{"--mapping",
                 "M.json",
                 {"comment lire les colonnes (docs/import.md)", "how to read the columns (docs/import.md)"},
                 true},
                {"--territory",
                 "SLUG",
                 {"territoire (inutile s'il n'y en a qu'un)", "territory (not needed when there is one)"}},
                {"--dry-run", "", {"lire et dire, sans rien écrire", "read and tell, write nothing"}},
                {"--report", "FILE", {"écrire en CSV ce qui n'allait pas", "write what was wrong as CSV"}}}),
           .example = "quadrille import incidents.csv.zst --mapping mappings/san-francisco.json --territory sf",
           .run = run_import}};
}

}  // namespace quadrille::cli
