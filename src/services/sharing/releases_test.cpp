#include "services/sharing/releases.h"

#include <algorithm>
#include <set>

#include "base/random.h"
#include "services/sharing/desk.h"
#include "services/sharing/exclusions.h"
#include "services/sharing/scene_test.h"
#include "services/sharing/store.h"

namespace quadrille::sharing {
namespace {

class Releases : public Scene {
 protected:
  Result<Declared> declare_now(ServiceId service, OperationKind kind, OperationPlace place, Period window) {
    auto tx = database().write();
    auto declared = declare(*tx, territory, {kind, "secret title", place, window, marking_of(service)}, chance,
                            officer(1, service));
    if (declared) tx->commit();
    return declared;
  }
  Period tonight(std::int64_t from_h = 2, std::int64_t hours = 4) const {
    return {{start_ms + from_h * hour_ms}, {start_ms + (from_h + hours) * hour_ms}};
  }
};

// Two histories that differ in everything but the fact of the overlap: the police receives the same bytes, codes aside.
TEST_P(Releases, a_conflict_hit_tells_the_other_service_and_its_desk_and_no_more) {
  const CirclePlace mine{LonLat::checked(5.315, 43.215).value(), 300};
  const auto told = [&](OperationKind kind, OperationPlace place, Period window) {
    auto tx = database().write();
    const auto theirs = declare(*tx, territory, {kind, "secret", place, window, marking_of(customs)}, chance,
                                officer(2, customs, start_ms - 5 * hour_ms));
    EXPECT_TRUE(theirs);
    auto hits = declare(*tx, territory, {OperationKind::operation, "mine", mine, tonight(), marking_of(police)}, chance,
                        officer(1, police))
                    ->hits;
    for (auto& hit : hits) hit.conflict.clear();
    return hits;  // rolled back: the next history begins anew
  };
  const auto first = told(OperationKind::operation, mine, tonight());
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(told(OperationKind::discreet, SectorPlace{sectors[5].id}, tonight(5, 30)), first);
  EXPECT_EQ(told(OperationKind::discreet, CirclePlace{LonLat::checked(5.316, 43.214).value(), 25}, tonight(1, 2)),
            first);
  EXPECT_EQ(first[0].call, (releases::Contact{"Douane", "Douane", ""}));
}

TEST_P(Releases, a_target_answer_is_the_holders_desks_in_an_order_that_tells_nothing) {
  auto snapshot = database().read();
  EXPECT_FALSE(releases::target_answer(*snapshot, territory.id, {}).is_hit());
  const auto one_way = releases::target_answer(*snapshot, territory.id, {gendarmerie, customs});
  const auto other_way = releases::target_answer(*snapshot, territory.id, {customs, gendarmerie});
  EXPECT_TRUE(one_way.is_hit());
  EXPECT_EQ(one_way.call, other_way.call);
}

TEST_P(Releases, the_true_exclusion_is_among_three_that_could_be_true_as_well) {
  const OperationPlace place = SectorPlace{sectors[6].id};
  ASSERT_TRUE(declare_now(customs, OperationKind::discreet, place, tonight()));
  const auto group = releases::exclusions(*database().read(), territory.id, tonight());
  ASSERT_EQ(group.size(), std::size_t{exclusions_in_group});
  EXPECT_TRUE(std::ranges::any_of(group, [&](const auto& e) { return e.sectors == std::vector{sectors[6].id}; }));
  EXPECT_TRUE(std::ranges::is_sorted(group, {}, &releases::Exclusion::sectors));
  for (const auto& exclusion : group) {
    EXPECT_EQ(exclusion.sectors.size(), 1U);
    EXPECT_EQ(exclusion.period, in_blocks(tonight()));
  }
  // An operation that is no discreet measure excludes nothing, and a cancelled measure keeps its group.
  ASSERT_TRUE(declare_now(police, OperationKind::operation, SectorPlace{sectors[1].id}, tonight()));
  EXPECT_EQ(releases::exclusions(*database().read(), territory.id, tonight()), group);
  EXPECT_TRUE(releases::exclusions(*database().read(), territory.id, {{0}, in_blocks(tonight()).begin}).empty());
}

// Where true measures follow the law of the decoys, the best guess from place and order is right once in four.
TEST_P(Releases, guessing_the_true_exclusion_is_no_better_than_drawing_one_of_four) {
  Random random({21}, 0);
  constexpr int rounds = 40;
  std::array<int, exclusions_in_group> rank_of_true{};
  int distinct = 0;
  auto tx = database().write();
  for (int i = 0; i < rounds; ++i) {
    const auto& sector = sectors[random.next_below(16)];
    const OperationPlace place = SectorPlace{sector.id};
    const Period period{{start_ms + i * 24 * hour_ms}, {start_ms + (i * 24 + 6) * hour_ms}};
    const auto area = to_area(*tx, territory, place).value();
    ASSERT_TRUE(exclude(*tx, territory, place, area, period, chance, {start_ms}));
    const auto group = releases::exclusions(*tx, territory.id, {in_blocks(period).begin, period.end});
    std::set<std::vector<SectorId>> sets;
    for (const auto& exclusion : group) sets.insert(exclusion.sectors);
    if (sets.size() < exclusions_in_group) continue;  // two alike: their ranks cannot be told apart
    ++distinct;
    for (std::size_t rank = 0; rank < group.size(); ++rank)
      if (group[rank].sectors == std::vector{sector.id}) ++rank_of_true[rank];
  }
  double chi_squared = 0;
  const double expected = distinct / static_cast<double>(exclusions_in_group);
  for (const int count : rank_of_true) chi_squared += (count - expected) * (count - expected) / expected;
  EXPECT_GT(distinct, 15);
  EXPECT_LT(chi_squared, 16.3);  // 3 degrees of freedom, one in a thousand
}

TEST_P(Releases, blocks_hold_the_whole_window) {
  const std::int64_t block = exclusion_block_ms;
  EXPECT_EQ(in_blocks({{1}, {2}}), (Period{{0}, {block}}));
  EXPECT_EQ(in_blocks({{0}, {block}}), (Period{{0}, {block}}));
  EXPECT_EQ(in_blocks({{block - 1}, {block + 1}}), (Period{{0}, {2 * block}}));
  EXPECT_EQ(in_blocks({{-1}, {1}}), (Period{{-block}, {block}}));
}

TEST_P(Releases, a_count_of_one_to_four_conflicts_is_not_told) {
  const Period all{{0}, {INT64_MAX}};
  EXPECT_EQ(releases::conflict_count(*database().read(), territory.id, all), 0);
  auto tx = database().write();
  for (int i = 1; i <= 6; ++i) {
    (void)open_conflict(*tx, territory.id, ConflictKind::event, {police, {}}, {customs, {}}, chance,
                        officer(1, police));
    const auto count = releases::conflict_count(*tx, territory.id, all);
    EXPECT_EQ(count, i < 5 ? std::nullopt : std::optional<std::int64_t>(i));
  }
}

TEST_P(Releases, a_recall_line_is_what_it_was_given_and_the_desk_of_who_takes_it_back) {
  const releases::RecallLine bare{"abcdefghijklmnop", "note qrstuvwxyz234567", {start_ms}, {}};
  auto line = releases::recall_line(*database().read(), territory.id, bare, customs);
  EXPECT_EQ(line.call, (releases::Contact{"Douane", "Douane", ""}));
  line.call = {};
  EXPECT_EQ(line, bare);
}

TEST_P(Releases, the_log_s_size_is_the_number_of_entries) {
  auto tx = database().write();
  const auto before = releases::log_size(*tx);
  audit::record(*tx, {"x", audit::Action::consultation}, {start_ms});
  EXPECT_EQ(releases::log_size(*tx), before + 1);
}

INSTANTIATE_TEST_SUITE_P(Databases, Releases, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::sharing
