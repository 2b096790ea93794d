#include "edge/format/dossier_json.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "host/crypto/encoding.h"
#include "host/json/describe.h"

namespace quadrille::format {
namespace {

// The document, field by field as docs/dossier.md lists them.
struct DossierClaim {
  int number = 0;
  std::string object;
  std::string kind;
  Text words;
  Text source;
  std::string evaluation;
  Text evaluation_words;
  Instant earliest;
  Instant latest;
  std::string place;
  Instant stated_at;
};
struct DossierHand {
  Instant at;
  Text what;
  std::string service;
  std::string agent;
  std::string words;
  std::optional<std::int64_t> position;
};
struct DossierFile {
  std::string code;
  std::string media_type;
  std::int64_t size = 0;
  std::string sha256;
  Instant at;
};
struct DossierDecision {
  std::string decision;
  Text label;
  std::string reference;
  Instant at;
};
struct DossierPrint {
  Instant at;
  std::string by;
  std::string service;
  std::string purpose;
  std::string legal_basis;
  std::string recipient;
  std::string exit;
};
struct DossierEntry {
  std::int64_t position = 0;
  Instant at;
  std::string action;
  std::string proof;
};
struct DossierOpening {
  std::string field;
  std::string value_base64;
  std::string key;
};
struct DossierDocument {
  std::string form = "quadrille-dossier/v1";
  std::string code;
  std::string note;
  std::string territory;
  std::string originator;
  Text channel;
  Text stage;
  Text marking;
  std::string handling;
  Instant received_earliest;
  Instant received_latest;
  Instant retain_until;
  int revisions = 1;
  bool coarse = false;
  std::int64_t left_out = 0;
  std::vector<DossierClaim> claims;
  std::vector<DossierHand> hands;
  std::vector<DossierFile> files;
  std::vector<DossierDecision> decisions;
  DossierPrint printed;
  std::string content;
  std::string statement;
  std::vector<DossierEntry> entries;
  std::int64_t own_position = 0;
  std::vector<DossierOpening> openings;
  std::string checkpoint;
  std::string key;
};

BOOST_DESCRIBE_STRUCT(DossierClaim, (),
                      (number, object, kind, words, source, evaluation, evaluation_words, earliest, latest, place,
                       stated_at))
BOOST_DESCRIBE_STRUCT(DossierHand, (), (at, what, service, agent, words, position))
BOOST_DESCRIBE_STRUCT(DossierFile, (), (code, media_type, size, sha256, at))
BOOST_DESCRIBE_STRUCT(DossierDecision, (), (decision, label, reference, at))
BOOST_DESCRIBE_STRUCT(DossierPrint, (), (at, by, service, purpose, legal_basis, recipient, exit))
BOOST_DESCRIBE_STRUCT(DossierEntry, (), (position, at, action, proof))
BOOST_DESCRIBE_STRUCT(DossierOpening, (), (field, value_base64, key))
BOOST_DESCRIBE_STRUCT(DossierDocument, (),
                      (form, code, note, territory, originator, channel, stage, marking, handling, received_earliest,
                       received_latest, retain_until, revisions, coarse, left_out, claims, hands, files, decisions,
                       printed, content, statement, entries, own_position, openings, checkpoint, key))

}  // namespace

std::string dossier_json(const provenance::NoteDossier& dossier) {
  DossierDocument out;
  out.code = dossier.code;
  out.note = dossier.note;
  out.territory = dossier.territory;
  out.originator = dossier.originator;
  out.channel = dossier.channel;
  out.stage = dossier.stage;
  out.marking = dossier.marking;
  out.handling = access::name_of(dossier.handling);
  out.received_earliest = dossier.received.earliest;
  out.received_latest = dossier.received.latest;
  out.retain_until = dossier.retain_until;
  out.revisions = dossier.revisions;
  out.coarse = dossier.is_coarse;
  out.left_out = dossier.left_out;
  for (const auto& claim : dossier.claims)
    out.claims.push_back({static_cast<int>(out.claims.size()) + 1, claim.object,
                          std::string(provenance::name_of(claim.kind)), claim.words, claim.source, claim.evaluation,
                          claim.evaluation_words, claim.when.earliest, claim.when.latest, claim.place,
                          claim.stated_at});
  for (const auto& hand : dossier.hands)
    out.hands.push_back({hand.at, hand.what, hand.service, hand.agent, hand.words,
                         hand.entry ? std::optional(dossier.entries[*hand.entry].position) : std::nullopt});
  for (const auto& file : dossier.files)
    out.files.push_back({file.code, file.media_type, file.size, file.sha256, file.at});
  for (const auto& one : dossier.decisions)
    out.decisions.push_back(
        {std::string(retention::name_of(one.decision)), retention::label_of(one.decision), one.reference, one.at});
  out.printed = {dossier.printed_at,
                 dossier.printed_by,
                 dossier.service,
                 dossier.purpose,
                 dossier.legal_basis,
                 dossier.recipient,
                 std::string(access::name_of(dossier.exit))};
  out.content = dossier.content;
  out.statement = dossier.statement;
  for (const auto& entry : dossier.entries)
    out.entries.push_back({entry.position, entry.at, std::string(audit::name_of(entry.action)), entry.proof});
  out.own_position = dossier.entries[dossier.own_entry].position;
  for (const auto& opening : dossier.openings)
    out.openings.push_back({opening.field, crypto::to_base64(crypto::bytes_of(opening.value)), opening.key});
  out.checkpoint = dossier.checkpoint;
  out.key = dossier.key;
  return json::text_of(out);
}

}  // namespace quadrille::format
