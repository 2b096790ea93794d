#include "services/provenance/provenance.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/check.h"
#include "host/crypto/digest.h"
#include "host/crypto/encoding.h"
#include "services/access/person.h"
#include "services/audit/leaf.h"
#include "services/audit/search.h"
#include "services/audit/tiles.h"
#include "services/notes/attachments.h"
#include "services/notes/letters.h"
#include "services/provenance/content.h"
#include "services/provenance/store.h"
#include "services/retention/statement.h"

namespace quadrille::provenance {
namespace {

Text joined(const Text& left, std::string_view between, const std::string& right) {
  return {left.fr + std::string(between) + right, left.en + std::string(between) + right};
}

Result<void> check_wish(const DossierWish& wish) {
  const auto length = notes::count_characters(retention::one_line(wish.recipient));
  if (length && *length >= 3 && *length <= 200) return {};
  return invalid({"dites à qui le dossier est destiné, en 3 à 200 caractères",
                  "say for whom the dossier is, in 3 to 200 characters"},
                 "recipient");
}

// Names for numbers, looked up once.
class Names {
 public:
  Names(database::Snapshot& snapshot, const territory::Territory& territory,
        std::shared_ptr<const std::vector<notes::PlaceName>> sectors)
      : snapshot_(snapshot), sectors_(std::move(sectors)) {
    for (const auto& service : territory::load_services(snapshot, territory.id)) services_[service.id] = service.name;
  }
  [[nodiscard]] std::string service(ServiceId id) const {
    const auto found = services_.find(id);
    return found == services_.end() ? "" : found->second;
  }
  [[nodiscard]] std::string agent(PersonId id) {
    const auto [known, is_new] = agents_.try_emplace(id);
    if (is_new) {
      const auto person = id.value == 0 ? std::nullopt : access::find_person(snapshot_, id);
      known->second = person ? person->code : "";
    }
    return known->second;
  }
  [[nodiscard]] std::string place(const notes::Content& content) const {
    std::string out;
    for (const auto& sector : *sectors_)
      if (content.sector == sector.id) out = sector.name;
    if (content.point)
      out += fmt::format("{}{:.5f}, {:.5f}", out.empty() ? "" : " · ", content.point->lon_degrees(),
                         content.point->lat_degrees());
    return out;
  }

 private:
  database::Snapshot& snapshot_;
  std::shared_ptr<const std::vector<notes::PlaceName>> sectors_;
  std::map<ServiceId, std::string> services_;
  std::map<PersonId, std::string> agents_;
};

void add_claims(NoteDossier& dossier, const notes::Content& content, const std::string& object, const Text& source,
                Instant stated_at, const Names& names) {
  Claim claim;
  claim.object = object;
  claim.source = source;
  claim.evaluation = content.evaluation.received;
  claim.evaluation_words = notes::words_of(content.evaluation.grade);
  claim.when = content.window;
  claim.place = names.place(content);
  claim.stated_at = stated_at;
  const auto add = [&](Claim::Kind kind, Text words) {
    claim.kind = kind;
    claim.words = std::move(words);
    dossier.claims.push_back(claim);
  };
  if (!content.facts.empty()) add(Claim::Kind::fact, same_text(content.facts));
  for (const auto& assertion : content.assertions) add(Claim::Kind::statement, notes::text_of(assertion));
  if (!content.assessment.empty()) add(Claim::Kind::assessment, same_text(content.assessment));
}

// What the log knows of a note, by what its details begin with and when it was; each is taken once.
class Found {
 public:
  Found(database::Snapshot& snapshot, NoteId note) {
    for (const auto action : {audit::Action::collection, audit::Action::alteration}) {
      audit::Question question;
      question.object = audit::Object("note", note);
      question.action = action;
      for (std::optional<std::int64_t> before;;) {
        auto page = audit::search(snapshot, question, {.before = before, .limit = audit::longest_page});
        for (auto& entry : page.entries) entries_.push_back(std::move(entry));
        if (!page.next_before) break;
        before = page.next_before;
      }
    }
  }
  // The place in dossier.entries of the entry that says so.
  std::optional<std::size_t> take(NoteDossier& dossier, std::string_view details, std::optional<Instant> at = {}) {
    const auto entry = std::ranges::find_if(entries_, [&](const audit::Entry& one) {
      return one.act.details.starts_with(details) && (!at || one.at == *at);
    });
    if (entry == entries_.end()) return std::nullopt;
    dossier.entries.push_back({entry->position, entry->at, entry->act.action, {}});
    entries_.erase(entry);
    return dossier.entries.size() - 1;
  }

 private:
  std::vector<audit::Entry> entries_;
};

Text marking_text(const access::Marking& marking) {
  const auto& sensitivity = access::label_of(marking.sensitivity);
  const auto& regime = access::label_of(marking.regime);
  const auto& handling = access::label_of(marking.handling);
  return {fmt::format("{} · {} · {}", sensitivity.fr, regime.fr, handling.fr),
          fmt::format("{} · {} · {}", sensitivity.en, regime.en, handling.en)};
}

// Revisions: of a coarse report neither the moment nor the log's entry, which shows it.
void add_revisions(NoteDossier& dossier, const notes::Dossier& shown, Names& names, Found& log) {
  for (const auto& revision : shown.revisions) {
    Hand hand;
    hand.at = revision.at;
    hand.what = revision.number == 1 ? Text{"Fiche reçue", "Note received"}
                                     : Text{fmt::format("Fiche réécrite (révision {})", revision.number),
                                            fmt::format("Note rewritten (revision {})", revision.number)};
    hand.service = names.service(shown.note.originator);
    if (!dossier.is_coarse) {
      hand.agent = names.agent(revision.author);
      hand.entry = log.take(dossier, fmt::format("revision={} hash=", revision.number));
    }
    dossier.hands.push_back(std::move(hand));
  }
}

void add_steps(NoteDossier& dossier, const notes::Dossier& shown, Names& names, Found& log) {
  for (const auto& step : shown.steps) {
    Hand hand;
    hand.at = step.at;
    const auto& label = notes::label_of(step.step);
    const auto& to = notes::label_of(step.to);
    hand.what = {fmt::format("{} → {}", label.fr, to.fr), fmt::format("{} → {}", label.en, to.en)};
    hand.service = names.service(step.service);
    hand.agent = names.agent(step.person);
    hand.words = step.words;
    if (step.grade) hand.words += (hand.words.empty() ? "" : " · ") + notes::text_of(*step.grade);
    hand.entry = log.take(dossier, fmt::format("step={} ", notes::name_of(step.step)), step.at);
    dossier.hands.push_back(std::move(hand));
  }
}

// Additions that may leave this way; the others are counted.
void add_additions(NoteDossier& dossier, const notes::Dossier& shown, const notes::NoteExtent& note,
                   database::Snapshot& snapshot, Names& names, Found& log) {
  for (const auto& addition : shown.additions) {
    const auto extent = std::ranges::find(note.additions, addition.code, &notes::AdditionExtent::code);
    const bool may_leave =
        extent != note.additions.end() && access::check_exit(access::load_marking(snapshot, extent->marking).handling,
                                                             dossier.exit, access::Release::none)
                                              .has_value();
    if (!may_leave) {
      ++dossier.left_out;
      continue;
    }
    const auto service = names.service(addition.service);
    add_claims(dossier, addition.content, addition.code, joined(notes::label_of(addition.kind), ", ", service),
               addition.at, names);
    Hand hand;
    hand.at = addition.at;
    hand.what = joined(notes::label_of(addition.kind), " ", addition.code);
    hand.service = service;
    hand.agent = names.agent(addition.author);
    hand.words = addition.answer;
    hand.entry = log.take(dossier, fmt::format("{}={} ", notes::name_of(addition.kind), addition.code));
    dossier.hands.push_back(std::move(hand));
  }
}

void add_files(NoteDossier& dossier, database::Snapshot& snapshot, NoteId note, Names& names, Found& log) {
  if (dossier.is_coarse) return;
  for (const auto& file : notes::attachments_of(snapshot, note)) {
    dossier.files.push_back({file.code, file.media_type, file.size, file.sha256, file.added_at});
    Hand hand;
    hand.at = file.added_at;
    hand.what = joined({"Pièce jointe", "File attached:"}, " ", file.code);
    hand.service = names.service(file.service);
    hand.agent = names.agent(file.person);
    hand.entry = log.take(dossier, fmt::format("attached={} ", file.code));
    dossier.hands.push_back(std::move(hand));
  }
}

// Of one moment, as they were found. (std::stable_sort of this library needs what clang calls deprecated.)
void sort_by_time(std::vector<Hand>& hands) {
  std::vector<std::pair<Instant, std::size_t>> order;
  for (const auto& hand : hands) order.emplace_back(hand.at, order.size());
  std::ranges::sort(order);
  std::vector<Hand> sorted;
  for (const auto& [at, number] : order) sorted.push_back(std::move(hands[number]));
  hands = std::move(sorted);
}

void sign_content(NoteDossier& dossier, const audit::CheckpointSigner& signer, Language language) {
  dossier.content = content_text(dossier, language);
  dossier.statement =
      signer.sign_statement(retention::format_statement({"quadrille-dossier/v1",
                                                         {{"dossier", dossier.code},
                                                          {"object", "note " + dossier.note},
                                                          {"printed-at", format_utc(dossier.printed_at)},
                                                          {"printed-by", dossier.printed_by},
                                                          {"recipient", dossier.recipient},
                                                          {"exit", std::string(access::name_of(dossier.exit))},
                                                          {"claims", std::to_string(dossier.claims.size())},
                                                          {"content-sha256", crypto::sha256_hex(dossier.content)}}}));
}

}  // namespace

const Text& label_of(Claim::Kind kind) {
  static const Text labels[] = {{"Fait", "Fact"}, {"Appréciation", "Assessment"}, {"Élément typé", "Typed statement"}};
  return labels[static_cast<std::size_t>(kind)];
}
std::string_view name_of(Claim::Kind kind) {
  static constexpr std::string_view names[] = {"fact", "assessment", "statement"};
  return names[static_cast<std::size_t>(kind)];
}

// Two acts: the dossier's own, which the dossier opens, and one about the note, so that whoever asks who has copies of
// it is told.
Result<std::int64_t> Provenance::record_print(const territory::Territory& territory, NoteId note, NoteDossier& dossier,
                                              const access::Asker& asker) {
  std::array<std::uint8_t, 8> drawn{};
  chance_.fill(drawn);
  std::int64_t object = 0;
  for (const auto byte : drawn) object = ((object & 0x007f'ffff'ffff'ffff) << 8) | byte;
  auto tx = database_.write();
  if (!notes::load_extent(*tx, note))  // erased meanwhile
    return refuse(ErrorKind::conflict, {"la fiche vient d'être effacée", "the note was erased just now"}, "note");
  audit::Act act{.actor = asker.actor(),
                 .action = audit::Action::disclosure,
                 .territory = territory.id,
                 .subject = "dossier " + dossier.code,
                 .details = fmt::format("note={} exit={} sha256={}", dossier.note, access::name_of(dossier.exit),
                                        crypto::sha256_hex(dossier.statement)),
                 .purpose = asker.purpose,
                 .legal_basis = asker.legal_basis,
                 .recipient = dossier.recipient,
                 .outcome = "shown",
                 .object = audit::Object("dossier", object)};
  const auto own = audit::record(*tx, act, asker.at);
  act.subject = "note " + dossier.note;
  act.details = fmt::format("dossier={} exit={}", dossier.code, access::name_of(dossier.exit));
  act.object = audit::Object("note", note);
  audit::record(*tx, act, asker.at);
  store::insert_dossier(*tx, {dossier.code, note, object, asker.at, crypto::sha256_hex(dossier.content)});
  tx->commit();
  return own;
}

Result<void> Provenance::prove(NoteDossier& dossier, std::int64_t own) {
  auto checkpoint = signer_.checkpoint();
  if (!checkpoint) return Failure(checkpoint.error());
  dossier.checkpoint = std::move(*checkpoint);
  dossier.key = audit::format_key(signer_.verifier());
  dossier.own_entry = dossier.entries.size();
  dossier.entries.push_back({own, dossier.printed_at, audit::Action::disclosure, {}});
  auto snapshot = database_.read();
  for (auto& entry : dossier.entries) entry.proof = audit::proof_text(*snapshot, entry.position, dossier.checkpoint);
  const auto opened = audit::open_entry(*snapshot, own);
  CHECK(opened.has_value());
  for (const auto& field : opened->fields)
    if (field.field == audit::Field::what || field.field == audit::Field::purpose ||
        field.field == audit::Field::recipient)
      dossier.openings.push_back({std::string(audit::name_of(field.field)), field.value, crypto::to_hex(field.key)});
  return {};
}

Result<NoteDossier> Provenance::print(const territory::Territory& territory, std::string_view code,
                                      const DossierWish& wish, const access::Asker& asker) {
  CHECK(wish.exit == access::Exit::pdf || wish.exit == access::Exit::export_file ||
        wish.exit == access::Exit::api_client);
  if (auto ok = check_wish(wish); !ok) return Failure(ok.error());
  const auto shown = notes_.find(territory, code, asker);  // in the log
  if (!shown) return Failure(shown.error());
  // An author who may not read the note follows it; what became of it is not theirs to print.
  if (!shown->note.marking)
    return refuse(
        ErrorKind::forbidden,
        {"vous suivez cette fiche, sans pouvoir la lire en entier", "you follow this note without reading all of it"},
        "note");
  if (auto ok = access::check_exit(shown->note.marking->handling, wish.exit, access::Release::none); !ok)
    return Failure(ok.error());
  NoteDossier dossier;
  NoteId note;
  {
    auto snapshot = database_.read();
    const auto readable = access_.readable(*snapshot, asker.viewer);
    const auto id = notes::find_note_id(*snapshot, territory.id, code, *readable, asker.viewer.person);
    const auto extent = id ? notes::load_extent(*snapshot, *id) : std::nullopt;
    if (!extent)
      return refuse(ErrorKind::conflict, {"la fiche vient d'être effacée", "the note was erased just now"}, "note");
    note = *id;
    Names names(*snapshot, territory, notes_.sectors(territory));
    Found log(*snapshot, note);
    dossier.code = crypto::random_code(chance_);
    dossier.note = shown->note.code;
    dossier.territory = territory.name;
    dossier.originator = names.service(shown->note.originator);
    dossier.channel = notes::label_of(shown->note.channel);
    if (shown->note.stage) dossier.stage = notes::label_of(*shown->note.stage);
    dossier.marking = marking_text(*shown->note.marking);
    dossier.handling = shown->note.marking->handling;
    dossier.received = shown->note.received;
    dossier.retain_until = shown->note.retain_until;
    dossier.revisions = shown->note.revision;
    dossier.is_coarse = shown->note.sight == notes::Sight::coarse;
    dossier.exit = wish.exit;
    dossier.printed_at = asker.at;
    dossier.printed_by =
        names.agent(asker.viewer.person).empty() ? asker.viewer.login : names.agent(asker.viewer.person);
    const auto* standing = asker.viewer.in(territory.id);
    dossier.service = standing ? names.service(standing->service) : "";
    dossier.purpose = asker.purpose;
    dossier.legal_basis = asker.legal_basis;
    dossier.recipient = retention::one_line(wish.recipient);
    add_claims(dossier, shown->note.content, "note", joined(dossier.channel, ", ", dossier.originator),
               shown->note.received.earliest, names);
    add_revisions(dossier, *shown, names, log);
    add_steps(dossier, *shown, names, log);
    add_additions(dossier, *shown, *extent, *snapshot, names, log);
    add_files(dossier, *snapshot, note, names, log);
    dossier.decisions = retention::decisions_of(*snapshot, note);
    sort_by_time(dossier.hands);
  }
  sign_content(dossier, signer_, wish.language);
  const auto own = record_print(territory, note, dossier, asker);
  if (!own) return Failure(own.error());
  if (auto ok = prove(dossier, *own); !ok) return Failure(ok.error());
  return dossier;
}

}  // namespace quadrille::provenance
