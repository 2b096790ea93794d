#include "services/sharing/note_matching.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <mutex>

#include "base/check.h"
#include "host/geodesy/projection.h"
#include "services/access/legal_act.h"
#include "services/notes/erasure.h"
#include "services/notes/persons.h"
#include "services/sharing/desk.h"
#include "services/sharing/operations.h"
#include "services/sharing/postings.h"
#include "services/sharing/store.h"

namespace quadrille::sharing {
namespace {

constexpr double cell_m = 100;
constexpr int minutes_of_hour = 60;
// How far a note's point speaks for: what is seen from a street corner.
constexpr double seen_m = 50;

enum class Persons { left_out, matched };

// What a note or an addition says, as far as it can be matched.
struct Said {
  std::optional<LonLat> point;
  notes::Product product = notes::Product::unknown;
  std::span<const notes::Assertion> assertions;
  std::string_view facts;
};

void add(std::vector<Selector>& list, SelectorKind kind, std::string_view written) {
  auto selector = normalised(kind, written);
  if (selector && std::ranges::find(list, *selector) == list.end()) list.push_back(std::move(*selector));
}

std::string cell_name(int epsg, std::int64_t north, std::int64_t east) {
  return fmt::format("CRS{}RES{:.0f}mN{}E{}", epsg, cell_m, north * static_cast<std::int64_t>(cell_m),
                     east * static_cast<std::int64_t>(cell_m));
}

// The cell of a place, or with `ring` 1 also the eight around it.
void add_cells(std::vector<Selector>& list, const geodesy::Projection& projection, LonLat point, int ring) {
  const auto place = projection.to_plane(point);
  if (!place) return;
  const auto plane = geo::to_point(*place);
  const auto north = static_cast<std::int64_t>(std::floor(plane.y_m / cell_m));
  const auto east = static_cast<std::int64_t>(std::floor(plane.x_m / cell_m));
  for (int down = -ring; down <= ring; ++down)
    for (int along = -ring; along <= ring; ++along)
      add(list, SelectorKind::place_cell, cell_name(projection.epsg(), north + down, east + along));
}

void add_typed(std::vector<Selector>& list, const Said& said) {
  for (const auto& one : said.assertions) {
    if (one.kind == notes::AssertionKind::packaging) add(list, SelectorKind::packaging, one.words);
    if (one.kind != notes::AssertionKind::hours || said.product == notes::Product::unknown) continue;
    const auto first = one.low / minutes_of_hour;
    const auto last = (one.high + minutes_of_hour - 1) / minutes_of_hour;
    add(list, SelectorKind::product_hours, fmt::format("{} {}h-{}h", name_of(said.product), first, last));
  }
}

void add_persons(std::vector<Selector>& list, std::string_view text) {
  static constexpr std::pair<notes::MentionKind, SelectorKind> kinds[] = {
      {notes::MentionKind::plate, SelectorKind::plate},
      {notes::MentionKind::phone, SelectorKind::phone},
      {notes::MentionKind::email, SelectorKind::email},
      {notes::MentionKind::nickname, SelectorKind::nickname}};
  for (const auto& mention : notes::find_persons(text, notes::Gazetteer())) {
    const auto* known = std::ranges::find(kinds, mention.kind, &std::pair<notes::MentionKind, SelectorKind>::first);
    if (known == std::end(kinds)) continue;
    auto written = text.substr(mention.begin, mention.end - mention.begin);
    // "alias Momo": the word that announces a nickname is no part of it.
    if (mention.rule == "announced") written.remove_prefix(std::min(written.find(' ') + 1, written.size()));
    add(list, known->second, written);
  }
}

std::vector<Selector> selectors_of(const Said& said, const geodesy::Projection& projection, int ring, Persons persons) {
  std::vector<Selector> list;
  if (said.point) add_cells(list, projection, *said.point, ring);
  add_typed(list, said);
  if (persons == Persons::matched) add_persons(list, said.facts);
  return list;
}

Persons persons_of(database::Snapshot& snapshot, TerritoryId territory, Instant at) {
  return access::find_legal_act(snapshot, territory, access::Part::persons_in_notes, at) ? Persons::matched
                                                                                         : Persons::left_out;
}

Object object_of(const notes::Created& created) {
  switch (created.kind) {
    case notes::CreatedKind::note:
    case notes::CreatedKind::revision:
      return {ObjectKind::note, created.note.value};
    case notes::CreatedKind::enrichment:
      return {ObjectKind::enrichment, created.addition};
    case notes::CreatedKind::sighting:
      return {ObjectKind::sighting, created.addition};
  }
  return {};
}

// Projections are dear to open and used by one thread at a time.
class Planes {
 public:
  void use(int epsg, const auto& work) {
    const std::lock_guard lock(mutex_);
    auto known = known_.find(epsg);
    if (known == known_.end()) {
      auto opened = geodesy::Projection::open(epsg);
      CHECK(opened.has_value());  // checked when the territory was made
      known = known_.emplace(epsg, std::move(*opened)).first;
    }
    work(known->second);
  }

 private:
  std::mutex mutex_;
  std::map<int, geodesy::Projection> known_;
};

void post_created(database::Transaction& tx, const notes::Occasion& occasion, std::span<const notes::Created> created,
                  const geodesy::Projection& projection) {
  const Instant at = occasion.asker.at;
  const auto persons = persons_of(tx, occasion.territory.id, at);
  std::vector<Posting> postings;
  for (const auto& one : created) {
    // Whoever reads an addition must read two markings; a posting has one. What has a marking of its own is matched by
    // nothing.
    if (one.marking != one.note_marking) continue;
    const Object object = object_of(one);
    if (one.kind == notes::CreatedKind::revision) forget(tx, object);
    const Said said{one.point, one.product, one.assertions, one.facts};
    for (auto& selector : selectors_of(said, projection, 0, persons))
      postings.push_back({object, one.marking, std::move(selector)});
  }
  const auto posted = post_new(tx, occasion.territory.id, postings, at);
  CHECK(posted.has_value());  // nominative ones are among them only with the act
}

// Conflicts with what other services do there and then.
void call_desks(database::Transaction& tx, const notes::Occasion& occasion, std::span<const notes::Created> created,
                const geodesy::Projection& projection, crypto::Chance& chance) {
  for (const auto& one : created) {
    if (!one.point || one.service.value == 0) continue;
    if (one.channel != notes::Channel::patrol && one.channel != notes::Channel::service) continue;
    const auto place = projection.to_plane(*one.point);
    if (!place) continue;
    const Area area = Circle{geo::to_point(*place), {seen_m}};
    const Period window{one.window.earliest, {one.window.latest.utc_ms + 1}};
    for (const auto& other : store::near_operations(tx, occasion.territory.id, one.service, window, extent_of(area))) {
      const auto theirs = to_area(tx, occasion.territory, other.place);
      if (!theirs || !overlap(area, *theirs) || store::has_conflict(tx, other.id, one.service)) continue;
      (void)open_conflict(tx, occasion.territory.id, ConflictKind::event, {one.service, {}, one.note},
                          {other.service, other.id, {}}, chance, occasion.asker);
    }
  }
}

// Whether there is anything to compare at all: one question a transaction, however many notes it makes.
bool has_operations(database::Transaction& tx, const notes::Occasion& occasion,
                    std::span<const notes::Created> created) {
  Period all{{INT64_MAX}, {INT64_MIN}};
  for (const auto& one : created) {
    all.begin = std::min(all.begin, one.window.earliest);
    all.end = std::max(all.end, Instant{one.window.latest.utc_ms + 1});
  }
  return !created.empty() && store::has_operations(tx, occasion.territory.id, all);
}

std::optional<NoteId> note_of(database::Snapshot& snapshot, const Object& object) {
  switch (object.kind) {
    case ObjectKind::note:
      return NoteId{object.row};
    case ObjectKind::enrichment:
    case ObjectKind::sighting:
      return notes::note_of_addition(snapshot, object.row);
    case ObjectKind::fact:
    case ObjectKind::operation:
      return std::nullopt;
  }
  return std::nullopt;
}

// What is looked for: the first `own` selectors are the object's, the others those of the cells around it.
struct Wanted {
  std::vector<Selector> selectors;
  std::size_t own = 0;
};

// Its own selectors come first, so that what shares the cell itself is not said to be next door.
void look_up_all(NoteMatches& found, std::map<std::int64_t, std::vector<Shared>>& notes, database::Snapshot& snapshot,
                 const access::Readable& readable, const Wanted& wanted, Instant at) {
  for (std::size_t i = 0; i < wanted.selectors.size(); ++i) {
    const auto& selector = wanted.selectors[i];
    const auto sharing = look_up(snapshot, readable, selector, at);
    if (sharing.is_common && std::ranges::find(found.commonplaces, selector.kind) == found.commonplaces.end())
      found.commonplaces.push_back(selector.kind);
    for (const auto& object : sharing.objects) {
      const auto note = note_of(snapshot, object);
      if (!note) continue;
      auto& kinds = notes[note->value];
      if (std::ranges::find(kinds, selector.kind, &Shared::kind) == kinds.end())
        kinds.push_back({selector.kind, i >= wanted.own});
    }
  }
}

}  // namespace

Text text_of(const Shared& shared) {
  if (shared.is_next_door) return {"maille voisine", "neighbouring cell"};
  const auto& label = rule_of(shared.kind).label;
  return {"même " + label.fr, "same " + label.en};
}

void match_notes(notes::Hooks& hooks, crypto::Chance& chance) {
  const auto planes = std::make_shared<Planes>();
  hooks.on_created.push_back([planes, &chance](database::Transaction& tx, const notes::Occasion& occasion,
                                               std::span<const notes::Created> created) {
    planes->use(occasion.territory.epsg, [&](const geodesy::Projection& projection) {
      post_created(tx, occasion, created, projection);
      if (has_operations(tx, occasion, created)) call_desks(tx, occasion, created, projection, chance);
    });
  });
  hooks.on_remarked.push_back([](database::Transaction& tx, const notes::Remarked& remarked) {
    remark(tx, {ObjectKind::note, remarked.note.value}, remarked.after);
    // What was added keeps its marking, and now takes two to be read.
    const auto extent = notes::load_extent(tx, remarked.note);
    CHECK(extent.has_value());
    for (const auto& addition : extent->additions)
      for (const auto kind : {ObjectKind::enrichment, ObjectKind::sighting}) forget(tx, {kind, addition.row});
  });
}

Result<NoteMatches> matches_of_note(database::Database& database, access::Access& access, notes::Notes& notes,
                                    const territory::Territory& territory, std::string_view code,
                                    const access::Asker& asker) {
  const auto dossier = notes.find(territory, code, asker);
  if (!dossier) return Failure(dossier.error());
  const auto projection = geodesy::Projection::open(territory.epsg);
  if (!projection) return Failure(projection.error());
  NoteMatches found;
  std::map<std::int64_t, std::vector<Shared>> by_note;
  {
    auto snapshot = database.read();
    const auto readable = access.readable(*snapshot, asker.viewer);
    const auto persons = persons_of(*snapshot, territory.id, asker.at);
    std::vector<Said> all;
    const auto add_content = [&all](const notes::Content& content) {
      all.push_back({content.point, content.product, content.assertions, content.facts});
    };
    add_content(dossier->note.content);
    for (const auto& addition : dossier->additions)
      if (addition.kind != notes::AdditionKind::proposal) add_content(addition.content);
    Wanted wanted;
    for (const int ring : {0, 1}) {
      for (const auto& said : all)
        for (auto& one : selectors_of(said, *projection, ring, persons))
          if (std::ranges::find(wanted.selectors, one) == wanted.selectors.end())
            wanted.selectors.push_back(std::move(one));
      if (ring == 0) wanted.own = wanted.selectors.size();
    }
    look_up_all(found, by_note, *snapshot, *readable, wanted, asker.at);
  }
  std::vector<NoteId> ids;
  for (const auto& [row, kinds] : by_note) ids.push_back({row});
  if (ids.size() > note_matches_max) ids.erase(ids.begin(), ids.end() - note_matches_max);
  for (auto& one : notes.show_those(territory, ids, "matches of note " + dossier->note.code, asker)) {
    if (one.note.code == dossier->note.code) continue;
    found.matches.push_back({std::move(by_note[one.id.value]), std::move(one.note)});
  }
  return found;
}

}  // namespace quadrille::sharing
