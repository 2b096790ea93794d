#include "services/provenance/provenance.h"

#include <sys/wait.h>

#include <cstdlib>
#include <set>

#include "host/crypto/digest.h"
#include "services/audit/leaf.h"
#include "services/audit/signed_note.h"
#include "services/provenance/content.h"
#include "services/retention/scene_test.h"
#include "services/retention/statement.h"

namespace quadrille::provenance {
namespace {

using retention::Scene;

class DossierStore : public Scene {
 protected:
  void SetUp() override {
    Scene::SetUp();
    if (IsSkipped()) return;
    database::migrate(database(), migrations());
    provenance = std::make_unique<Provenance>(database(), *access, *notes, *signer, chance);
    eraser->forget.emplace_back(forget);
  }
  Result<NoteDossier> print(const std::string& code, const access::Person& person,
                            access::Exit exit = access::Exit::pdf) {
    return provenance->print(port, code, {exit, "TJ Port, procédure 26/118", Language::fr}, as(person));
  }
  // The separate verifier's word on a proof, and on what an entry says.
  int verify(const std::string& proof, const std::string& key, const std::vector<std::string>& opening = {}) {
    const auto path = folder.path() / "proof";
    std::ofstream(path, std::ios::binary) << proof;
    std::string line = std::string(QUADRILLE_VERIFY) + " --proof " + path.string() + " --key '" + key + "'";
    if (!opening.empty()) {
      std::ofstream(folder.path() / "value", std::ios::binary) << opening[2];
      line += " --open " + opening[0] + " " + opening[1] + " " + (folder.path() / "value").string();
    }
    const int status = std::system((line + " > /dev/null 2>&1").c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  std::unique_ptr<Provenance> provenance;
};

TEST_P(DossierStore, every_claim_has_its_source_its_evaluation_and_its_time) {
  const auto code = add_whole_note("zqx");
  const auto dossier = print(code, analyst);
  ASSERT_TRUE(dossier) << dossier.error().message.en;
  // The note: facts, one typed statement, assessment; likewise what was seen again.
  ASSERT_EQ(dossier->claims.size(), 6U);
  std::set<std::string> objects;
  for (const auto& claim : dossier->claims) {
    EXPECT_FALSE(claim.words.fr.empty() || claim.words.en.empty());
    EXPECT_EQ(claim.evaluation, "B2");
    EXPECT_FALSE(claim.evaluation_words.fr.empty());
    EXPECT_FALSE(claim.source.fr.empty());
    EXPECT_EQ(claim.place, "A");
    objects.insert(claim.object);
  }
  EXPECT_EQ(objects.size(), 2U);
  EXPECT_EQ(dossier->claims.front().words.fr, "Deux vendeurs au bloc quatre zqxdeux");
  EXPECT_EQ(dossier->claims.front().kind, Claim::Kind::fact);
  EXPECT_EQ(dossier->claims[2].kind, Claim::Kind::assessment);
}

TEST_P(DossierStore, every_hand_has_its_entry_in_the_log_and_the_separate_verifier_accepts_each_proof) {
  const auto code = add_whole_note("zqx");
  const auto dossier = print(code, analyst);
  ASSERT_TRUE(dossier);
  // Received, rewritten, taken up, set aside, seen again, file attached.
  ASSERT_EQ(dossier->hands.size(), 6U);
  std::set<std::int64_t> positions;
  for (const auto& hand : dossier->hands) {
    ASSERT_TRUE(hand.entry) << hand.what.en;
    const auto& entry = dossier->entries[*hand.entry];
    EXPECT_EQ(entry.at, hand.at) << hand.what.en;
    EXPECT_TRUE(positions.insert(entry.position).second);
    EXPECT_FALSE(hand.service.empty());
    EXPECT_EQ(hand.agent.size(), 16U);
  }
  for (const auto& entry : dossier->entries) EXPECT_EQ(verify(entry.proof, dossier->key), 0);
  auto broken = dossier->entries.front().proof;
  broken[broken.size() / 2] = broken[broken.size() / 2] == 'A' ? 'B' : 'A';
  EXPECT_NE(verify(broken, dossier->key), 0);
}

TEST_P(DossierStore, the_log_says_what_was_printed_for_whom_and_why) {
  const auto code = add_note();
  const auto dossier = print(code, analyst);
  ASSERT_TRUE(dossier);
  const auto& own = dossier->entries[dossier->own_entry];
  ASSERT_EQ(dossier->openings.size(), 3U);
  for (const auto& opening : dossier->openings) {
    EXPECT_EQ(verify(own.proof, dossier->key, {opening.field, opening.key, opening.value}), 0) << opening.field;
    EXPECT_NE(verify(own.proof, dossier->key, {opening.field, opening.key, opening.value + "x"}), 0);
    if (opening.field == "recipient") EXPECT_EQ(opening.value, "TJ Port, procédure 26/118");
    if (opening.field == "purpose") EXPECT_EQ(opening.value, "suivi");
    if (opening.field == "what")
      EXPECT_NE(opening.value.find("sha256=" + crypto::sha256_hex(dossier->statement)), std::string::npos);
  }
  // What the instance signed is the content, word by word.
  const auto note = audit::parse_note(dossier->statement);
  ASSERT_TRUE(note);
  const audit::VerifierKey keys[] = {signer->verifier()};
  EXPECT_EQ(audit::signers_of(*note, keys).size(), 1U);
  const auto statement = retention::parse_statement(note->text);
  ASSERT_TRUE(statement);
  EXPECT_EQ(statement->find("content-sha256"), crypto::sha256_hex(dossier->content));
  for (const auto& claim : dossier->claims)
    EXPECT_NE(dossier->content.find(retention::one_line(claim.words.fr)), std::string::npos);
}

TEST_P(DossierStore, whoever_asks_who_has_copies_of_a_note_is_told_of_the_print) {
  const auto code = add_note();
  ASSERT_TRUE(print(code, customs));
  const auto last = audit::list(*database().read(), {}, 1).front();
  EXPECT_EQ(last.act.action, audit::Action::disclosure);
  EXPECT_EQ(last.act.object, audit::Object("note", extent(code)->id));
  EXPECT_EQ(last.act.recipient, "TJ Port, procédure 26/118");
}

TEST_P(DossierStore, the_handling_code_decides_which_exits_may_print_it) {
  for (const auto handling : access::handlings)
    for (const auto exit : {access::Exit::pdf, access::Exit::export_file, access::Exit::api_client}) {
      auto wanted = new_note("zqx");
      wanted.marking.handling = handling;
      const auto dossier = print(add(wanted, analyst), analyst, exit);
      EXPECT_EQ(dossier.has_value(), access::leave_of(handling, exit) == access::Leave::free)
          << access::name_of(handling) << " " << access::name_of(exit);
      if (!dossier) EXPECT_EQ(dossier.error().field, "handling");
    }
}

TEST_P(DossierStore, an_addition_whose_code_keeps_it_in_is_left_out_and_counted) {
  const auto code = add_note();
  auto own = access::load_marking(*database().read(), extent(code)->marking);
  own.originator = services[1];
  own.services = {services[0]};
  own.handling = access::Handling::h3;
  ASSERT_TRUE(notes->enrich(port, code, {notes::AdditionKind::enrichment, content("zqxscreen"), own, {}}, as(customs)));
  const auto dossier = print(code, analyst);
  ASSERT_TRUE(dossier);
  EXPECT_EQ(dossier->left_out, 1);
  EXPECT_EQ(dossier->content.find("zqxscreen"), std::string::npos);
  for (const auto& entry : dossier->hands) EXPECT_EQ(entry.what.en.find("Enrichment"), std::string::npos);
}

TEST_P(DossierStore, a_residents_report_is_printed_by_sector_and_half_day_without_the_entries_that_tell_the_moment) {
  auto wanted = new_note("zqxplace");
  wanted.channel = notes::Channel::resident;
  wanted.content.point = *LonLat::checked(5.3651, 43.2951);
  const auto code = add(wanted, analyst);
  const auto colleague = account("bob", 0, access::Role::analyst);
  const auto dossier = print(code, colleague);
  ASSERT_TRUE(dossier) << dossier.error().message.en;
  EXPECT_TRUE(dossier->is_coarse);
  EXPECT_TRUE(dossier->claims.empty() || dossier->content.find("zqxplace") == std::string::npos);
  EXPECT_EQ(dossier->content.find("5.3651"), std::string::npos);
  for (const auto& hand : dossier->hands) {
    EXPECT_FALSE(hand.entry);
    EXPECT_NE(hand.at, Instant{start_ms});
  }
  // Its author sees it whole.
  EXPECT_FALSE(print(code, analyst)->is_coarse);
}

TEST_P(DossierStore, what_one_may_not_read_is_in_no_dossier_and_changes_none) {
  const auto code = add_note();
  const auto lines = [&](const NoteDossier& dossier) {
    // But for the code that is drawn anew.
    auto text = dossier.content;
    for (auto at = text.find(dossier.code); at != std::string::npos; at = text.find(dossier.code))
      text.replace(at, dossier.code.size(), "CODE");
    return text;
  };
  const auto before = lines(print(code, gendarme).value());
  auto own = access::load_marking(*database().read(), extent(code)->marking);
  own.originator = services[1];
  own.services = {services[0]};
  ASSERT_TRUE(notes->enrich(port, code, {notes::AdditionKind::enrichment, content("zqxhidden"), own, {}}, as(customs)));
  const auto after = print(code, gendarme).value();
  EXPECT_EQ(lines(after), before);
  // And a note one cannot read answers as one that does not exist.
  auto hidden = new_note("zqx");
  hidden.marking.services.clear();
  const auto secret = add(hidden, analyst);
  EXPECT_EQ(print(secret, gendarme).error(), print("abcdefghijklmnop", gendarme).error());
}

TEST_P(DossierStore, there_is_no_dossier_without_saying_for_whom) {
  const auto code = add_note();
  for (const char* recipient : {"", " ", "ab"}) {
    const auto refused = provenance->print(port, code, {access::Exit::pdf, recipient, Language::fr}, as(analyst));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().field, "recipient");
  }
}

TEST_P(DossierStore, dossiers_go_with_their_note) {
  const auto code = add_note("zqx");
  const auto dossier = print(code, analyst);
  ASSERT_TRUE(dossier);
  clock.advance_ms(400 * day_ms);
  ASSERT_EQ(
      retention::run(database(), *eraser, retention::clockwork(clock.now()), database::Database::Purge::thorough).notes,
      1);
  EXPECT_EQ(traces_of(dossier->code), std::vector<std::string>());
  EXPECT_EQ(traces_of("TJ Port, proc"), std::vector<std::string>());
  EXPECT_TRUE(log_is_sound());
  // The proof that was handed out still stands: the leaf stayed.
  EXPECT_EQ(verify(dossier->entries[dossier->own_entry].proof, dossier->key), 0);
}

INSTANTIATE_TEST_SUITE_P(Databases, DossierStore, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::provenance
