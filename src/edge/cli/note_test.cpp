#include <gtest/gtest.h>

#include <fstream>

#include "edge/cli/scene_test.h"

// quadrille note …, as a patrol, an analyst and a prosecutor type it.

namespace quadrille::cli {
namespace {

using access::Capability;
using access::Role;

class NoteCommands : public CommandScene {
 protected:
  void SetUp() override {
    make_instance({{"patrouille", "police", Role::patrol},
                   {"analyste", "police", Role::analyst},
                   {"douane", "douane", Role::analyst},
                   {"parquet", "parquet", Role::prosecutor}},
                  {Capability::submit_note, Capability::follow_own_notes, Capability::read_notes,
                   Capability::work_notes, Capability::set_judicial, Capability::search_links},
                  "suivi du quai");
  }
  std::string note_of_patrol() {
    const auto added = run({"note", "add", "--text", "Deux vendeurs au pied du bloc 4", "--point", "5.37,43.29",
                            "--product", "cannabis_resin"},
                           "patrouille");
    EXPECT_EQ(added.code, 0) << added.err;
    return added.out.substr(0, 16);
  }
  std::filesystem::path file(const std::string& name, const std::string& bytes) {
    std::ofstream(folder_.path() / name, std::ios::binary) << bytes;
    return folder_.path() / name;
  }
};

TEST_F(NoteCommands, a_note_goes_from_the_patrol_to_a_result) {
  const std::string code = note_of_patrol();
  EXPECT_NE(run({"note", "list"}, "analyste").out.find(code), std::string::npos);
  const auto step = [&](std::vector<std::string> typed) {
    typed.insert(typed.begin(), {"note", "step", code});
    const auto done = run(typed, "analyste");
    EXPECT_EQ(done.code, 0) << typed[3] << ": " << done.err;
    return done.out;
  };
  (void)step({"take_up"});
  EXPECT_EQ(run({"note", "step", code, "verify"}, "analyste").code, 2);
  (void)step({"verify", "--evaluation", "B2"});
  (void)step({"deconflict", "--deconfliction", "aucun autre service"});
  const auto enriched =
      run({"note", "enrich", code, "--text", "Horaires confirmés deux soirs", "--point", "5.37,43.29"}, "douane");
  EXPECT_EQ(enriched.code, 0) << enriched.err;
  (void)step({"enrich"});
  (void)step({"attribute_directly", "--service", "police"});
  EXPECT_EQ(step({"record_result", "--result", "arrests", "--arrests", "2", "--presented", "1", "--reason", "constat"}),
            "Result\n");
  const auto shown = run({"note", "show", code}, "analyste");
  EXPECT_NE(shown.out.find("Horaires confirmés deux soirs"), std::string::npos) << shown.out;
  EXPECT_NE(run({"note", "list", "--mine"}, "patrouille").out.find("Result"), std::string::npos);
}

TEST_F(NoteCommands, notes_of_one_place_match_for_who_reads_both) {
  const std::string first = note_of_patrol();
  const std::string second = note_of_patrol();
  const auto found = run({"note", "matches", first}, "analyste");
  EXPECT_EQ(found.code, 0) << found.err;
  EXPECT_NE(found.out.find(second), std::string::npos) << found.out;
  EXPECT_NE(found.out.find("= same cell"), std::string::npos) << found.out;
  EXPECT_EQ(found.out.find(first), std::string::npos);
  EXPECT_EQ(run({"note", "matches", "aaaaaaaaaaaaaaaa"}, "analyste").code, 3);
}

TEST_F(NoteCommands, what_names_a_person_or_is_not_there_is_refused_by_its_option) {
  const auto named =
      run({"note", "add", "--text", "Karim Benali vend au bloc 4, plaque AB-123-CD", "--point", "5.37,43.29"},
          "patrouille");
  EXPECT_EQ(named.code, 2);
  EXPECT_NE(named.err.find("--text"), std::string::npos) << named.err;
  EXPECT_EQ(run({"note", "show", "aaaaaaaaaaaaaaaa"}, "analyste").code, 3);
  EXPECT_NE(run({"note", "list", "--stage", "lost"}, "analyste").err.find("--stage"), std::string::npos);
  EXPECT_NE(run({"note", "add", "--text", "abc", "--point", "5.37"}, "patrouille").err.find("--point"),
            std::string::npos);
  EXPECT_EQ(run({"note", "list"}).code, 2);
}

TEST_F(NoteCommands, a_file_is_told_by_its_content_and_attached_by_who_may_write_the_note) {
  const std::string code = note_of_patrol();
  const std::string pdf = "%PDF-1.5\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n";
  const auto attached = run({"note", "attach", code, file("plan.pdf", pdf).string()}, "patrouille");
  EXPECT_EQ(attached.code, 0) << attached.err;
  EXPECT_EQ(attached.out.size(), 17U);
  EXPECT_NE(run({"note", "attach", code, file("plan.jpg", pdf).string()}, "patrouille").err.find("FILE"),
            std::string::npos);
  EXPECT_NE(run({"note", "attach", code, file("b.pdf", pdf).string()}, "douane").code, 0);
  EXPECT_EQ(run({"note", "attach", code, "no/such/file"}, "patrouille").code, 3);
}

TEST_F(NoteCommands, a_proposal_is_answered_by_the_originator) {
  const std::string code = note_of_patrol();
  const auto proposed = run(
      {"note", "enrich", code, "--kind", "proposal", "--text", "C'est le bloc 5", "--point", "5.37,43.29"}, "douane");
  ASSERT_EQ(proposed.code, 0) << proposed.err;
  const std::string proposal = proposed.out.substr(0, 16);
  EXPECT_NE(run({"note", "answer", code, proposal, "accepted", "--reason", "vu"}, "douane").code, 0);
  EXPECT_EQ(run({"note", "answer", code, proposal, "accepted", "--reason", "vu"}, "analyste").code, 0);
  EXPECT_EQ(run({"note", "answer", code, proposal, "refused", "--reason", "non"}, "analyste").code, 2);
}

TEST_F(NoteCommands, a_note_is_revised_by_what_is_said_again_and_the_rest_stays) {
  const std::string code = note_of_patrol();
  EXPECT_EQ(run({"note", "revise", code, "--text", "Trois vendeurs au pied du bloc 4"}, "patrouille").out,
            "revision 2\n");
  const auto shown = run({"note", "show", code, "--json"}, "analyste");
  EXPECT_NE(shown.out.find("Trois vendeurs"), std::string::npos) << shown.out;
  EXPECT_NE(shown.out.find("cannabis_resin"), std::string::npos) << "not said again";
  const auto late = run({"note", "revise", code, "--revision", "1", "--text", "Deux vendeurs"}, "analyste");
  EXPECT_EQ(late.code, 2);
  EXPECT_NE(late.err.find("--revision"), std::string::npos) << late.err;
  EXPECT_NE(run({"note", "revise", code, "--text", "Deux vendeurs"}, "douane").code, 0) << "another service's";
}

TEST_F(NoteCommands, a_marking_is_tightened_and_holds_at_once) {
  const std::string code = note_of_patrol();
  EXPECT_NE(run({"note", "list"}, "douane").out.find(code), std::string::npos);
  const auto marked =
      run({"note", "marking", code, "--share", "", "--handling", "h2", "--reason", "source exposée"}, "analyste");
  EXPECT_EQ(marked.code, 0) << marked.err;
  EXPECT_NE(marked.out.find("the originating service alone"), std::string::npos) << marked.out;
  EXPECT_EQ(run({"note", "list"}, "douane").out.find(code), std::string::npos);
  const auto refused = [&](const std::string& option, const std::string& value) {
    const auto said = run({"note", "marking", code, option, value, "--reason", "essai"}, "analyste");
    return said.code != 0 && said.err.find(option) != std::string::npos;
  };
  EXPECT_TRUE(refused("--handling", "h9"));
  EXPECT_TRUE(refused("--share", "rien"));
  EXPECT_TRUE(refused("--deny", "personne"));
  EXPECT_TRUE(refused("--deny", "analyste")) << "oneself";
  EXPECT_NE(run({"note", "marking", code, "--handling", "h1"}, "analyste").err.find("--reason"), std::string::npos);
}

TEST_F(NoteCommands, keeping_is_shortened_and_never_lengthened) {
  const std::string code = note_of_patrol();
  const auto now = clock::system_clock().now();
  const CivilDate today{static_cast<std::int32_t>(now.utc_ms / 86'400'000)};
  EXPECT_EQ(
      run({"note", "retain", code, "--until", format_date(today + 30), "--reason", "sans suite"}, "analyste").code, 0);
  const auto longer =
      run({"note", "retain", code, "--until", format_date(today + 60), "--reason", "essai"}, "analyste");
  EXPECT_EQ(longer.code, 2);
  EXPECT_NE(longer.err.find("--until"), std::string::npos) << longer.err;
  EXPECT_NE(run({"note", "retain", code, "--until", format_date(today + -3), "--reason", "essai"}, "analyste").code, 0);
}

TEST_F(NoteCommands, the_originating_service_is_told_which_services_opened_its_note) {
  const std::string code = note_of_patrol();
  EXPECT_NE(run({"note", "readers", code}, "analyste").out.find("Nobody"), std::string::npos);
  (void)run({"note", "show", code}, "douane");
  EXPECT_NE(run({"note", "readers", code}, "analyste").out.find("douane"), std::string::npos);
  EXPECT_NE(run({"note", "readers", code}, "douane").code, 0);
}

}  // namespace
}  // namespace quadrille::cli
