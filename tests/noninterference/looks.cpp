#include <fmt/format.h>

#include "base/check.h"
#include "noninterference/acts.h"

namespace quadrille::noninterference {
namespace {

std::string notes_of(const std::string& slug) { return "/api/v1/territories/" + slug + "/notes"; }

}  // namespace

Act open_note(Random& random, const Ground& ground, const Act& note) {
  CHECK(note.note);
  const auto& reader = reader_of(random, ground, note.note->slug);
  const auto way = random.next_below(4);
  static constexpr const char* ways[] = {"opened", "opened", "matched", "printed"};
  Act act{
      .what = fmt::format("{} by {}: {}", ways[way], reader.login, note.what),
      .may_learn = [may_learn = note.may_learn, writes = acts_for(ground, note.note->slug, {note.note->originator})](
                       const access::Viewer& viewer) { return writes(viewer) && may_learn(viewer); }};
  act.run = [way, &reader, slug = note.note->slug, written = note.label](World& world) -> std::vector<std::string> {
    const std::string target = notes_of(slug) + "/" + world.made(written).front();
    // Whoever may not read it is told that there is none: that is a look too.
    if (way == 3)
      (void)world.ask(reader, "POST", target + "/dossier.json", R"({"recipient":"TJ Port"})");
    else
      (void)world.ask(reader, "GET", way == 2 ? target + "/matches" : target);
    return {};
  };
  return act;
}

Act look_at_lists(Random& random, const Ground& ground) {
  const std::string slug = random_slug(random);
  const auto& reader = reader_of(random, ground, slug);
  const std::string notes = notes_of(slug);
  const std::string looks[] = {fmt::format("{}?limit={}", notes, 1 + random.next_below(3)),
                               notes + "?limit=2&search=vendeurs", notes + "/mine?limit=1", notes + "/facets",
                               "/api/v1/territories/" + slug + "/conflicts"};
  const auto& target = looks[random.next_below(std::size(looks))];
  const bool is_known = random.next_below(2) == 0;
  Act act{.what = fmt::format("{} looks at {}", reader.login, target),
          .may_learn = [is_known](const access::Viewer&) { return is_known; }};
  act.run = [&reader, target](World& world) -> std::vector<std::string> {
    (void)world.ask(reader, "GET", target);
    return {};
  };
  return act;
}

}  // namespace quadrille::noninterference
