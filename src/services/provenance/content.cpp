#include "services/provenance/content.h"

#include <fmt/format.h>

#include "services/retention/statement.h"

namespace quadrille::provenance {
namespace {

void put(std::string& out, std::string_view name, const std::string& value) {
  if (!value.empty()) out += fmt::format("{}: {}\n", name, retention::one_line(value));
}

std::string window_text(Window window) {
  return window.earliest == window.latest ? format_utc(window.earliest)
                                          : format_utc(window.earliest) + " / " + format_utc(window.latest);
}

}  // namespace

std::string content_text(const NoteDossier& dossier, Language language) {
  const bool fr = language == Language::fr;
  std::string out;
  put(out, "dossier", dossier.code);
  put(out, "note", dossier.note);
  put(out, fr ? "territoire" : "territory", dossier.territory);
  put(out, fr ? "origine" : "originator", dossier.originator);
  put(out, fr ? "canal" : "channel", dossier.channel.in(language));
  put(out, fr ? "étape" : "stage", dossier.stage.in(language));
  put(out, fr ? "marquage" : "marking", dossier.marking.in(language));
  put(out, fr ? "reçue" : "received", window_text(dossier.received));
  put(out, fr ? "conservée jusqu'au" : "kept until", format_utc(dossier.retain_until));
  put(out, fr ? "révisions" : "revisions", std::to_string(dossier.revisions));
  put(out, fr ? "laissés de côté" : "left out", std::to_string(dossier.left_out));
  for (const auto& claim : dossier.claims) {
    out += fmt::format("\n[{}] {}\n", label_of(claim.kind).in(language), claim.object);
    put(out, fr ? "texte" : "text", claim.words.in(language));
    put(out, "source", claim.source.in(language));
    put(out, fr ? "évaluation" : "evaluation", claim.evaluation + " " + claim.evaluation_words.in(language));
    put(out, fr ? "quand" : "when", window_text(claim.when));
    put(out, fr ? "où" : "where", claim.place);
    put(out, fr ? "dit" : "stated", format_utc(claim.stated_at));
  }
  for (const auto& hand : dossier.hands) {
    out += "\n";
    put(out, format_utc(hand.at), hand.what.in(language));
    put(out, "service", hand.service);
    put(out, fr ? "agent" : "officer", hand.agent);
    put(out, fr ? "motif" : "words", hand.words);
  }
  for (const auto& file : dossier.files)
    out += fmt::format("\n{} {}: {} {} sha256 {}\n", fr ? "pièce" : "file", file.code, file.media_type, file.size,
                       file.sha256);
  for (const auto& decision : dossier.decisions)
    out += fmt::format("\n{}: {} ({})\n", retention::label_of(decision.decision).in(language), decision.reference,
                       format_utc(decision.at));
  out += "\n";
  put(out, fr ? "imprimé" : "printed", format_utc(dossier.printed_at));
  put(out, fr ? "par" : "by", dossier.printed_by + ", " + dossier.service);
  put(out, fr ? "pour" : "for", dossier.recipient);
  put(out, fr ? "but" : "purpose", dossier.purpose);
  put(out, fr ? "fondement" : "legal basis", dossier.legal_basis);
  return out;
}

}  // namespace quadrille::provenance
