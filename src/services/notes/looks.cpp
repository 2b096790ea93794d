#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/check.h"
#include "base/line.h"
#include "host/crypto/encoding.h"
#include "services/notes/entry.h"
#include "services/notes/letters.h"

// Looks at notes: what each person is shown, written in the log before it is handed out.

namespace quadrille::notes {
namespace {

constexpr int page_max = 200;
constexpr std::size_t search_words_max = 8;

// Names of persons, each read once.
class PersonNames {
 public:
  explicit PersonNames(database::Snapshot& snapshot) : snapshot_(snapshot) {}
  const std::string& of(PersonId id) {
    const auto [at, is_new] = names_.try_emplace(id);
    if (const auto person = is_new ? access::find_person(snapshot_, id) : std::nullopt) at->second = person->name;
    return at->second;
  }

 private:
  database::Snapshot& snapshot_;
  std::map<PersonId, std::string> names_;
};

// What one person is shown things by.
struct Eyes {
  const access::Asker& asker;
  const access::Readable& readable;
  const Ground& ground;
  PersonNames& names;
};

bool is_author(const Note& note, const access::Asker& asker) {
  return asker.viewer.person.value != 0 && note.author == asker.viewer.person;
}

Instant beginning_of_day(const clock::TimeZone& zone, Instant at) { return zone.day(zone.to_local(at).date).begin; }

// What an author who may not read the note is shown of it: what they wrote, as long as nobody else wrote over it, and
// in a word what became of it.
void show_told(Shown& shown, const Note& note, const Ground& ground) {
  shown.stage_since = beginning_of_day(ground.zone, note.received);
  shown.summary.clear();
  if (note.editor == note.author) return;
  shown.content = {};
  shown.revision = 1;
}

void show_read(Shown& shown, const Note& note, const Eyes& eyes) {
  shown.stage = note.stage;
  shown.stage_since = note.stage_since;
  shown.due = note.due;
  shown.is_overdue = note.due && *note.due < eyes.asker.at;
  if (note.owner) shown.owner = eyes.names.of(*note.owner);
  shown.attributed = note.attributed;
  shown.verified_grade = note.verified_grade;
}

Shown show(const Note& note, const Eyes& eyes) {
  const Looker looker{is_author(note, eyes.asker),
                      eyes.asker.viewer.person.value != 0 && note.verifier == eyes.asker.viewer.person};
  Shown shown;
  shown.code = note.code;
  shown.channel = note.channel;
  shown.sight = sight_of(note.channel, looker);
  const bool is_coarse = shown.sight == Sight::coarse;
  shown.content = is_coarse ? coarse(note.content, note.summary, eyes.ground.zone) : note.content;
  shown.summary = note.summary;
  const Window moment{note.received, note.received};
  shown.received = is_coarse ? half_days(eyes.ground.zone, moment) : moment;
  shown.originator = note.originator;
  shown.is_mine = looker.is_author;
  shown.told = told_to_author(note.stage);
  shown.retain_until = is_coarse ? beginning_of_day(eyes.ground.zone, note.retain_until) : note.retain_until;
  shown.revision = note.revision;
  if (eyes.readable.contains(note.marking))
    show_read(shown, note, eyes);
  else
    show_told(shown, note, eyes.ground);
  return shown;
}

Result<void> check_purpose(const access::Asker& asker) {
  if (!asker.purpose.empty()) return {};
  return invalid({"dites pourquoi vous consultez : le journal le garde", "say why you look: the log keeps it"},
                 "purpose");
}

std::string cursor_of(const Note& note) {
  return crypto::to_base64url(crypto::bytes_of(fmt::format("{}.{}", note.order_ms, note.lot)));
}

Result<store::Position> parse_cursor(const std::string& cursor) {
  store::Position position;
  if (cursor.empty()) return position;
  const auto bytes = cursor.size() <= 80 ? crypto::from_base64url(cursor) : std::nullopt;
  const std::string text = bytes ? std::string(crypto::text_of(*bytes)) : std::string();
  const char* end = text.data() + text.size();
  const auto [dot, first] = std::from_chars(text.data(), end, position.order_ms);
  if (first == std::errc() && dot != end && *dot == '.') {
    const auto [stop, second] = std::from_chars(dot + 1, end, position.lot);
    if (second == std::errc() && stop == end) return position;
  }
  return invalid(
      {"ce repère de page n'est pas un des nôtres ; reprenez au début", "this page mark is none of ours; begin again"},
      "cursor");
}

Result<void> check_filter(const Filter& filter) {
  if (search_words(filter.search).size() > search_words_max || filter.search.size() > 400)
    return refuse(ErrorKind::too_large, {"au plus 8 mots", "at most 8 words"}, "search");
  if (!filter.search.empty() && search_words(filter.search).empty())
    return invalid({"il faut un mot d'au moins deux lettres", "a word of two letters at least is needed"}, "search");
  if (filter.period && filter.period->latest < filter.period->earliest)
    return invalid({"la fin précède le début", "the end is before the beginning"}, "period");
  return {};
}

// Parameters of a list for the log: what was asked, never what was found. Words searched for are what a person typed
// about the notes, so the log has them.
std::string details_of(const Filter& filter, int limit, bool is_first) {
  std::string out = fmt::format("scope={} limit={}", filter.scope == Filter::Scope::mine ? "mine" : "readable", limit);
  if (!is_first) out += " further";
  if (filter.stage) out += fmt::format(" stage={}", name_of(*filter.stage));
  if (filter.channel) out += fmt::format(" channel={}", name_of(*filter.channel));
  if (filter.product) out += fmt::format(" product={}", name_of(*filter.product));
  if (filter.originator) out += fmt::format(" service={}", filter.originator->value);
  for (const auto sector : filter.sectors) out += fmt::format(" sector={}", sector.value);
  if (filter.period)
    out += fmt::format(" period={}/{}", format_utc(filter.period->earliest), format_utc(filter.period->latest));
  if (!filter.search.empty()) out += fmt::format(" search=\"{}\"", filter.search);
  return out;
}

audit::Act look(const access::Asker& asker, TerritoryId territory, std::string subject, std::string details,
                std::string outcome) {
  audit::Act act;
  act.actor = asker.actor();
  act.action = audit::Action::consultation;
  act.territory = territory;
  act.subject = std::move(subject);
  act.details = std::move(details);
  act.purpose = asker.purpose;
  act.legal_basis = asker.legal_basis;
  act.outcome = std::move(outcome);
  return act;
}

audit::Act look_at(const access::Asker& asker, const Note& note, Sight sight, std::string details) {
  auto act = act_on(asker, audit::Action::consultation, note, std::move(details));
  act.outcome = sight == Sight::exact ? "shown" : "shown by sector and half-day";
  return act;
}

// Every step that leads on from the stage, with the reason why it cannot be taken now. What the person will type is
// taken as given.
std::vector<Offer> offers_of(const Note& note, const access::Marking& marking, const access::Policy& policy,
                             const access::Viewer& viewer, const std::vector<store::Addition>& additions) {
  std::vector<Offer> offers;
  for (const auto& row : workflow()) {
    if (row.from != note.stage) continue;
    auto now = circumstances_of(note, {}, &row, marking, policy, viewer);
    now.has_evaluation = now.has_summary = now.says_deconfliction = now.names_service = now.has_reason =
        now.has_result = true;
    now.has_enrichment =
        std::ranges::any_of(additions, [](const store::Addition& one) { return one.kind == AdditionKind::enrichment; });
    const auto to = next(note.stage, row.step, now);
    offers.push_back({row.step, row.guard, to.has_value(), to ? Text{} : to.error().message});
  }
  return offers;
}

ShownAddition show(const store::Addition& addition, const access::Asker& asker) {
  return {addition.code,    addition.kind,    addition.at,
          addition.author,  addition.service, asker.viewer.person.value != 0 && addition.author == asker.viewer.person,
          addition.content, addition.state,   addition.answer};
}

// Hashes are shown; salts never, and older texts only to who sees the current one whole. An author who may not read the
// note sees the revisions they wrote.
std::vector<Revision> shown_revisions(std::vector<Revision> revisions, Sight sight, const Note& note,
                                      const Eyes& eyes) {
  if (!eyes.readable.contains(note.marking))
    std::erase_if(revisions, [&](const Revision& one) { return one.author != eyes.asker.viewer.person; });
  for (auto& revision : revisions) {
    revision.salt.clear();
    if (sight == Sight::exact) continue;
    revision.superseded.reset();
    revision.at = half_days(eyes.ground.zone, {revision.at, revision.at}).earliest;
  }
  return revisions;
}

void add_work(Dossier& dossier, const Note& note, database::Snapshot& snapshot, const Eyes& eyes,
              const access::Policy& policy) {
  const auto& viewer = eyes.asker.viewer;
  const auto marking = access::load_marking(snapshot, note.marking);
  const auto additions =
      store::load_additions(snapshot, note.id, eyes.readable.sql_list(), viewer.person, eyes.asker.at);
  for (const auto& addition : additions) dossier.additions.push_back(show(addition, eyes.asker));
  dossier.may_see_readers = access::may(policy, viewer, note.territory, access::Capability::read_log);
  const auto* standing = viewer.in(note.territory);
  const bool has_service = standing && standing->service.value != 0;
  const bool is_ours = has_service && standing->service == note.originator;
  const bool may_work = access::may(policy, viewer, note.territory, access::Capability::work_notes);
  const bool can_read = eyes.readable.contains(note.marking);
  dossier.may_revise = can_read ? note.stage <= Stage::enriched && (dossier.note.is_mine || (is_ours && may_work))
                                : dossier.note.is_mine && note.stage == Stage::received && !note.owner;
  if (!can_read) return;
  dossier.note.marking = marking;
  dossier.may_remark = is_ours && may_work;
  if (dossier.may_remark) dossier.denied = access::find_persons(snapshot, marking.denied);
  dossier.may_add = has_service && !is_over(note.stage);
  dossier.steps = store::load_steps(snapshot, note.id);
  for (auto& step : dossier.steps) step.name = eyes.names.of(step.person);
  dossier.offers = offers_of(note, marking, policy, viewer, additions);
  if (const auto outcome = store::load_outcome(snapshot, note.id)) {
    dossier.outcome_kind = outcome->kind;
    dossier.arrests = outcome->arrests;
    dossier.presented = outcome->presented;
    dossier.seized_mg = outcome->seized_mg;
    dossier.cash_cents = outcome->cash_cents;
  }
}

}  // namespace

Result<Page> Notes::list(const territory::Territory& territory, const Filter& filter, const PageWish& wish,
                         const access::Asker& asker) {
  if (auto ok = check_purpose(asker); !ok) return Failure(ok.error());
  if (auto ok = check_filter(filter); !ok) return Failure(ok.error());
  if (wish.limit < 1 || wish.limit > page_max)
    return invalid({fmt::format("de 1 à {}", page_max), fmt::format("from 1 to {}", page_max)}, "limit");
  const auto after = parse_cursor(wish.cursor);
  if (!after) return Failure(after.error());
  Page page;
  std::vector<audit::Act> acts(1);
  {
    auto snapshot = database_.read();
    const auto ground = ground_of(*snapshot, territory);
    const auto readable = access_.readable(*snapshot, asker.viewer);
    const store::Whose whose{territory.id, access_.readable_in(*snapshot, asker.viewer, territory.id),
                             asker.viewer.person};
    // One more than asked says whether there is a further page.
    auto notes = store::newest(*snapshot, whose, filter, *after, wish.limit + 1, asker.at);
    if (notes.size() > static_cast<std::size_t>(wish.limit)) {
      notes.pop_back();
      page.next = cursor_of(notes.back());
    }
    PersonNames names(*snapshot);
    const Eyes eyes{asker, *readable, *ground, names};
    for (const auto& note : notes) {
      page.notes.push_back(show(note, eyes));
      acts.push_back(look_at(asker, note, page.notes.back().sight, "in a list"));
    }
  }
  acts.front() = look(asker, territory.id, "notes", details_of(filter, wish.limit, wish.cursor.empty()),
                      page.notes.empty() ? "empty" : fmt::format("rows={}", page.notes.size()));
  recorder_.record(acts);
  return page;
}

Result<Facets> Notes::facets(const territory::Territory& territory, const Filter& filter, const access::Asker& asker) {
  if (auto ok = check_purpose(asker); !ok) return Failure(ok.error());
  if (auto ok = check_filter(filter); !ok) return Failure(ok.error());
  Facets facets;
  {
    auto snapshot = database_.read();
    const store::Whose whose{territory.id, access_.readable_in(*snapshot, asker.viewer, territory.id),
                             asker.viewer.person};
    facets = store::count(*snapshot, whose, filter, asker.at);
  }
  recorder_.record(look(asker, territory.id, "notes counted", details_of(filter, Facets::counted_max, true),
                        fmt::format("rows={}", facets.total)));
  return facets;
}

Result<Dossier> Notes::find(const territory::Territory& territory, std::string_view code, const access::Asker& asker) {
  if (auto ok = check_purpose(asker); !ok) return Failure(ok.error());
  std::optional<Dossier> dossier;
  audit::Act act = look(asker, territory.id, "note " + fit_line(code, 40), "", "empty");
  {
    auto snapshot = database_.read();
    const auto ground = ground_of(*snapshot, territory);
    const auto readable = access_.readable(*snapshot, asker.viewer);
    const auto note = store::find(*snapshot, territory.id, code, readable->sql_list(), asker.viewer.person);
    if (note && note->retain_until > asker.at) {
      PersonNames names(*snapshot);
      const Eyes eyes{asker, *readable, *ground, names};
      dossier.emplace();
      dossier->note = show(*note, eyes);
      dossier->revisions =
          shown_revisions(store::load_revisions(*snapshot, note->id), dossier->note.sight, *note, eyes);
      add_work(*dossier, *note, *snapshot, eyes, *access_.policy(*snapshot));
      act = look_at(asker, *note, dossier->note.sight, "whole");
    }
  }
  recorder_.record(act);
  if (!dossier) return no_such_note();
  return std::move(*dossier);
}

std::vector<FoundNote> Notes::show_those(const territory::Territory& territory, std::span<const NoteId> ids,
                                         std::string_view why, const access::Asker& asker) {
  std::vector<FoundNote> found;
  std::vector<audit::Act> acts(1);
  {
    auto snapshot = database_.read();
    const auto ground = ground_of(*snapshot, territory);
    const auto readable = access_.readable(*snapshot, asker.viewer);
    PersonNames names(*snapshot);
    const Eyes eyes{asker, *readable, *ground, names};
    for (const auto& note : store::load(*snapshot, territory.id, ids, readable->sql_list(), asker.at)) {
      found.push_back({note.id, show(note, eyes)});
      acts.push_back(look_at(asker, note, found.back().note.sight, std::string(why)));
    }
  }
  acts.front() =
      look(asker, territory.id, std::string(why), "", found.empty() ? "empty" : fmt::format("rows={}", found.size()));
  recorder_.record(acts);
  return found;
}

}  // namespace quadrille::notes
