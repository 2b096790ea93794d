#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/line.h"
#include "host/crypto/encoding.h"
#include "services/access/audience.h"
#include "services/notes/entry.h"
#include "services/notes/erasure.h"
#include "services/notes/letters.h"
#include "services/notes/reception.h"
#include "services/notes/remarking.h"

// What becomes of notes: revisions, steps, additions, retention, marking. Each change is one transaction with its entry
// in the log.

namespace quadrille::notes {
namespace {

constexpr std::size_t words_longest = 500;
constexpr std::size_t reason_shortest = 3;
constexpr std::size_t reason_longest = 300;

bool is_from_originator(const Note& note, const access::Viewer& viewer) {
  const auto* standing = viewer.in(note.territory);
  return standing && standing->service.value != 0 && standing->service == note.originator;
}

Failure only_the_originator() {
  return refuse(ErrorKind::forbidden,
                {"seul le service d'origine écrit dans la fiche ; ajoutez un enrichissement ou une proposition",
                 "only the originating service writes in the note; add an enrichment or a proposal"},
                "service");
}

Failure is_closed() {
  return refuse(ErrorKind::conflict,
                {"la fiche est terminée ou trop avancée pour être réécrite ; ajoutez un enrichissement",
                 "the note is closed or too far on to be rewritten; add an enrichment"},
                "stage");
}

// Refused with field "result/...".
Result<void> check_outcome(const Outcome& outcome, const Ground& ground) {
  constexpr std::int64_t most = 1'000'000'000'000;
  for (const auto& [value, field] :
       {std::pair{outcome.arrests, "result/arrests"}, std::pair{outcome.presented, "result/presented"},
        std::pair{outcome.seized_mg, "result/seized_mg"}, std::pair{outcome.cash_cents, "result/cash_cents"}})
    if (value < 0 || value > most) return invalid({"un nombre positif", "a positive number"}, field);
  if (outcome.presented > outcome.arrests)
    return invalid({"plus de personnes présentées que d'interpellations", "more people presented than arrested"},
                   "result/presented");
  return check_words(outcome.words, words_longest, ground, "result/words");
}

Result<void> check_wish(const StepWish& wish, const Ground& ground) {
  if (auto ok = check_words(wish.reason, words_longest, ground, "reason"); !ok) return ok;
  if (auto ok = check_words(wish.summary, words_longest, ground, "summary"); !ok) return ok;
  if (auto ok = check_words(wish.deconfliction, words_longest, ground, "deconfliction"); !ok) return ok;
  return wish.outcome ? check_outcome(*wish.outcome, ground) : Result<void>();
}

Result<void> check_reason(const std::string& reason, const Ground& ground) {
  if (count_characters(reason).value_or(reason_longest + 1) < reason_shortest ||
      reason.find_first_of("\r\n") != std::string::npos)
    return invalid({"dites pourquoi, sur une ligne : le journal le garde", "say why, in one line: the log keeps it"},
                   "reason");
  return check_words(reason, reason_longest, ground, "reason");
}

bool may_read(const access::Marking& marking, ServiceId service) {
  return marking.originator == service || std::ranges::binary_search(marking.services, service);
}

// The note after the step.
Note after_step(Note note, const StepWish& wish, Stage to, const access::Asker& asker) {
  note.stage = to;
  note.stage_since = asker.at;
  note.due = due_after(to, asker.at);
  switch (wish.step) {
    case Step::take_up:
      note.owner = note.verifier = asker.viewer.person;
      break;
    case Step::verify:
      note.verified_grade = wish.evaluation->grade;
      note.summary = wish.summary;
      break;
    case Step::attribute:
    case Step::attribute_directly:
      note.attributed = wish.service;
      note.owner.reset();
      break;
    case Step::hand_back:
      note.attributed.reset();
      break;
    case Step::deconflict:
    case Step::enrich:
    case Step::put_to_prosecutor:
    case Step::ask_for_more:
    case Step::record_result:
    case Step::set_aside:
      break;
  }
  return note;
}

}  // namespace

// A note in the hands of somebody who may read it or wrote it, inside the transaction that will change it.
struct Notes::Held {
  std::unique_ptr<database::Transaction> tx;
  std::shared_ptr<const Ground> ground;
  std::shared_ptr<const access::Readable> readable;
  std::vector<territory::Service> services;
  std::shared_ptr<const access::Policy> policy;
  access::Marking marking;
  Note note;
  bool can_read = false;
};

Result<Notes::Held> Notes::take(const territory::Territory& territory, std::string_view code,
                                const access::Asker& asker) {
  Held held;
  bool is_there = false;
  {
    auto snapshot = database_.read();
    held.ground = ground_of(*snapshot, territory);
    held.readable = access_.readable(*snapshot, asker.viewer);
    held.services = territory::load_services(*snapshot, territory.id);
    is_there = store::find(*snapshot, territory.id, code, held.readable->sql_list(), asker.viewer.person).has_value();
  }
  if (is_there) {
    held.tx = database_.write();
    auto note = store::find(*held.tx, territory.id, code, held.readable->sql_list(), asker.viewer.person);
    is_there = note && note->retain_until > asker.at;
    if (is_there) held.note = std::move(*note);
  }
  if (!is_there) {
    held.tx.reset();
    recorder_.record(audit::Act{.actor = asker.actor(),
                                .action = audit::Action::alteration,
                                .territory = territory.id,
                                .subject = "note " + fit_line(code, 40),
                                .details = "",
                                .purpose = asker.purpose,
                                .legal_basis = asker.legal_basis,
                                .recipient = "",
                                .outcome = "not found",
                                .object = {}});
    return no_such_note();
  }
  held.policy = access_.policy(*held.tx);
  held.marking = access::load_marking(*held.tx, held.note.marking);
  held.can_read = access::decide(*held.policy, asker.viewer, held.marking).is_allowed();
  return held;
}

Result<int> Notes::revise(const territory::Territory& territory, std::string_view code, int seen,
                          const Content& content, const access::Asker& asker) {
  auto held = take(territory, code, asker);
  if (!held) return Failure(held.error());
  auto& [tx, ground, readable, services, policy, marking, note, can_read] = *held;
  const bool is_author = asker.viewer.person.value != 0 && note.author == asker.viewer.person;
  const bool may_work = can_read && is_from_originator(note, asker.viewer) &&
                        access::may(*policy, asker.viewer, territory.id, access::Capability::work_notes);
  if (!is_author && !may_work) return only_the_originator();
  // Who only follows their own note rewrites it until somebody works on it.
  const bool is_open = note.stage <= Stage::enriched && (can_read || (note.stage == Stage::received && !note.owner));
  if (!is_open) return is_closed();
  if (seen != note.revision)
    return refuse(ErrorKind::conflict,
                  {fmt::format("la fiche a changé entre-temps (révision {}) ; relisez-la", note.revision),
                   fmt::format("the note changed meanwhile (revision {}); read it again", note.revision)},
                  "revision");
  if (auto ok = check_content(content, asker.at); !ok) return Failure(ok.error());
  auto placed = place_content(content, *ground, note.channel);
  if (!placed) return Failure(placed.error());
  if (auto ok = check_persons(*placed, *ground, persons_rule(*tx, territory.id, asker.at)); !ok)
    return Failure(ok.error());
  Note after = note;
  after.content = std::move(*placed);
  after.shown_window = shown_window(after.content, note.channel, ground->zone);
  after.revision = note.revision + 1;
  after.editor = asker.viewer.person;
  after.stage = Stage::received;
  after.stage_since = asker.at;
  after.due = due_after(after.stage, asker.at);
  after.owner.reset();
  after.verified_grade.reset();
  after.summary.clear();
  const auto before = store::load_revisions(*tx, note.id);
  const auto revision =
      make_revision(after.revision, before.back().hash, after.content, asker.viewer.person, asker.at, chance_);
  store::supersede(*tx, note, after, revision);
  // What the new text says may shorten keeping (a person, a minor), never lengthen it.
  if (const auto until = retention(after.channel, after.content, after.received, {});
      until && *until < note.retain_until)
    store::update_retention(*tx, note.id, after.retain_until = *until);
  audit::record(*tx,
                act_on(asker, audit::Action::alteration, after,
                       fmt::format("revision={} hash={}", after.revision, crypto::to_hex(revision.hash))),
                asker.at, chance_);
  const Content told = is_at_risk(after.channel) ? coarse(after.content, "", ground->zone) : after.content;
  const Created created[] = {created_of(CreatedKind::revision, after, told, after.shown_window)};
  for (const auto& hook : hooks.on_created) hook(*tx, {territory, asker}, created);
  tx->commit();
  return after.revision;
}

Circumstances circumstances_of(const Note& note, const StepWish& wish, const WorkflowRow* row,
                               const access::Marking& marking, const access::Policy& policy,
                               const access::Viewer& viewer) {
  Circumstances now;
  const auto* standing = viewer.in(note.territory);
  now.has_capability = row && access::may(policy, viewer, note.territory, row->needs);
  now.is_owner = viewer.person.value != 0 && note.owner == viewer.person;
  now.is_of_attributed_service = standing && note.attributed == standing->service;
  now.has_evaluation = wish.evaluation.has_value();
  now.needs_summary = is_at_risk(note.channel);
  now.has_summary = !wish.summary.empty();
  now.says_deconfliction = !wish.deconfliction.empty();
  now.is_judicial = marking.regime == access::Regime::judicial;
  now.names_service = wish.service.has_value();
  now.has_reason = !wish.reason.empty();
  now.has_result = wish.outcome.has_value();
  return now;
}

Result<Stage> Notes::take_step(const territory::Territory& territory, std::string_view code, const StepWish& wish,
                               const access::Asker& asker) {
  auto held = take(territory, code, asker);
  if (!held) return Failure(held.error());
  auto& [tx, ground, readable, services, policy, marking, note, can_read] = *held;
  if (!can_read)
    return refuse(ErrorKind::forbidden,
                  {"vous suivez cette fiche, sans y travailler", "you follow this note without working on it"}, "step");
  const auto service = service_of(asker.viewer, territory.id);
  if (!service) return Failure(service.error());
  if (auto ok = check_wish(wish, *ground); !ok) return Failure(ok.error());
  auto now = circumstances_of(note, wish, find_row(note.stage, wish.step), marking, *policy, asker.viewer);
  for (const auto& addition : store::load_additions(*tx, note.id, readable->sql_list(), asker.viewer.person, asker.at))
    now.has_enrichment = now.has_enrichment || addition.kind == AdditionKind::enrichment;
  const auto to = next(note.stage, wish.step, now);
  if (!to) return Failure(to.error());
  if (wish.service && !may_read(marking, *wish.service))
    return invalid({"ce service ne peut pas lire la fiche : partagez-la d'abord avec lui",
                    "this service may not read the note: share it first"},
                   "service");
  // Whoever is given a note to work on has it again, whatever they let go before.
  if (wish.service && std::ranges::binary_search(marking.ended, *wish.service)) {
    const auto before = note.marking;
    set_hold(*tx, *load_extent(*tx, note.id), *wish.service, Hold::again);
    note.marking = marking_under(*tx, before, *wish.service, Hold::again);
    for (const auto& hook : hooks.on_remarked) hook(*tx, {note.id, before, note.marking});
  }
  const Note after = after_step(note, wish, *to, asker);
  const bool changes_words = after.summary != note.summary && is_at_risk(note.channel);
  if (changes_words) store::remove_words(*tx, note);
  store::update_state(*tx, after);
  if (changes_words) store::insert_words(*tx, after);
  std::string words = wish.reason;
  if (words.empty()) words = wish.step == Step::deconflict ? wish.deconfliction : "";
  if (words.empty() && wish.outcome) words = wish.outcome->words;
  store::insert_step(*tx, note.id,
                     {wish.step, note.stage, *to, asker.at, asker.viewer.person, *service, words,
                      wish.evaluation ? std::optional(wish.evaluation->grade) : std::nullopt});
  if (wish.step == Step::record_result) store::insert_outcome(*tx, note.id, *wish.outcome);
  audit::record(*tx,
                act_on(asker, audit::Action::alteration, note,
                       fmt::format("step={} from={} to={}", name_of(wish.step), name_of(note.stage), name_of(*to))),
                asker.at, chance_);
  tx->commit();
  return *to;
}

Result<std::string> Notes::enrich(const territory::Territory& territory, std::string_view code,
                                  const NewAddition& wanted, const access::Asker& asker) {
  auto held = take(territory, code, asker);
  if (!held) return Failure(held.error());
  auto& [tx, ground, readable, services, policy, marking, note, can_read] = *held;
  if (!can_read)
    return refuse(ErrorKind::forbidden, {"vous suivez cette fiche, sans y ajouter", "you follow this note, no more"},
                  "service");
  const auto service = service_of(asker.viewer, territory.id);
  if (!service) return Failure(service.error());
  if (is_over(note.stage) && wanted.kind != AdditionKind::sighting) return is_closed();
  if (auto ok = check_content(wanted.content, asker.at); !ok) return Failure(ok.error());
  // What is added stands by itself: its author is an officer, and its place is shown to who reads it.
  auto placed = place_content(wanted.content, *ground, Channel::service);
  if (!placed) return Failure(placed.error());
  if (auto ok = check_persons(*placed, *ground, persons_rule(*tx, territory.id, asker.at)); !ok)
    return Failure(ok.error());
  store::Addition addition;
  addition.code = crypto::random_code(chance_);
  addition.kind = wanted.kind;
  addition.at = asker.at;
  addition.author = asker.viewer.person;
  addition.service = *service;
  addition.content = std::move(*placed);
  addition.state = wanted.kind == AdditionKind::proposal ? ProposalState::open : ProposalState::none;
  const auto until = retention(Channel::service, addition.content, asker.at, wanted.retain_until);
  if (!until) return Failure(until.error());
  addition.retain_until = std::min(*until, note.retain_until);
  addition.marking = note.marking;
  if (wanted.marking) {
    auto narrower = *wanted.marking;
    narrower.ended = marking.ended;
    auto own = check_marking(std::move(narrower), territory.id, *service, services, asker.viewer);
    if (!own) return Failure(own.error());
    if (auto ok = check_inside(*tx, *own, marking.compartments); !ok) return Failure(ok.error());
    addition.marking = access::intern(*tx, *own);
  }
  store::insert_addition(*tx, note.id, addition);
  audit::record(*tx,
                act_on(asker, audit::Action::collection, note,
                       fmt::format("{}={} assertions={}", name_of(wanted.kind), addition.code,
                                   addition.content.assertions.size())),
                asker.at, chance_);
  if (wanted.kind != AdditionKind::proposal) {
    Created created =
        created_of(wanted.kind == AdditionKind::enrichment ? CreatedKind::enrichment : CreatedKind::sighting, note,
                   addition.content, addition.content.window);
    created.addition = addition.id;
    created.channel = Channel::service;
    created.service = addition.service;
    created.marking = addition.marking;
    created.at = addition.at;
    for (const auto& hook : hooks.on_created) hook(*tx, {territory, asker}, std::span(&created, 1));
  }
  tx->commit();
  return addition.code;
}

Result<void> Notes::answer_proposal(const territory::Territory& territory, std::string_view code,
                                    std::string_view addition, ProposalState answer, const std::string& reason,
                                    const access::Asker& asker) {
  CHECK(answer == ProposalState::accepted || answer == ProposalState::refused);
  auto held = take(territory, code, asker);
  if (!held) return Failure(held.error());
  auto& [tx, ground, readable, services, policy, marking, note, can_read] = *held;
  if (!can_read || !is_from_originator(note, asker.viewer)) return only_the_originator();
  if (auto ok = check_words(reason, words_longest, *ground, "reason"); !ok) return ok;
  if (reason.empty()) return invalid({"dites pourquoi", "say why"}, "reason");
  for (const auto& one : store::load_additions(*tx, note.id, readable->sql_list(), asker.viewer.person, asker.at)) {
    if (one.code != addition || one.kind != AdditionKind::proposal) continue;
    if (one.state != ProposalState::open)
      return refuse(ErrorKind::conflict, {"cette proposition a déjà sa réponse", "this proposal is already answered"},
                    "addition");
    store::answer_addition(*tx, one.id, answer, reason, asker.viewer.person, asker.at);
    audit::record(
        *tx, act_on(asker, audit::Action::alteration, note, fmt::format("proposal={} {}", one.code, name_of(answer))),
        asker.at, chance_);
    tx->commit();
    return {};
  }
  return refuse(ErrorKind::not_found, {"aucune proposition de ce code", "no proposal of this code"}, "addition");
}

Result<void> Notes::shorten(const territory::Territory& territory, std::string_view code, const Shortening& wish,
                            const access::Asker& asker) {
  auto held = take(territory, code, asker);
  if (!held) return Failure(held.error());
  auto& [tx, ground, readable, services, policy, marking, note, can_read] = *held;
  if (!can_read || !is_from_originator(note, asker.viewer) ||
      !access::may(*policy, asker.viewer, territory.id, access::Capability::work_notes))
    return only_the_originator();
  if (wish.until > note.retain_until)
    return invalid({"la conservation peut être réduite, jamais allongée", "keeping can be shortened, never lengthened"},
                   "retain_until");
  if (auto ok = check_reason(wish.reason, *ground); !ok) return ok;
  store::update_retention(*tx, note.id, wish.until);
  audit::record(*tx,
                act_on(asker, audit::Action::alteration, note,
                       fmt::format("retain_until={} reason={}", format_utc(wish.until), wish.reason)),
                asker.at, chance_);
  tx->commit();
  return {};
}

// The conditions as they would be, by somebody who may change them.
Result<access::Marking> Notes::wanted_marking(const Held& held, const Remark& wish, const access::Asker& asker) {
  const auto& note = held.note;
  if (!held.can_read || !is_from_originator(note, asker.viewer) ||
      !access::may(*held.policy, asker.viewer, note.territory, access::Capability::work_notes))
    return only_the_originator();
  auto wanted = wish.marking;
  if (wish.inside == Remark::Inside::as_it_is) wanted.compartments = held.marking.compartments;
  if (std::ranges::find(wanted.denied, asker.viewer.person) != wanted.denied.end())
    return invalid({"vous-même : un collègue peut vous écarter", "yourself: a colleague may deny you"},
                   "marking/denied");
  for (const auto person : held.marking.denied) wanted.denied.push_back(person);
  wanted.ended = held.marking.ended;
  auto checked = check_marking(std::move(wanted), note.territory, note.originator, held.services, asker.viewer);
  if (!checked) return checked;
  if (auto ok = check_inside(*held.tx, *checked, held.marking.compartments); !ok) return Failure(ok.error());
  // A service that works on it may not be shut out by it.
  if (note.attributed && !may_read(*checked, *note.attributed))
    return refuse(ErrorKind::conflict,
                  {"le service à qui la fiche est attribuée doit pouvoir la lire",
                   "the service that the note is attributed to must be able to read it"},
                  "marking/services");
  return checked;
}

Result<void> Notes::remark(const territory::Territory& territory, std::string_view code, const Remark& wish,
                           const access::Asker& asker) {
  auto held = take(territory, code, asker);
  if (!held) return Failure(held.error());
  const auto wanted = wanted_marking(*held, wish, asker);
  if (!wanted) return Failure(wanted.error());
  auto& [tx, ground, readable, services, policy, marking, note, can_read] = *held;
  if (auto ok = check_reason(wish.reason, *ground); !ok) return ok;
  Note after = note;
  after.marking = access::intern(*tx, *wanted);
  store::remove_words(*tx, note);
  store::update_marking(*tx, note.id, after.marking);
  store::insert_words(*tx, after);
  audit::record(*tx,
                act_on(asker, audit::Action::alteration, note,
                       remarking_details(after.marking, note.marking) + " reason=" + wish.reason),
                asker.at, chance_);
  for (const auto& hook : hooks.on_remarked) hook(*tx, {note.id, note.marking, after.marking});
  tx->commit();
  return {};
}

Result<MarkingChange> Notes::preview(const territory::Territory& territory, std::string_view code, const Remark& wish,
                                     const access::Asker& asker) {
  auto held = take(territory, code, asker);
  if (!held) return Failure(held.error());
  auto wanted = wanted_marking(*held, wish, asker);
  if (!wanted) return Failure(wanted.error());
  MarkingChange change{
      held->marking, std::move(*wanted), access::roles_that_reach(*held->policy, held->marking), {}, true, {}};
  change.roles_after = access::roles_that_reach(*held->policy, change.after);
  change.reads_after = access::decide(*held->policy, asker.viewer, change.after).is_allowed();
  change.denied = access::find_persons(*held->tx, change.after.denied);
  held->tx.reset();
  auto act = act_on(asker, audit::Action::consultation, held->note, "marking previewed");
  act.outcome = "shown";
  recorder_.record(act);
  return change;
}

}  // namespace quadrille::notes
