#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <ostream>

#include "edge/cli/asker.h"
#include "edge/cli/instance.h"
#include "edge/format/dossier_json.h"
#include "edge/format/dossier_pdf.h"
#include "host/clock/time_zone.h"
#include "services/provenance/provenance.h"

// quadrille dossier NOTE: where each claim of a note comes from, as PDF, JSON and proofs.

namespace quadrille::cli {
namespace {

Result<void> write_file(const std::filesystem::path& path, const std::string& bytes, const char* option) {
  std::ofstream file(path, std::ios::binary);
  file << bytes;
  file.flush();
  if (file) return {};
  return refuse(ErrorKind::unavailable,
                {path.string() + " n'a pas pu être écrit", path.string() + " could not be written"}, option);
}

// What quadrille-verify takes: one file a proof, and what opens the dossier's own entry.
Result<void> write_proofs(const std::filesystem::path& folder, const provenance::NoteDossier& dossier) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  std::vector<std::pair<std::string, std::string>> files{{"content.txt", dossier.content},
                                                         {"statement.txt", dossier.statement},
                                                         {"checkpoint", dossier.checkpoint},
                                                         {"key", dossier.key + "\n"}};
  for (const auto& entry : dossier.entries)
    files.emplace_back(fmt::format("{}.tlog-proof", entry.position), entry.proof);
  for (const auto& opening : dossier.openings) {
    files.emplace_back(opening.field + ".value", opening.value);
    files.emplace_back(opening.field + ".key", opening.key + "\n");
  }
  for (const auto& [name, bytes] : files)
    if (auto ok = write_file(folder / name, bytes, "--proofs"); !ok) return ok;
  return {};
}

// PDF alone is a print; a file of data, whatever stands beside it, is an export.
access::Exit exit_of(const Arguments& arguments) {
  return arguments.has("--json") || arguments.has("--proofs") ? access::Exit::export_file : access::Exit::pdf;
}

Result<void> run_dossier(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  const auto territory = wanted_territory(*instance, arguments);
  if (!territory) return Failure(territory.error());
  const auto asker = asker_of(*instance);
  if (!asker) return Failure(asker.error());
  if (arguments.words().empty()) return invalid({"il manque le code d'une fiche", "a note's code is missing"}, "NOTE");
  if (!arguments.has("--pdf") && !arguments.has("--json") && !arguments.has("--proofs"))
    return invalid({"où l'écrire : --pdf, --json ou --proofs", "where to write it: --pdf, --json or --proofs"},
                   "--pdf");
  auto signer = audit::CheckpointSigner::open(log_key_file(arguments), *instance->database, instance->clock);
  if (!signer) return Failure(signer.error());
  const auto zone = clock::TimeZone::open(territory->time_zone);
  if (!zone) return Failure(zone.error());
  access::Access access;
  audit::Recorder recorder(*instance->database, instance->clock);
  notes::Notes notes(*instance->database, access, recorder, crypto::system_chance());
  provenance::Provenance provenance(*instance->database, access, notes, **signer, crypto::system_chance());
  const auto dossier =
      provenance.print(*territory, arguments.words().front(),
                       {exit_of(arguments), arguments.text("--to").value_or(""), terminal.language}, *asker);
  if (!dossier) {
    auto error = dossier.error();
    if (error.field == "recipient") error.field = "--to";
    return Failure(std::move(error));
  }
  if (const auto path = arguments.text("--pdf"))
    if (auto ok = write_file(*path, format::dossier_pdf(*dossier, *zone, terminal.language), "--pdf"); !ok) return ok;
  if (const auto path = arguments.text("--json"))
    if (auto ok = write_file(*path, format::dossier_json(*dossier) + "\n", "--json"); !ok) return ok;
  if (const auto path = arguments.text("--proofs"))
    if (auto ok = write_proofs(*path, *dossier); !ok) return ok;
  terminal.out << fmt::format("{} {}\n", Text{"Dossier", "Dossier"}.in(terminal.language), dossier->code);
  return {};
}

}  // namespace

std::vector<Command> dossier_commands() {
  return {
      {.name = "dossier",
       .summary = {"D'où vient chaque affirmation d'une fiche, avec les preuves",
                   "Where each claim of a note comes from, with the proofs"},
       .needs = access::Capability::print_dossier,
       .words = "NOTE",
       .words_max = 1,
       .options = with_instance_options(
           {{"--to", "WORDS", {"à qui il est destiné", "for whom it is"}, true},
            {"--pdf", "FILE", {"écrit le PDF", "writes the PDF"}},
            {"--json",
             "FILE",
             {"écrit le JSON (docs/dossier.schema.json)", "writes the JSON (docs/dossier.schema.json)"}},
            {"--proofs", "DIR", {"écrit les preuves pour quadrille-verify", "writes the proofs for quadrille-verify"}},
            {"--territory", "SLUG", {"territoire (le seul, s'il n'y en a qu'un)", "territory (the only one)"}},
            {"--log-key", "FILE", {"clé du journal (audit.key)", "key of the log (audit.key)"}}}),
       .example = "quadrille dossier qrstuvwxyz234567 --to \"TJ Port, procédure 26/118\" --pdf dossier.pdf",
       .run = run_dossier}};
}

}  // namespace quadrille::cli
