#include "services/retention/periods.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/check.h"
#include "services/notes/reception.h"
#include "services/sharing/selectors.h"

namespace quadrille::retention {
namespace {

const KeepingPeriod desk_periods[] = {
    {"operation over",
     {"Opération déclarée, passée ou annulée", "Declared operation, over or cancelled"},
     365,
     From::ended,
     KeepingPeriod::Basis::house,
     {"un an : le temps où les lieux d'opérations servent au tirage des leurres ; elle reste tant qu'un conflit à son "
      "sujet n'est pas acquitté",
      "a year: as long as the places of operations are drawn upon for decoys; it stays while a conflict about it is "
      "not "
      "acknowledged"}},
    {"conflict told",
     {"Conflit entre services", "Conflict between services"},
     365,
     From::recorded,
     KeepingPeriod::Basis::house,
     {"comme l'opération ; il reste tant qu'un des deux services ne l'a pas acquitté",
      "as the operation; it stays while one of the two services has not acknowledged it"}},
    {"target registered",
     {"Cible enregistrée", "Registered target"},
     365,
     From::recorded,
     KeepingPeriod::Basis::house,
     {"un an depuis l'inscription ou le renouvellement : une enquête renouvelle ce qu'elle suit encore ; une clé "
      "nouvelle efface plus tôt ce qui n'est pas renouvelé",
      "a year from registration or renewal: an investigation renews what it still works on; a new key drops what was "
      "not renewed sooner"}},
    {"target question",
     {"Question sur une cible : qui, pourquoi, réponse", "Question about a target: who, why, the answer"},
     3 * 365,
     From::recorded,
     KeepingPeriod::Basis::precedent,
     {"durée des traces du fichier OSIRIS : arrêté du 12 janvier 2016 (lu le 25 novembre 2026)",
      "the time of OSIRIS's traces: arrêté du 12 janvier 2016 (read 2026-11-25)"}},
    {"recall settled",
     {"Rappel et ses récépissés, quand tous ont répondu", "Recall and its receipts, once everybody answered"},
     3 * 365,
     From::deadline,
     KeepingPeriod::Basis::house,
     {"comme le contenu du journal, qui garde les empreintes des textes signés ; il reste tant qu'un service n'a pas "
      "répondu",
      "as the log's content, which keeps the hashes of the signed texts; it stays while a service has not answered"}},
};

// Names of channels and selectors are theirs; the texts made here live as long as the program.
std::vector<KeepingPeriod> make_periods() {
  std::vector<KeepingPeriod> rows;
  static std::vector<std::string> names;
  names.reserve(std::size(notes::channels) + std::size(sharing::selector_kinds));
  const auto named = [](std::string name) -> std::string_view { return names.emplace_back(std::move(name)); };
  for (const auto channel : notes::channels) {
    const auto& row = notes::reception_of(channel);
    const auto& label = notes::label_of(channel);
    rows.push_back({named(fmt::format("note {}", notes::name_of(channel))),
                    {"Fiche : " + label.fr, "Note: " + label.en},
                    row.days_kept,
                    From::received,
                    KeepingPeriod::Basis::house,
                    row.why});
  }
  rows.push_back({"note with persons",
                  {"Fiche qui désigne une personne", "Note that names a person"},
                  notes::days_kept_with_persons,
                  From::received,
                  KeepingPeriod::Basis::precedent,
                  {"durée du fichier OSIRIS : arrêté du 12 janvier 2016 (lu le 25 novembre 2026)",
                   "the time of the file OSIRIS: arrêté du 12 janvier 2016 (read 2026-11-25)"}});
  rows.push_back(
      {"note about a minor",
       {"Fiche qui concerne un mineur", "Note about a minor"},
       notes::days_kept_about_minors,
       From::received,
       KeepingPeriod::Basis::house,
       {"les textes demandent une durée plus courte pour les mineurs sans la fixer pour des fiches : code de "
        "la sécurité intérieure, art. R236-15 (lu le 25 novembre 2026)",
        "the texts ask for a shorter time for minors and set none for notes: code de la sécurité intérieure, "
        "art. R236-15 (read 2026-11-25)"}});
  rows.push_back({"request ended",
                  {"Demande entre services, terminée", "Request between services, ended"},
                  365,
                  From::ended,
                  KeepingPeriod::Basis::house,
                  {"une demande sur une fiche part avec elle", "a request about a note goes with it"}});
  rows.insert(rows.end(), std::begin(desk_periods), std::end(desk_periods));
  for (const auto kind : sharing::selector_kinds) {
    const auto& rule = sharing::rule_of(kind);
    rows.push_back({named(fmt::format("link {}", rule.name)),
                    {"Rapprochement : " + rule.label.fr, "Link: " + rule.label.en},
                    rule.days_kept,
                    From::last_seen,
                    KeepingPeriod::Basis::house,
                    {"part avec la fiche", "goes with the note"}});
  }
  rows.push_back({"audit log",
                  {"Journal : contenu et auteurs des entrées", "Audit log: content and accounts of entries"},
                  3 * 365,
                  From::recorded,
                  KeepingPeriod::Basis::precedent,
                  {"durée des traces du fichier OSIRIS : arrêté du 12 janvier 2016 (lu le 25 novembre 2026) ; les "
                   "engagements restent, sans rien dire",
                   "the time of OSIRIS's traces: arrêté du 12 janvier 2016 (read 2026-11-25); the commitments stay and "
                   "tell nothing"}});
  return rows;
}

struct DecisionRow {
  Decision decision;
  std::string_view name;
  Text label;
  Text source;
};
const DecisionRow decision_rows[] = {
    {Decision::acquittal,
     "acquittal",
     {"Relaxe ou acquittement", "Acquittal"},
     {"code de procédure pénale, art. 230-8 : les données sont effacées (lu le 25 novembre 2026) ; ici sans exception",
      "code de procédure pénale, art. 230-8: the data are erased (read 2026-11-25); here without exception"}},
    {Decision::no_case,
     "no_case",
     {"Non-lieu", "No case to answer"},
     {"code de procédure pénale, art. 230-8 : mention, sauf effacement ordonné (lu le 25 novembre 2026) ; règle de la "
      "maison plus stricte : ce qui désigne une personne est effacé",
      "code de procédure pénale, art. 230-8: a mention, unless erasure is ordered (read 2026-11-25); the house is "
      "stricter: what names a person is erased"}},
    {Decision::discontinued,
     "discontinued",
     {"Classement sans suite", "Discontinued"},
     {"code de procédure pénale, art. 230-8 : mention, sauf effacement ordonné (lu le 25 novembre 2026) ; règle de la "
      "maison plus stricte : ce qui désigne une personne est effacé",
      "code de procédure pénale, art. 230-8: a mention, unless erasure is ordered (read 2026-11-25); the house is "
      "stricter: what names a person is erased"}},
};
const DecisionRow& row_of(Decision decision) {
  const auto* row = std::ranges::find(decision_rows, decision, &DecisionRow::decision);
  CHECK(row != std::end(decision_rows));
  return *row;
}

}  // namespace

std::span<const KeepingPeriod> periods() {
  static const std::vector<KeepingPeriod> rows = make_periods();
  return rows;
}

const KeepingPeriod& period_named(std::string_view name) {
  const auto found = std::ranges::find(periods(), name, &KeepingPeriod::name);
  CHECK(found != periods().end());
  return *found;
}

std::string_view name_of(From from) {
  switch (from) {
    case From::received:
      return "received";
    case From::ended:
      return "ended";
    case From::last_seen:
      return "last_seen";
    case From::recorded:
      return "recorded";
    case From::deadline:
      return "deadline";
  }
  return "";
}

const Text& label_of(From from) {
  static const Text labels[] = {{"depuis la réception", "from its reception"},
                                {"depuis la fin", "from its end"},
                                {"depuis la dernière fois", "from the last time"},
                                {"depuis l'inscription", "from the entry"},
                                {"depuis son échéance", "from its deadline"}};
  return labels[static_cast<std::size_t>(from)];
}

const Text& label_of(KeepingPeriod::Basis basis) {
  static const Text labels[] = {{"loi", "law"},
                                {"durée d'un fichier voisin", "time of a like file"},
                                {"règle de la "
                                 "maison",
                                 "house rule"}};
  return labels[static_cast<std::size_t>(basis)];
}

Instant earliest_end(std::span<const Instant> sources, Instant own) {
  for (const auto source : sources) own = std::min(own, source);
  return own;
}

std::string_view name_of(Decision decision) { return row_of(decision).name; }
const Text& label_of(Decision decision) { return row_of(decision).label; }
const Text& source_of(Decision decision) { return row_of(decision).source; }
std::optional<Decision> decision_named(std::string_view name) {
  const auto* row = std::ranges::find(decision_rows, name, &DecisionRow::name);
  return row == std::end(decision_rows) ? std::nullopt : std::optional(row->decision);
}

std::string printed_periods() {
  std::string out = "| what | days | from | set by | source |\n|---|---|---|---|---|\n";
  for (const auto& row : periods())
    out += fmt::format("| {} | {} | {} | {} | {} |\n", row.what.en, row.days, label_of(row.from).en,
                       label_of(row.basis).en, row.source.en);
  return out;
}

std::string printed_decisions() {
  std::string out = "| decision | in French | source |\n|---|---|---|\n";
  for (const auto& row : decision_rows)
    out += fmt::format("| {} | {} | {} |\n", row.label.en, row.label.fr, row.source.en);
  return out;
}

}  // namespace quadrille::retention
