#include "services/journal/trails.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "services/journal/journal.h"
#include "services/journal/scene_test.h"
#include "services/sharing/operations.h"
#include "testing/golden.h"

namespace quadrille::journal {
namespace {

class Trails : public LogScene {
 protected:
  // What the log answers about it, oldest first: "dana: note CODE, whole"; a refusal by its field.
  std::vector<std::string> answers(const std::string& reference, std::optional<audit::Action> action = {}) {
    auto snapshot = database().read();
    const auto object = object_of(*snapshot, reference);
    if (!object) return {object.error().field};
    audit::Question asked;
    asked.object = *object;
    asked.action = action;
    const auto trail = trail_of(*snapshot, asked);
    said = trail.says;
    named_as = trail.reference;
    std::vector<std::string> lines;
    // A page at a time, as it is read.
    for (audit::Page page{.before = {}, .limit = 2};;) {
      auto found = audit::search(*snapshot, trail.questions, page);
      page.before = found.next_before;
      for (const auto& line : named(*snapshot, std::move(found.entries)))
        lines.push_back(fmt::format("{}: {}{}{}", line.who ? line.who->login : "", line.entry.act.subject,
                                    line.entry.act.details.empty() ? "" : ", ", line.entry.act.details));
      if (!page.before) break;
    }
    std::ranges::reverse(lines);
    return lines;
  }
  std::vector<std::string> readings(const std::string& reference) {
    return answers(reference, audit::Action::consultation);
  }
  std::string declare_operation() {
    auto tx = database().write();
    const sharing::NewOperation wanted{
        .kind = sharing::OperationKind::operation,
        .title = "bac",
        .place = sharing::SectorPlace{sector},
        .window = {clock.now(), {clock.now().utc_ms + hour_ms}},
        .marking = notes::first_marking(notes::Channel::patrol, port.id, services[0], {services[0]})};
    const auto made = sharing::declare(*tx, port, wanted, chance, as(analyst));
    EXPECT_TRUE(made) << (made ? "" : made.error().message.en + made.error().field);
    tx->commit();
    return made ? made->code : "";
  }

  Text said;
  std::string named_as;
};

TEST_P(Trails, of_a_note_each_reading_is_there) {
  const auto code = add_note();
  ASSERT_TRUE(can_read(code, customs));
  EXPECT_EQ(readings(code), std::vector{fmt::format("dana: note {}, whole", code)});
  EXPECT_EQ(named_as, "note:" + code);
}

TEST_P(Trails, an_operation_is_read_in_lists_of_its_territory_since_it_is_declared) {
  look(customs, "declared operations");
  clock.advance_ms(1000);
  const auto code = declare_operation();
  clock.advance_ms(1000);
  look(gendarme, "declared operations");
  look(gendarme, "notes");
  look(customs, "conflicts of the desk");
  EXPECT_EQ(readings("operation:" + code),
            (std::vector<std::string>{"gael: declared operations", "dana: conflicts of the desk"}));
  EXPECT_NE(said.en.find("lists only"), std::string::npos);
  const auto all = answers(code);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_TRUE(all.front().starts_with("alix: operation " + code));
  EXPECT_EQ(answers(code, audit::Action::alteration).size() + answers(code, audit::Action::collection).size(), 1U);
}

TEST_P(Trails, a_compartment_is_read_in_the_list_and_its_acts_go_by_its_code) {
  const auto one = open_compartment("MISTRAL", access::CompartmentKind::procedure, analyst, {});
  const auto other = open_compartment("AUTAN", access::CompartmentKind::operation, analyst, {});
  look(analyst, "compartments");
  look(analyst, "compartments of nobody");
  EXPECT_EQ(answers("compartment:" + one.code, audit::Action::alteration),
            std::vector{fmt::format("alix: compartment {}, opened kind=procedure", one.code)});
  const auto read = readings(other.code);
  ASSERT_FALSE(read.empty());
  EXPECT_EQ(read.front(), "alix: compartments");
  EXPECT_EQ(named_as, "compartment:" + other.code);
}

TEST_P(Trails, a_file_and_an_addition_are_read_with_their_note) {
  const auto code = add_whole_note("zqxtrail");
  const auto note = extent(code);
  ASSERT_TRUE(note);
  ASSERT_EQ(note->additions.size(), 1U);
  notes::NoteAttachments attachments(database(), *access, *recorder, chance);
  const auto files = attachments.list(port, code, as(analyst));
  ASSERT_TRUE(files);
  const auto file = files->front().code;
  EXPECT_EQ(readings("attachment:" + file), std::vector{fmt::format("dana: note {}, attachment={}", code, file)});
  const auto of_addition = readings(note->additions.front().code);
  EXPECT_TRUE(std::ranges::find(of_addition, fmt::format("dana: note {}, whole", code)) != of_addition.end());
  EXPECT_EQ(named_as, "addition:" + note->additions.front().code);
  const auto made = answers(note->additions.front().code, audit::Action::collection);
  ASSERT_EQ(made.size(), 1U);
  EXPECT_NE(made.front().find("sighting=" + note->additions.front().code), std::string::npos);
}

TEST_P(Trails, facts_and_studies_go_by_what_was_asked_of_the_territory) {
  look(analyst, "picture", "shown");
  look(analyst, "picture/layers/sectors", "shown");
  look(analyst, "studies/1", "shown");
  look(analyst, "notes");
  EXPECT_EQ(readings("facts:port"),
            (std::vector<std::string>{"alix: picture", "alix: picture/layers/sectors", "alix: studies/1"}));
  EXPECT_EQ(readings("facts:elsewhere"), std::vector<std::string>{"object"});
  EXPECT_EQ(readings("study:port/9"), std::vector<std::string>{"object"});
}

TEST_P(Trails, what_has_no_code_any_more_keeps_the_acts_on_its_number) {
  recorder->record(
      {.actor = "clock", .action = audit::Action::alteration, .subject = "fine 3", .object = audit::Object("fine", 3)});
  EXPECT_EQ(answers("fine:3"), std::vector<std::string>{": fine 3"});
  EXPECT_EQ(named_as, "fine:3");
  EXPECT_EQ(readings("operation:77"), std::vector<std::string>{});
}

TEST_P(Trails, what_was_printed_is_one_question) {
  recorder->record(
      {.actor = "person:1", .action = audit::Action::disclosure, .subject = "dossier abc", .recipient = "TJ"});
  recorder->record({.actor = "person:1", .action = audit::Action::disclosure, .subject = "note abc"});
  look(analyst, "dossier abc");
  audit::Question question;
  ASSERT_TRUE(ask_ready("dossiers", question));
  auto snapshot = database().read();
  const auto found = audit::search(*snapshot, question, {});
  ASSERT_EQ(found.entries.size(), 1U);
  EXPECT_EQ(found.entries.front().act.recipient, "TJ");
  EXPECT_EQ(audit::format_question(question), "action=disclosure subject=dossier");
  EXPECT_EQ(ask_ready("teapots", question).error().field, "about");
  question.action = audit::Action::erasure;
  EXPECT_EQ(ask_ready("dossiers", question).error().field, "about");
}

TEST(KindsOfTrails, every_kind_that_has_a_reference_is_answered_once) {
  std::vector<std::string_view> known, answered;
  for (const auto& reference : references()) known.push_back(reference.kind);
  for (const auto& kind : kinds_of_trails()) answered.push_back(kind.kind);
  std::ranges::sort(known);
  std::ranges::sort(answered);
  EXPECT_EQ(known, answered);
}

TEST(KindsOfTrails, the_page_holds_the_table_as_it_is_printed_from_the_code) {
  std::string printed = "| reference | what | what the log keeps of who reads one |\n|---|---|---|\n";
  for (const auto& kind : kinds_of_trails())
    printed += fmt::format("| `{}:` | {}, {} | {} |\n", kind.kind, kind.label.fr, kind.label.en, kind.says.en);
  std::ifstream file(testing::source_folder() / "docs" / "audit-log.md");
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_NE(text.str().find(printed), std::string::npos) << "docs/audit-log.md does not hold this table:\n" << printed;
}

INSTANTIATE_TEST_SUITE_P(Databases, Trails, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::journal
