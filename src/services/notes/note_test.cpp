#include "services/notes/note.h"

#include <gtest/gtest.h>

#include "services/notes/history.h"
#include "services/notes/letters.h"
#include "services/notes/reception.h"
#include "services/notes/shown.h"

namespace quadrille::notes {
namespace {

constexpr Instant noon{1'792'836'000'000};  // 24 October 2026, 10:00 UTC

Content valid_content() {
  Content content;
  content.facts = "Deux vendeurs au pied du bloc 4";
  content.sector = SectorId{3};
  content.window = {{noon.utc_ms - 3'600'000}, noon};
  content.evaluation = *make_evaluation(Scale::letters_and_digits, "B2");
  content.assertions = {{AssertionKind::lookouts, 2, 2, ""}, {AssertionKind::spot, 0, 0, "hall"}};
  return content;
}

std::string field_of(const Content& content) {
  const auto ok = check_content(content, noon);
  return ok ? "" : ok.error().field;
}

TEST(Content, bad_input_is_refused_with_its_field) {
  EXPECT_EQ(field_of(valid_content()), "");
  const auto with = [](auto change) {
    Content content = valid_content();
    change(content);
    return field_of(content);
  };
  EXPECT_EQ(with([](Content& c) { c.facts = "ab"; }), "facts");
  EXPECT_EQ(with([](Content& c) { c.facts = std::string(2001, 'a'); }), "facts");
  EXPECT_EQ(with([](Content& c) { c.facts = "bloc \xff 4"; }), "facts");
  EXPECT_EQ(with([](Content& c) { c.facts = std::string("bloc\0 4", 7); }), "facts");
  EXPECT_EQ(with([](Content& c) { c.assessment = std::string(1001, 'a'); }), "assessment");
  EXPECT_EQ(with([](Content& c) { c.sector.reset(); }), "place");
  EXPECT_EQ(with([](Content& c) { std::swap(c.window.earliest, c.window.latest); }), "window");
  EXPECT_EQ(with([](Content& c) { c.window.earliest.utc_ms -= 32LL * 86'400'000; }), "window");
  EXPECT_EQ(with([](Content& c) { c.window = {{noon.utc_ms + 7'200'000}, {noon.utc_ms + 7'300'000}}; }), "window");
  EXPECT_EQ(with([](Content& c) { c.assertions.resize(25, c.assertions[0]); }), "assertions");
  EXPECT_EQ(with([](Content& c) { c.assertions[0].low = -1; }), "assertions/0/low");
  EXPECT_EQ(with([](Content& c) { c.assertions[0].high = 1000; }), "assertions/0/high");
  EXPECT_EQ(with([](Content& c) { c.assertions[0] = {AssertionKind::lookouts, 5, 2, ""}; }), "assertions/0/high");
  EXPECT_EQ(with([](Content& c) { c.assertions[0].words = "deux"; }), "assertions/0/words");
  EXPECT_EQ(with([](Content& c) { c.assertions[1].words = "cave"; }), "assertions/1/words");
  EXPECT_EQ(with([](Content& c) { c.assertions[1] = {AssertionKind::place, 0, 0, ""}; }), "assertions/1/words");
  EXPECT_EQ(with([](Content& c) { c.assertions[0] = {AssertionKind::hours, 1320, 240, ""}; }), "") << "past midnight";
}

TEST(Content, the_canonical_text_tells_any_two_contents_apart) {
  const Content content = valid_content();
  std::vector<Content> others(7, content);
  others[0].facts += " ";
  others[1].assessment = "x";
  others[2].point = LonLat::checked(5.37, 43.29);
  others[3].window.latest.utc_ms += 1;
  others[4].evaluation = *make_evaluation(Scale::four_by_four, "B2");
  others[5].assertions.pop_back();
  others[6].person_category = PersonCategory::witness;
  for (const auto& other : others) EXPECT_NE(canonical_text(content), canonical_text(other));
  // One value cannot be written so as to look like two.
  Content forged = content;
  forged.facts = "a\nassessment=1:b";
  Content honest = content;
  honest.facts = "a";
  honest.assessment = "b";
  EXPECT_NE(canonical_text(forged), canonical_text(honest));
}

TEST(Evaluation, each_scale_takes_its_own_forms_and_keeps_what_was_received) {
  const auto grade = [](Scale scale, const char* text) {
    const auto evaluation = make_evaluation(scale, text);
    return evaluation ? text_of(evaluation->grade) : evaluation.error().field;
  };
  EXPECT_EQ(grade(Scale::letters_and_digits, "b-2"), "B2");
  EXPECT_EQ(grade(Scale::letters_and_digits, "G2"), "evaluation");
  EXPECT_EQ(grade(Scale::letters_and_digits, "B7"), "evaluation");
  EXPECT_EQ(grade(Scale::four_by_four, "X4"), "F6");
  EXPECT_EQ(grade(Scale::four_by_four, "C1"), "D1");
  EXPECT_EQ(grade(Scale::four_by_four, "D1"), "evaluation");
  EXPECT_EQ(grade(Scale::three_five_two, "1-B-C"), "B2");
  EXPECT_EQ(grade(Scale::three_five_two, "3EP"), "E5");
  EXPECT_EQ(grade(Scale::three_five_two, "1B"), "evaluation");
  const auto kept = *make_evaluation(Scale::three_five_two, "1 b c");
  EXPECT_EQ(kept.received, "1BC");
  EXPECT_EQ(received_handling(kept), ReceivedHandling::conditional);
}

TEST(Evaluation, every_code_of_the_other_scales_has_exactly_one_reading_on_ours) {
  int count = 0;
  for (const char source : {'A', 'B', 'C', 'X'})
    for (const char information : {'1', '2', '3', '4'})
      count += make_evaluation(Scale::four_by_four, std::string{source, information}).has_value() ? 1 : 0;
  EXPECT_EQ(count, 16);
  count = 0;
  for (const char source : {'1', '2', '3'})
    for (const char information : {'A', 'B', 'C', 'D', 'E'})
      for (const char handling : {'P', 'C'})
        count += make_evaluation(Scale::three_five_two, std::string{source, information, handling}).has_value() ? 1 : 0;
  EXPECT_EQ(count, 30);
}

TEST(Letters, french_text_folds_to_small_letters_without_accents) {
  EXPECT_EQ(fold("Cité ÉLUARD, l’Œuvre n° 3"), "cite eluard l oeuvre n 3");
  EXPECT_EQ(fold("e\xCC\x81te"), "ete");  // an accent that stands alone
  EXPECT_EQ(search_words("Guetteurs, guetteur a 3"), std::vector<std::string>{"guetteur"});
  EXPECT_EQ(count_characters("été\n"), 4U);
  EXPECT_EQ(count_characters("a\tb"), std::nullopt);
  EXPECT_EQ(count_characters("\xC3"), std::nullopt);
}

TEST(Retention, the_author_may_shorten_and_never_lengthen) {
  const auto rule = retention(Channel::resident, Content{}, noon, {});
  ASSERT_TRUE(rule.has_value());
  EXPECT_EQ(rule->utc_ms, noon.utc_ms + 180LL * 86'400'000);
  EXPECT_EQ(*retention(Channel::resident, Content{}, noon, Instant{noon.utc_ms + 1000}), (Instant{noon.utc_ms + 1000}));
  EXPECT_EQ(retention(Channel::resident, Content{}, noon, Instant{rule->utc_ms + 1}).error().field, "retain_until");
  EXPECT_EQ(retention(Channel::resident, Content{}, noon, noon).error().field, "retain_until");
}

TEST(Shown, a_resident_s_report_keeps_its_point_hour_and_words_for_its_verifier_and_author) {
  const auto zone = *clock::TimeZone::open("Europe/Paris");
  Content content = valid_content();
  content.point = LonLat::checked(5.37, 43.29);
  content.assessment = "Sans doute la même équipe";
  content.assertions.push_back({AssertionKind::place, 0, 0, "hall 3"});
  content.assertions.push_back({AssertionKind::hours, 600, 720, ""});
  EXPECT_EQ(sight_of(Channel::resident, {}), Sight::coarse);
  EXPECT_EQ(sight_of(Channel::resident, {.is_author = true}), Sight::exact);
  EXPECT_EQ(sight_of(Channel::resident, {.is_verifier = true}), Sight::exact);
  EXPECT_EQ(sight_of(Channel::patrol, {}), Sight::exact);
  const Content seen = coarse(content, "Vente constatée dans un hall", zone);
  EXPECT_EQ(seen.facts, "Vente constatée dans un hall");
  EXPECT_EQ(seen.assessment, "");
  EXPECT_FALSE(seen.point.has_value());
  EXPECT_EQ(seen.sector, content.sector);
  EXPECT_EQ(seen.assertions.size(), 2U);  // how many lookouts, which kind of spot
}

TEST(Shown, half_days_follow_the_local_clock_on_the_days_it_changes) {
  const auto zone = *clock::TimeZone::open("Europe/Paris");
  const auto hours = [&](CivilDate date, int hour) {
    const auto at = zone.to_instant({date, {hour * 3'600'000}}).earliest;
    const auto window = half_days(zone, {at, at});
    return (window.latest.utc_ms - window.earliest.utc_ms) / 3'600'000;
  };
  EXPECT_EQ(hours(*make_date(2026, 10, 24), 5), 12);
  EXPECT_EQ(hours(*make_date(2026, 10, 25), 5), 13);
  EXPECT_EQ(hours(*make_date(2026, 10, 25), 18), 12);
  EXPECT_EQ(hours(*make_date(2027, 3, 28), 5), 11);
}

TEST(Revisions, a_chain_holds_and_any_change_of_it_is_found) {
  Content content = valid_content();
  std::vector<Revision> revisions;
  crypto::Digest previous{};
  for (int number = 1; number <= 4; ++number) {
    content.facts += " encore";
    Revision one{number, {noon.utc_ms + number}, {7}, previous, {}, {1, 2, 3, static_cast<std::uint8_t>(number)}, {}};
    one.hash = revision_hash(previous, one.salt, canonical_text(content), one.author, one.at);
    previous = one.hash;
    if (number < 4) one.superseded = canonical_text(content);
    revisions.push_back(one);
  }
  EXPECT_TRUE(is_chained(revisions, content));
  auto changed = revisions;
  changed[1].superseded->back() = '!';
  EXPECT_FALSE(is_chained(changed, content));
  changed = revisions;
  changed[2].salt[0] ^= 1;
  EXPECT_FALSE(is_chained(changed, content));
  changed = revisions;
  changed.erase(changed.begin() + 1);
  EXPECT_FALSE(is_chained(changed, content));
  changed = revisions;
  changed[3].author = {8};
  EXPECT_FALSE(is_chained(changed, content));
  content.facts += ".";
  EXPECT_FALSE(is_chained(revisions, content));
}

}  // namespace
}  // namespace quadrille::notes
