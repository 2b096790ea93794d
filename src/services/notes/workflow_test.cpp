#include "services/notes/workflow.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "services/notes/printed.h"
#include "testing/golden.h"

namespace quadrille::notes {
namespace {

Circumstances everything() {
  Circumstances all;
  all.has_capability = all.is_owner = all.is_of_attributed_service = all.has_evaluation = all.has_summary =
      all.says_deconfliction = all.has_enrichment = all.names_service = all.has_reason = all.has_result = true;
  return all;
}

TEST(Workflow, rows_are_unique_cited_and_lead_from_open_stages_only) {
  std::set<std::pair<Stage, Step>> seen;
  for (const auto& row : workflow()) {
    EXPECT_TRUE(seen.insert({row.from, row.step}).second) << name_of(row.from) << ' ' << name_of(row.step);
    EXPECT_FALSE(is_over(row.from));
    EXPECT_FALSE(row.source.fr.empty());
    EXPECT_FALSE(row.source.en.empty());
  }
}

TEST(Workflow, every_stage_is_reached_and_every_open_stage_can_still_end) {
  std::set<Stage> reached{Stage::received};
  std::set<Stage> ending{Stage::result, Stage::set_aside};
  for (std::size_t round = 0; round < std::size(stages); ++round)
    for (const auto& row : workflow()) {
      if (reached.contains(row.from)) reached.insert(row.to);
      if (ending.contains(row.to)) ending.insert(row.from);
    }
  EXPECT_EQ(reached.size(), std::size(stages));
  EXPECT_EQ(ending.size(), std::size(stages));
}

// Written out again, as the doctrine says it: all 88 pairs of stage and step.
TEST(Workflow, each_of_all_stages_with_each_of_all_steps_leads_where_it_should_or_is_refused) {
  using enum Stage;
  const std::map<std::pair<Stage, Step>, Stage> expected{
      {{received, Step::take_up}, received},
      {{received, Step::verify}, verified},
      {{received, Step::set_aside}, set_aside},
      {{verified, Step::deconflict}, deconflicted},
      {{verified, Step::set_aside}, set_aside},
      {{deconflicted, Step::enrich}, enriched},
      {{deconflicted, Step::set_aside}, set_aside},
      {{enriched, Step::put_to_prosecutor}, with_prosecutor},
      {{enriched, Step::attribute_directly}, attributed},
      {{enriched, Step::set_aside}, set_aside},
      {{with_prosecutor, Step::attribute}, attributed},
      {{with_prosecutor, Step::ask_for_more}, enriched},
      {{with_prosecutor, Step::set_aside}, set_aside},
      {{attributed, Step::hand_back}, enriched},
      {{attributed, Step::record_result}, result},
  };
  int refused = 0;
  for (const Stage stage : stages)
    for (const Step step : steps) {
      auto now = everything();
      now.is_judicial = step == Step::put_to_prosecutor;
      const auto to = next(stage, step, now);
      const auto known = expected.find({stage, step});
      ASSERT_EQ(to.has_value(), known != expected.end()) << name_of(stage) << ' ' << name_of(step);
      if (to) EXPECT_EQ(*to, known->second) << name_of(stage) << ' ' << name_of(step);
      if (!to) {
        EXPECT_EQ(to.error().kind, ErrorKind::conflict);
        EXPECT_EQ(to.error().field, "step");
        ++refused;
      }
    }
  EXPECT_EQ(refused, 88 - 15);
}

// Takes one circumstance away.
void without(Guard guard, Circumstances& now) {
  switch (guard) {
    case Guard::none:
      break;
    case Guard::has_evaluation_and_summary:
      now.has_evaluation = false;
      break;
    case Guard::says_deconfliction:
      now.says_deconfliction = false;
      break;
    case Guard::has_enrichment:
      now.has_enrichment = false;
      break;
    case Guard::is_judicial:
      now.is_judicial = false;
      break;
    case Guard::is_not_judicial:
      now.is_judicial = true;
      break;
    case Guard::names_service:
      now.names_service = false;
      break;
    case Guard::has_reason:
      now.has_reason = false;
      break;
    case Guard::has_result:
      now.has_result = false;
      break;
  }
}

TEST(Workflow, each_row_is_refused_without_its_capability_its_turn_or_its_guard) {
  for (const auto& row : workflow()) {
    auto now = everything();
    now.is_judicial = row.guard == Guard::is_judicial;
    ASSERT_TRUE(next(row.from, row.step, now).has_value());
    auto weak = now;
    weak.has_capability = false;
    EXPECT_EQ(next(row.from, row.step, weak).error().kind, ErrorKind::forbidden);
    auto stranger = now;
    stranger.is_owner = stranger.is_of_attributed_service = false;
    EXPECT_EQ(next(row.from, row.step, stranger).has_value(), row.whose == Whose::any_reader);
    if (row.guard == Guard::none) continue;
    auto incomplete = now;
    without(row.guard, incomplete);
    const auto refused = next(row.from, row.step, incomplete);
    ASSERT_FALSE(refused.has_value()) << name_of(row.from) << ' ' << name_of(row.step);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid_input);
    EXPECT_FALSE(refused.error().field.empty());
  }
}

TEST(Workflow, a_resident_s_report_is_not_verified_without_a_summary_to_show_to_others) {
  auto now = everything();
  now.needs_summary = true;
  EXPECT_TRUE(next(Stage::received, Step::verify, now).has_value());
  now.has_summary = false;
  EXPECT_EQ(next(Stage::received, Step::verify, now).error().field, "summary");
}

TEST(Workflow, an_author_is_told_the_same_of_stages_that_must_not_be_told_apart) {
  EXPECT_EQ(told_to_author(Stage::enriched), told_to_author(Stage::with_prosecutor));
  EXPECT_EQ(told_to_author(Stage::enriched), told_to_author(Stage::attributed));
  EXPECT_EQ(told_to_author(Stage::result), told_to_author(Stage::set_aside));
}

TEST(Workflow, open_stages_have_a_clock_and_ended_ones_have_none) {
  for (const Stage stage : stages) EXPECT_EQ(clock_hours(stage).has_value(), !is_over(stage)) << name_of(stage);
}

TEST(Workflow, the_page_holds_the_tables_as_they_are_printed_from_the_code) {
  const auto path = testing::source_folder() / "docs" / "notes.md";
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  for (const auto& [name, printed] :
       {std::pair{"workflow", printed_workflow()}, std::pair{"reception", printed_reception()},
        std::pair{"readings", printed_readings()}, std::pair{"assertions", printed_assertions()}})
    EXPECT_NE(text.str().find(printed), std::string::npos)
        << "docs/notes.md does not hold this table of the code (" << name << "):\n"
        << printed;
}

}  // namespace
}  // namespace quadrille::notes
