#include "services/retention/retention.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "base/check.h"
#include "base/line.h"
#include "services/access/compartment.h"
#include "services/notes/letters.h"
#include "services/retention/kept.h"
#include "services/retention/own_keeping.h"
#include "services/retention/statement.h"
#include "services/retention/store.h"
#include "services/sharing/postings.h"

namespace quadrille::retention {
namespace {

constexpr std::size_t reference_least = 3;
constexpr int hits_max = 500;
constexpr std::size_t asked_max = 8;
constexpr std::int64_t day_ms = 86'400'000;

Result<void> check_reference(const std::string& reference, std::size_t longest) {
  const auto length = notes::count_characters(one_line(reference));
  if (length && *length >= reference_least && *length <= longest) return {};
  return invalid({fmt::format("une référence de {} à {} caractères", reference_least, longest),
                  fmt::format("a reference of {} to {} characters", reference_least, longest)},
                 "reference");
}

Failure no_such(const char* field) {
  return refuse(
      ErrorKind::not_found,
      {"rien de ce code, ou rien que vous puissiez lire", "nothing of this code, or nothing that you may read"}, field);
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

// Every marking of a territory: for erasures that must not stop at what one person reads.
access::Readable every_marking(database::Snapshot& snapshot, TerritoryId territory) {
  std::vector<MarkingId> ids;
  for (const auto& interned : access::load_markings(snapshot, {}))
    if (interned.marking.territory == territory) ids.push_back(interned.id);
  return access::Readable(std::move(ids));
}

Cause cause_of(Decision decision) {
  switch (decision) {
    case Decision::acquittal:
      return Cause::acquittal;
    case Decision::no_case:
      return Cause::no_case;
    case Decision::discontinued:
      return Cause::discontinued;
  }
  return Cause::acquittal;
}

// The notes a decision is about, whatever their marking; nothing when the asker sees no such note or procedure.
std::optional<std::vector<NoteId>> notes_of(database::Snapshot& snapshot, const territory::Territory& territory,
                                            const DecisionWish& wish, const access::Readable& readable,
                                            const access::Asker& asker) {
  if (wish.note) {
    const auto id = notes::find_note_id(snapshot, territory.id, *wish.note, readable, PersonId{});
    return id ? std::optional(std::vector{*id}) : std::nullopt;
  }
  const auto own = access::compartments_of(snapshot, asker.viewer, territory.id);
  const auto compartment = access::find_compartment(own, *wish.procedure, "procedure");
  if (!compartment) return std::nullopt;
  std::vector<MarkingId> inside;
  for (const auto& interned : access::load_markings(snapshot, {}))
    if (std::ranges::binary_search(interned.marking.compartments, compartment->id)) inside.push_back(interned.id);
  return notes::notes_of_markings(snapshot, territory.id, access::Readable(std::move(inside)));
}

}  // namespace

std::string_view name_of(DueKind kind) {
  static constexpr std::string_view names[] = {"note", "request", "operation", "conflict", "target", "recall"};
  return names[static_cast<std::size_t>(kind)];
}
const Text& label_of(DueKind kind) {
  static const Text labels[] = {{"Fiches", "Notes"},       {"Demandes", "Requests"}, {"Opérations", "Operations"},
                                {"Conflits", "Conflicts"}, {"Cibles", "Targets"},    {"Rappels", "Recalls"}};
  return labels[static_cast<std::size_t>(kind)];
}

Result<DecisionDone> Retention::record_decision(const territory::Territory& territory, const DecisionWish& wish,
                                                const access::Asker& asker) {
  if (auto ok = check_reference(wish.reference, 200); !ok) return Failure(ok.error());
  if (wish.note.has_value() == wish.procedure.has_value())
    return invalid({"une fiche ou une procédure, l'une des deux", "a note or a procedure, one of the two"}, "note");
  const auto readable = access_.readable(*database_.read(), asker.viewer);
  auto tx = database_.write();
  const auto found = notes_of(*tx, territory, wish, *readable, asker);
  if (!found) {
    tx.reset();
    recorder_.record(act_of(asker, audit::Action::erasure, territory.id, "judicial decision",
                            std::string(name_of(wish.decision)), "not found"));
    return no_such(wish.note ? "note" : "procedure");
  }
  const std::string basis = fmt::format("{} {}", name_of(wish.decision), one_line(wish.reference));
  const Ground ground{cause_of(wish.decision), basis, asker};
  DecisionDone done;
  for (const auto id : *found) {
    const auto note = notes::load_extent(*tx, id);
    CHECK(note.has_value());
    if (note->names_person) {
      (void)eraser_.erase_note(*tx, *note, ground);
      done.erased += readable->contains(note->marking) ? 1 : 0;
      continue;
    }
    for (const auto& addition : note->additions) {
      if (!addition.names_person) continue;
      (void)eraser_.erase_addition(*tx, *note, addition, ground);
      done.erased += readable->contains(addition.marking) ? 1 : 0;
    }
    store::insert_mention(*tx, id, {wish.decision, one_line(wish.reference), asker.at});
    auto act = act_of(asker, audit::Action::alteration, territory.id, "note " + note->code,
                      fmt::format("decision={}", name_of(wish.decision)), {});
    act.object = audit::Object("note", id);
    audit::record(*tx, act, asker.at);
    done.mentioned += readable->contains(note->marking) ? 1 : 0;
  }
  audit::record(*tx,
                act_of(asker, audit::Action::alteration, territory.id, "judicial decision",
                       fmt::format("{} notes={}", basis, found->size()), {}),
                asker.at);
  tx->commit();
  (void)purge(database_, database::Database::Purge::quick);
  return done;
}

namespace {

// The notes and additions that share a selector, whatever their marking.
void find_links(database::Snapshot& snapshot, const access::Readable& everything, const PersonQuestion& question,
                Instant at, std::map<std::pair<std::int64_t, std::string>, PersonHit>& hits, bool& is_cut) {
  for (const auto& [kind, written] : question.selectors) {
    const auto selector = sharing::normalised(kind, written);
    if (!selector) continue;  // checked before
    const auto sharing = sharing::look_up(snapshot, everything, *selector, at);
    is_cut = is_cut || sharing.is_common;
    for (const auto& object : sharing.objects) {
      std::optional<NoteId> id;
      if (object.kind == sharing::ObjectKind::note) id = NoteId{object.row};
      if (object.kind == sharing::ObjectKind::enrichment || object.kind == sharing::ObjectKind::sighting)
        id = notes::note_of_addition(snapshot, object.row);
      const auto note = id ? notes::load_extent(snapshot, *id) : std::nullopt;
      if (!note) continue;
      const std::string where = fmt::format("link {}", sharing::rule_of(kind).name);
      hits.try_emplace({note->id.value, where}, PersonHit{note->code, where, {}, note->retain_until, note->category});
    }
  }
}

Result<void> check_question(const PersonQuestion& question) {
  if (auto ok = check_reference(question.reference, 100); !ok) return ok;
  if (question.terms.empty() && question.selectors.empty())
    return invalid({"un nom, une immatriculation, un téléphone…", "a name, a plate, a telephone..."}, "terms");
  if (question.terms.size() > asked_max || question.selectors.size() > asked_max)
    return refuse(ErrorKind::too_large, {"au plus 8 de chaque", "at most 8 of each"}, "terms");
  for (std::size_t i = 0; i < question.terms.size(); ++i)
    if (question.terms[i].size() > 200 || notes::words_of(question.terms[i]).empty() ||
        notes::fold(question.terms[i]).size() < 2)
      return invalid({"au moins deux lettres, au plus 200", "at least two letters, at most 200"},
                     fmt::format("terms/{}", i));
  for (std::size_t i = 0; i < question.selectors.size(); ++i) {
    const auto normal = sharing::normalised(question.selectors[i].first, question.selectors[i].second);
    if (!normal) return refuse(normal.error().kind, normal.error().message, fmt::format("selectors/{}", i));
  }
  return {};
}

}  // namespace

Result<PersonAnswer> Retention::search_person(const territory::Territory& territory, const PersonQuestion& question,
                                              const access::Asker& asker) {
  if (auto ok = check_question(question); !ok) return Failure(ok.error());
  PersonAnswer answer;
  std::vector<audit::Act> acts(1);
  {
    auto snapshot = database_.read();
    const auto everything = every_marking(*snapshot, territory.id);
    std::map<std::pair<std::int64_t, std::string>, PersonHit> hits;
    auto terms = question.terms;
    for (const auto& [kind, written] : question.selectors) terms.push_back(written);
    const auto texts = notes::find_in_texts(*snapshot, territory.id, terms, hits_max + 1);
    answer.is_cut = texts.size() > static_cast<std::size_t>(hits_max);
    std::map<std::int64_t, std::optional<notes::NoteExtent>> extents;
    for (const auto& hit : texts) {
      auto& extent = extents.try_emplace(hit.note.value).first->second;
      if (!extent && hit.note.value != 0) extent = notes::load_extent(*snapshot, hit.note);
      hits.try_emplace({hit.note.value, hit.where + hit.excerpt},
                       PersonHit{hit.note_code, hit.where, hit.excerpt, extent ? extent->retain_until : Instant{},
                                 extent ? extent->category : std::nullopt});
    }
    find_links(*snapshot, everything, question, asker.at, hits, answer.is_cut);
    std::int64_t last = 0;
    for (auto& [place, hit] : hits) {
      if (place.first != 0 && place.first != last) {
        auto act = act_of(asker, audit::Action::consultation, territory.id, "note " + hit.note,
                          "rights " + one_line(question.reference), "shown");
        act.object = audit::Object("note", place.first);
        acts.push_back(std::move(act));
      }
      last = place.first;
      answer.hits.push_back(std::move(hit));
    }
  }
  acts.front() = act_of(asker, audit::Action::consultation, territory.id, "rights " + one_line(question.reference),
                        fmt::format("terms={} selectors={}", question.terms.size(), question.selectors.size()),
                        answer.hits.empty() ? "empty" : fmt::format("rows={}", answer.hits.size()));
  recorder_.record(acts);
  return answer;
}

Result<Receipt> Retention::erase_for_person(const territory::Territory& territory, std::string_view code,
                                            const std::string& reference, const access::Asker& asker) {
  if (auto ok = check_reference(reference, 100); !ok) return Failure(ok.error());
  auto tx = database_.write();
  const auto everything = every_marking(*tx, territory.id);
  const auto id = notes::find_note_id(*tx, territory.id, code, everything, PersonId{});
  if (!id) {
    tx.reset();
    recorder_.record(act_of(asker, audit::Action::erasure, territory.id, "rights " + one_line(reference),
                            "note " + fit_line(code, 40), "not found"));
    return no_such("note");
  }
  const auto note = notes::load_extent(*tx, *id);
  CHECK(note.has_value());
  auto receipt = eraser_.erase_note(*tx, *note, {Cause::rights, "rights " + one_line(reference), asker});
  tx->commit();
  (void)purge(database_, database::Database::Purge::quick);
  return receipt;
}

namespace {

using Days = std::map<std::int64_t, CalendarDay>;

void add_end(Days& days, DueKind kind, Instant end, std::int64_t count = 1) {
  const std::int64_t day = end.utc_ms / day_ms;
  days[day].ends[static_cast<std::size_t>(kind)] += count;
}

// A receiver that chose a sooner end has the note there, and no more where the note itself ends.
void move_own_ends(database::Snapshot& snapshot, const access::Readable& readable, TerritoryId territory,
                   ServiceId service, const Period& period, Days& days) {
  const auto move = [&](const notes::NoteExtent& note, Instant end, std::int64_t count) {
    if (end < period.begin || end >= period.end) return;
    add_end(days, DueKind::note, end, count);
    auto& day = days[end.utc_ms / day_ms];
    day.about_minors += note.is_about_minor ? count : 0;
    day.with_persons += note.category ? count : 0;
  };
  for (const auto& [id, until] : store::own_keepings_of(snapshot, service)) {
    const auto note = notes::load_extent(snapshot, id);
    if (!note || note->territory != territory || !readable.contains(note->marking)) continue;
    move(*note, note->retain_until, -1);
    move(*note, until, 1);
  }
}

bool is_empty(const CalendarDay& day) {
  return std::ranges::all_of(day.ends, [](std::int64_t count) { return count == 0; });
}

}  // namespace

Calendar Retention::calendar(const territory::Territory& territory, int days_shown, const access::Asker& asker) {
  CHECK(days_shown >= 1 && days_shown <= 400);
  Days days;
  {
    auto snapshot = database_.read();
    const auto sight = access_.sight(*snapshot, asker.viewer);
    const auto& readable = *sight.readable;
    const Period period{asker.at, {(asker.at.utc_ms / day_ms + days_shown) * day_ms}};
    for (const auto& day : notes::due_days(*snapshot, territory.id, readable, asker.at, days_shown)) {
      if (day.day * day_ms >= period.end.utc_ms) break;
      auto& shown = days[day.day];
      shown.ends[0] = day.notes;
      shown.about_minors = day.about_minors;
      shown.with_persons = day.with_persons;
    }
    if (const auto* standing = asker.viewer.in(territory.id))
      move_own_ends(*snapshot, readable, territory.id, standing->service, period, days);
    const std::int64_t request_ms = period_named("request ended").days * day_ms;
    if (access::may(*sight.policy, asker.viewer, territory.id, access::Capability::request_services))
      for (const auto ended :
           notes::ends_of_requests(*snapshot, territory.id, readable,
                                   {{period.begin.utc_ms - request_ms}, {period.end.utc_ms - request_ms}}))
        add_end(days, DueKind::request, {ended.utc_ms + request_ms});
    for (const auto& kept : kept_ending(*snapshot, sight, territory.id, asker, period))
      add_end(days, static_cast<DueKind>(static_cast<int>(DueKind::operation) + static_cast<int>(kept.kind)),
              end_of_keeping(kept));
    for (const auto& elsewhere : eraser_.elsewhere)
      for (const auto end : elsewhere.due(*snapshot, sight, territory.id, asker, period))
        add_end(days, elsewhere.kind, end);
  }
  Calendar calendar;
  for (auto& [number, day] : days) {
    day.day = number;
    if (!is_empty(day)) calendar.days.push_back(day);
  }
  recorder_.record(act_of(asker, audit::Action::consultation, territory.id, "retention calendar",
                          fmt::format("days={}", days_shown), fmt::format("rows={}", calendar.days.size())));
  return calendar;
}

std::vector<Late> Retention::late(const territory::Territory& territory, const access::Asker& asker) {
  std::vector<Late> found;
  {
    auto snapshot = database_.read();
    const auto sight = access_.sight(*snapshot, asker.viewer);
    if (const auto* standing = asker.viewer.in(territory.id))
      for (const auto& one : hindered_keepings(*snapshot, territory.id, standing->service, *sight.readable, asker.at))
        found.push_back({"note " + one.note, one.due, label_of(one.why)});
    std::ranges::move(late_kept(*snapshot, sight, territory.id, asker), std::back_inserter(found));
    for (const auto& elsewhere : eraser_.elsewhere)
      std::ranges::move(elsewhere.late(*snapshot, sight, territory.id, asker), std::back_inserter(found));
  }
  std::ranges::sort(found, {}, [](const Late& one) { return std::pair(one.due, std::string_view(one.object)); });
  recorder_.record(act_of(asker, audit::Action::consultation, territory.id, "retention calendar", "overdue",
                          fmt::format("rows={}", found.size())));
  return found;
}

std::vector<Receipt> Retention::receipts(const territory::Territory& territory, int limit, const access::Asker& asker) {
  CHECK(limit >= 1 && limit <= 500);
  std::vector<Receipt> found;
  {
    auto snapshot = database_.read();
    const auto readable = access_.readable(*snapshot, asker.viewer);
    found = list_receipts(*snapshot, territory.id, *readable, limit);
  }
  recorder_.record(act_of(asker, audit::Action::consultation, territory.id, "erasure receipts",
                          fmt::format("limit={}", limit), fmt::format("rows={}", found.size())));
  return found;
}

}  // namespace quadrille::retention
