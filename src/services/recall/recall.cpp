#include "services/recall/recall.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/check.h"
#include "host/crypto/digest.h"
#include "host/crypto/encoding.h"
#include "services/notes/letters.h"
#include "services/notes/persons.h"
#include "services/recall/looks.h"
#include "services/recall/store.h"
#include "services/retention/statement.h"
#include "services/sharing/postings.h"

namespace quadrille::recall {
namespace {

constexpr int listed_max = 200;
constexpr std::size_t words_longest = 300;
constexpr std::int64_t deadline_days_max = 90;
constexpr std::int64_t day_ms = 86'400'000;

Failure no_such_note() {
  return refuse(
      ErrorKind::not_found,
      {"aucune fiche de ce code, ou elle ne vous est pas lisible", "no note of this code, or none that you may read"},
      "note");
}

ServiceId service_of(const access::Asker& asker, TerritoryId territory) {
  const auto* standing = asker.viewer.in(territory);
  return standing ? standing->service : ServiceId{};
}

// ---- who holds it ---------------------------------------------------------------------------------------------------

void add_looks(database::Snapshot& snapshot, const notes::NoteExtent& note, std::map<ServiceId, Holding>& found) {
  for_each_look(snapshot, audit::Object("note", note.id), note.territory,
                [&found](ServiceId service, Look look, Instant at) {
                  auto& holding = found[service];
                  (look == Look::copy ? holding.copies : holding.openings) += 1;
                  holding.last = std::max(holding.last.value_or(at), at);
                });
  for (const auto service : services_that_could_read(snapshot, note)) found[service].was_given = true;
}

// ---- checks ---------------------------------------------------------------------------------------------------------

Result<void> check_words(const std::string& words, std::size_t least, const std::string& field) {
  const auto length = notes::count_characters(words);
  if (!length || *length < least || *length > words_longest)
    return invalid({fmt::format("de {} à {} caractères", least, words_longest),
                    fmt::format("from {} to {} characters", least, words_longest)},
                   field);
  return notes::check_no_person(words, notes::Gazetteer(), field);
}

Result<void> check_wish(const RecallWish& wish, Instant now) {
  if (auto ok = check_words(retention::one_line(wish.reason), 3, "reason"); !ok) return ok;
  if (wish.deadline <= now || wish.deadline.utc_ms > now.utc_ms + deadline_days_max * day_ms)
    return invalid({fmt::format("à venir, dans {} jours au plus", deadline_days_max),
                    fmt::format("to come, within {} days", deadline_days_max)},
                   "deadline");
  if (wish.effect == Effect::erase && !wish.services.empty())
    return invalid({"effacer partout concerne tous les services", "to erase everywhere concerns every service"},
                   "services");
  return {};
}

Result<void> check_answer(const AnswerWish& wish) {
  if (auto ok = check_words(retention::one_line(wish.words), 0, "words"); !ok) return ok;
  if (wish.copies < 0 || wish.copies > 1'000'000)
    return invalid({"un nombre de copies", "a number of copies"}, "copies");
  const bool has_copies = wish.copies > 0;
  if ((wish.answer == Answer::held_nothing) == has_copies)
    return invalid({"combien de copies ? Aucune copie détenue se dit sans nombre",
                    "how many copies? No copy held is said without a number"},
                   "copies");
  if (wish.answer == Answer::in_procedure && retention::one_line(wish.words).empty())
    return invalid({"donnez la référence de la procédure", "give the procedure's reference"}, "words");
  return {};
}

// The holders that are meant, or why not.
Result<std::vector<Holding>> wanted_holders(const std::vector<Holding>& held, const RecallWish& wish) {
  if (wish.services.empty()) {
    if (!held.empty() || wish.effect == Effect::erase) return held;
    return refuse(ErrorKind::conflict,
                  {"aucun autre service ne détient cette fiche", "no other service holds this note"}, "services");
  }
  std::vector<Holding> wanted;
  for (const auto service : wish.services) {
    const auto holding = std::ranges::find(held, service, &Holding::service);
    if (holding == held.end())
      return invalid({"un de ces services ne détient rien de cette fiche", "one of these services holds nothing of it"},
                     "services");
    if (std::ranges::find(wanted, service, &Holding::service) == wanted.end()) wanted.push_back(*holding);
  }
  return wanted;
}

// The conditions without those services; what one of them originated becomes the note's originator's.
access::Marking without(access::Marking marking, const std::vector<Holding>& holders, ServiceId originator) {
  const auto is_out = [&](ServiceId service) {
    return std::ranges::find(holders, service, &Holding::service) != holders.end();
  };
  if (is_out(marking.originator)) marking.originator = originator;
  std::erase_if(marking.services, is_out);
  auto normal = access::normalised(std::move(marking));
  CHECK(normal.has_value());  // shorter lists than the one that was
  return std::move(*normal);
}

// Where no role lets somebody read notes, the recalls that they may be told of by a line.
access::Readable told_markings(database::Snapshot& snapshot, const access::Policy& policy,
                               const territory::Territory& territory, const access::Asker& asker) {
  auto markings = store::addressed_markings(snapshot, territory.id, service_of(asker, territory.id));
  std::erase_if(markings, [&](MarkingId id) {
    return !access::may_be_told(policy, asker.viewer, access::load_marking(snapshot, id));
  });
  return access::Readable(std::move(markings));
}

ToldRecall as_line(database::Snapshot& snapshot, const Recall& recall) {
  CHECK(recall.holders.size() == 1);  // shown to one holder
  const auto& own = recall.holders.front();
  return {sharing::releases::recall_line(snapshot, recall.territory, {recall.code, recall.object, recall.deadline, {}},
                                         recall.originator),
          own.answer,
          own.answered_at,
          own.copies,
          own.words,
          own.receipt_note,
          own.is_settled,
          own.is_overdue};
}

bool is_wanted(Which which, bool is_settled, bool is_overdue) {
  switch (which) {
    case Which::all:
      return true;
    case Which::unsettled:
      return !is_settled;
    case Which::overdue:
      return is_overdue;
  }
  return false;
}

// Of a recall, what one service may see.
void show_to(Recall& recall, ServiceId service, Instant now) {
  recall.is_ours = recall.originator == service;
  if (!recall.is_ours) std::erase_if(recall.holders, [&](const Holder& one) { return one.holding.service != service; });
  for (auto& holder : recall.holders) holder.is_overdue = !holder.is_settled && recall.deadline < now;
}

audit::Act act_of(const access::Asker& asker, audit::Action action, TerritoryId territory, std::string subject,
                  std::string details, std::string outcome) {
  return {.actor = asker.actor(),
          .action = action,
          .territory = territory,
          .subject = std::move(subject),
          .details = std::move(details),
          .purpose = asker.purpose,
          .legal_basis = asker.legal_basis,
          .recipient = {},
          .outcome = std::move(outcome),
          .object = {}};
}

}  // namespace

std::vector<Holding> holdings_of(database::Snapshot& snapshot, const notes::NoteExtent& note) {
  std::map<ServiceId, Holding> found;
  for (const auto service : access::load_marking(snapshot, note.marking).services) found[service].is_given = true;
  add_looks(snapshot, note, found);
  for (const auto& addition : note.additions) {
    found[addition.service].additions += 1;
    for (const auto service : access::load_marking(snapshot, addition.marking).services) found[service].is_given = true;
  }
  for (const auto& request : note.requests) {
    found[request.asking].requests += 1;
    found[request.asked].requests += 1;
  }
  found.erase(note.originator);
  found.erase(ServiceId{});
  std::vector<Holding> holdings;
  for (auto& [service, holding] : found) {
    holding.service = service;
    holdings.push_back(holding);
  }
  return holdings;
}

namespace {
constexpr std::pair<Which, std::string_view> names_of_which[] = {
    {Which::all, "all"}, {Which::unsettled, "unsettled"}, {Which::overdue, "overdue"}};
}  // namespace

std::string_view name_of(Which which) {
  return std::ranges::find(names_of_which, which, &std::pair<Which, std::string_view>::first)->second;
}
std::optional<Which> which_named(std::string_view name) {
  const auto* row = std::ranges::find(names_of_which, name, &std::pair<Which, std::string_view>::second);
  return row == std::end(names_of_which) ? std::nullopt : std::optional(row->first);
}

Failure no_such_recall() {
  return refuse(
      ErrorKind::not_found,
      {"aucun rappel de ce code, ou il ne vous concerne pas", "no recall of this code, or none that is yours"},
      "recall");
}

bool Recall::is_settled() const { return std::ranges::all_of(holders, &Holder::is_settled); }
bool Recall::is_overdue() const { return std::ranges::any_of(holders, &Holder::is_overdue); }

// What a recall does, as it was decided inside the transaction.
struct Recalls::Plan {
  notes::NoteExtent note;
  access::Marking marking;
  std::vector<Holding> holders;
  Recall recall;
};

Result<std::vector<Holding>> Recalls::holdings(const territory::Territory& territory, std::string_view code,
                                               const access::Asker& asker) {
  std::vector<Holding> held;
  std::optional<notes::NoteExtent> note;
  bool is_ours = false;
  {
    auto snapshot = database_.read();
    const auto readable = access_.readable(*snapshot, asker.viewer);
    const auto id = notes::find_note_id(*snapshot, territory.id, code, *readable, PersonId{});
    if (id) note = notes::load_extent(*snapshot, *id);
    is_ours = note && note->originator == service_of(asker, territory.id);
    if (is_ours) held = holdings_of(*snapshot, *note);
  }
  auto act = act_of(asker, audit::Action::consultation, territory.id, "holders", {},
                    !note      ? "not found"
                    : !is_ours ? "refused"
                               : fmt::format("rows={}", held.size()));
  if (note) act.subject = "holders of note " + note->code;
  if (note) act.object = audit::Object("note", note->id);
  recorder_.record(act);
  if (!note) return no_such_note();
  if (is_ours) return held;
  return refuse(ErrorKind::forbidden,
                {"seul le service d'origine rappelle une fiche", "only the originating service recalls a note"},
                "note");
}

// Access ends here: the marking of the note and of what was added, the requests about it, the links.
void Recalls::take_from(database::Transaction& tx, const Plan& plan, const access::Asker& asker) {
  const auto& note = plan.note;
  const auto is_out = [&](ServiceId service) {
    return std::ranges::find(plan.holders, service, &Holding::service) != plan.holders.end();
  };
  for (const auto& request : note.requests)
    if (is_out(request.asking) || is_out(request.asked))
      (void)eraser_.erase_request(tx, request.territory, request.marking, request,
                                  {retention::Cause::recall, fmt::format("recall {}", plan.recall.code), asker});
  const auto after = without(plan.marking, plan.holders, note.originator);
  if (after != plan.marking) {
    const auto marking = access::intern(tx, after);
    notes::give_marking(tx, note, marking, asker);
    sharing::remark(tx, {sharing::ObjectKind::note, note.id.value}, marking);
  }
  for (const auto& addition : note.additions) {
    const auto own = access::load_marking(tx, addition.marking);
    const auto left = without(own, plan.holders, note.originator);
    if (left == own) continue;
    const auto marking = access::intern(tx, left);
    notes::give_marking(tx, note, addition, marking, asker);
    sharing::remark(tx, {sharing::ObjectKind::enrichment, addition.row}, marking);
    sharing::remark(tx, {sharing::ObjectKind::sighting, addition.row}, marking);
  }
}

Result<std::string> Recalls::recall(const territory::Territory& territory, std::string_view code,
                                    const RecallWish& wish, const access::Asker& asker) {
  const auto readable = access_.readable(*database_.read(), asker.viewer);
  auto tx = database_.write();
  const auto id = notes::find_note_id(*tx, territory.id, code, *readable, PersonId{});
  auto note = id ? notes::load_extent(*tx, *id) : std::nullopt;
  if (!note) {
    tx.reset();
    recorder_.record(act_of(asker, audit::Action::alteration, territory.id, "recall", {}, "not found"));
    return no_such_note();
  }
  if (note->originator != service_of(asker, territory.id))
    return refuse(ErrorKind::forbidden,
                  {"seul le service d'origine rappelle une fiche", "only the originating service recalls a note"},
                  "note");
  if (auto ok = check_wish(wish, asker.at); !ok) return Failure(ok.error());
  auto holders = wanted_holders(holdings_of(*tx, *note), wish);
  if (!holders) return Failure(holders.error());
  Plan plan{std::move(*note), access::load_marking(*tx, note->marking), std::move(*holders), {}};
  auto& recall = plan.recall;
  recall.code = crypto::random_code(chance_);
  recall.territory = territory.id;
  recall.marking = plan.note.marking;
  recall.note = plan.note.id;
  recall.object = "note " + plan.note.code;
  recall.originator = plan.note.originator;
  recall.effect = wish.effect;
  recall.reason = retention::one_line(wish.reason);
  recall.made_at = asker.at;
  recall.deadline = wish.deadline;
  store::insert_recall(*tx, recall, asker.viewer.person);
  std::map<ServiceId, std::string> codes;
  for (const auto& service : territory::load_services(*tx, territory.id)) codes[service.id] = service.code;
  for (const auto& holding : plan.holders) {
    Holder holder;
    holder.holding = holding;
    access::Marking addressed = plan.marking;
    addressed.services = {holding.service};
    addressed.ended.clear();  // who let it go may hold copies all the same
    holder.marking = access::intern(*tx, addressed);
    holder.recall_note = signer_.sign_statement(
        format_recall({recall.code, recall.object, territory.slug, codes[recall.originator], codes[holding.service],
                       crypto::to_hex(plan.note.hash), recall.effect, recall.made_at, recall.deadline, recall.reason}));
    auto act = act_of(asker, audit::Action::alteration, territory.id, "recall " + recall.code,
                      fmt::format("object={} effect={} sha256={}", recall.object, name_of(recall.effect),
                                  crypto::sha256_hex(holder.recall_note)),
                      {});
    act.recipient = "service:" + codes[holding.service];
    act.object = audit::Object("recall", recall.id);
    holder.position = audit::record(*tx, act, asker.at);
    store::insert_holder(*tx, recall.id, holder);
  }
  if (recall.effect == Effect::erase)
    (void)eraser_.erase_note(*tx, plan.note, {retention::Cause::recall, "recall " + recall.code, asker});
  else
    take_from(*tx, plan, asker);
  tx->commit();
  (void)retention::purge(database_, database::Database::Purge::quick);
  return recall.code;
}

Result<std::string> Recalls::answer(const territory::Territory& territory, std::string_view code,
                                    const AnswerWish& wish, const access::Asker& asker) {
  const auto readable = access_.readable(*database_.read(), asker.viewer);
  const ServiceId service = service_of(asker, territory.id);
  auto tx = database_.write();
  auto recall = store::find_recall(*tx, {territory.id, service, *readable}, code);
  if (!recall) {
    const auto told = told_markings(*tx, *access_.policy(*tx), territory, asker);
    recall = store::find_recall(*tx, {territory.id, service, told}, code);
  }
  if (recall) show_to(*recall, service, asker.at);
  if (!recall || recall->is_ours) {
    tx.reset();
    recorder_.record(act_of(asker, audit::Action::alteration, territory.id, "recall receipt", {}, "not found"));
    return no_such_recall();
  }
  Holder& holder = recall->holders.front();
  if (holder.is_settled)
    return refuse(ErrorKind::conflict, {"votre service a déjà répondu", "your service has answered already"}, "recall");
  if (auto ok = check_answer(wish); !ok) return Failure(ok.error());
  const auto asked = audit::parse_note(holder.recall_note);
  CHECK(asked.has_value());
  const auto statement = parse_recall(asked->text);
  CHECK(statement.has_value());  // the table holds only statements this program made
  holder.answer = wish.answer;
  holder.answered_at = asker.at;
  holder.copies = wish.copies;
  holder.words = retention::one_line(wish.words);
  holder.receipt_note =
      signer_.sign_statement(format_receipt({recall->code, crypto::sha256_hex(holder.recall_note), recall->object,
                                             statement->holder, wish.answer, wish.copies, asker.at, holder.words}));
  auto act = act_of(asker, settles(wish.answer) ? audit::Action::erasure : audit::Action::alteration, territory.id,
                    "recall " + recall->code,
                    fmt::format("answer={} copies={} sha256={}", name_of(wish.answer), wish.copies,
                                crypto::sha256_hex(holder.receipt_note)),
                    {});
  act.object = audit::Object("recall", recall->id);
  const auto position = audit::record(*tx, act, asker.at);
  store::record_answer(*tx, recall->id, holder, asker.viewer.person, position);
  tx->commit();
  return holder.receipt_note;
}

std::vector<Recall> Recalls::list(const territory::Territory& territory, Which which, const access::Asker& asker) {
  std::vector<Recall> found;
  const ServiceId service = service_of(asker, territory.id);
  if (service.value != 0) {
    auto snapshot = database_.read();
    const auto readable = access_.readable(*snapshot, asker.viewer);
    found = store::load_recalls(*snapshot, {territory.id, service, *readable}, listed_max);
  }
  for (auto& recall : found) show_to(recall, service, asker.at);
  std::erase_if(found,
                [&](const Recall& recall) { return !is_wanted(which, recall.is_settled(), recall.is_overdue()); });
  recorder_.record(act_of(asker, audit::Action::consultation, territory.id, "recalls", std::string(name_of(which)),
                          found.empty() ? "empty" : fmt::format("rows={}", found.size())));
  return found;
}

std::vector<ToldRecall> Recalls::lines(const territory::Territory& territory, Which which, const access::Asker& asker) {
  std::vector<ToldRecall> found;
  const ServiceId service = service_of(asker, territory.id);
  if (service.value != 0) {
    auto snapshot = database_.read();
    const auto told = told_markings(*snapshot, *access_.policy(*snapshot), territory, asker);
    for (auto& recall : store::load_recalls(*snapshot, {territory.id, service, told}, listed_max)) {
      show_to(recall, service, asker.at);
      if (!recall.is_ours) found.push_back(as_line(*snapshot, recall));
    }
  }
  std::erase_if(found, [&](const ToldRecall& one) { return !is_wanted(which, one.is_settled, one.is_overdue); });
  recorder_.record(act_of(asker, audit::Action::consultation, territory.id, "recalls",
                          fmt::format("{} lines", name_of(which)),
                          found.empty() ? "empty" : fmt::format("rows={}", found.size())));
  return found;
}

Result<Recall> Recalls::find(const territory::Territory& territory, std::string_view code, const access::Asker& asker) {
  std::optional<Recall> found;
  const ServiceId service = service_of(asker, territory.id);
  if (service.value != 0) {
    auto snapshot = database_.read();
    const auto readable = access_.readable(*snapshot, asker.viewer);
    found = store::find_recall(*snapshot, {territory.id, service, *readable}, code);
  }
  auto act = act_of(asker, audit::Action::consultation, territory.id, "recall", {}, found ? "shown" : "empty");
  if (found) act.subject += " " + found->code;
  if (found) act.object = audit::Object("recall", found->id);
  recorder_.record(act);
  if (!found) return no_such_recall();
  show_to(*found, service, asker.at);
  return std::move(*found);
}

}  // namespace quadrille::recall
