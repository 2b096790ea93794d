// The dossier is a contract: docs/dossier.schema.json says what its JSON holds, and here the program is held to it.
// With QUADRILLE_KEEP_DOSSIERS naming a folder, what was printed is left there to be looked at.

#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "edge/format/dossier_json.h"
#include "edge/format/dossier_pdf.h"
#include "lab/json_schema.h"
#include "services/provenance/provenance.h"
#include "services/retention/scene_test.h"
#include "testing/golden.h"

namespace quadrille::tests {
namespace {

class DossierContract : public retention::Scene {
 protected:
  void SetUp() override {
    Scene::SetUp();
    if (IsSkipped()) return;
    database::migrate(database(), provenance::migrations());
    provenance.emplace(database(), *access, *notes, *signer, chance);
  }
  provenance::NoteDossier print(const std::string& code, const access::Person& person,
                                Language language = Language::fr) {
    return provenance
        ->print(port, code, {access::Exit::pdf, "Tribunal judiciaire de Port, procédure 26/118", language}, as(person))
        .value();
  }
  static void keep(const std::string& name, const std::string& bytes) {
    if (const char* folder = std::getenv("QUADRILLE_KEEP_DOSSIERS"))
      std::ofstream(std::filesystem::path(folder) / name, std::ios::binary) << bytes;
  }

  std::optional<provenance::Provenance> provenance;
};

boost::json::value schema() {
  std::ifstream file(testing::source_folder() / "docs" / "dossier.schema.json");
  return boost::json::parse(std::string((std::istreambuf_iterator<char>(file)), {}));
}

TEST_P(DossierContract, every_dossier_is_as_its_schema_says) {
  auto plain = new_note("seul");
  plain.content.assertions.clear();
  plain.content.assessment.clear();
  auto resident = new_note("au bloc");
  resident.channel = notes::Channel::resident;
  const auto report = add(resident, analyst);
  const auto colleague = account("bob", 0, access::Role::analyst);
  for (const auto& dossier : {print(add_whole_note("dit-on"), analyst), print(add(plain, analyst), analyst),
                              print(report, analyst), print(report, colleague)}) {
    const auto faults = schema_faults(boost::json::parse(format::dossier_json(dossier)), schema());
    for (const auto& fault : faults) ADD_FAILURE() << fault;
  }
}

TEST_P(DossierContract, a_dossier_that_lacks_or_adds_a_field_is_found_by_the_schema) {
  auto document = boost::json::parse(format::dossier_json(print(add_note(), analyst)));
  EXPECT_TRUE(schema_faults(document, schema()).empty());
  auto added = document;
  added.as_object()["human_source"] = "somebody";
  EXPECT_FALSE(schema_faults(added, schema()).empty());
  for (const auto& [name, value] : document.as_object()) {
    auto lacking = document;
    lacking.as_object().erase(name);
    EXPECT_FALSE(schema_faults(lacking, schema()).empty()) << name;
  }
}

TEST_P(DossierContract, paper_holds_every_claim_on_as_many_pages_as_it_takes) {
  auto many = new_note("longue");
  many.content.assertions.clear();
  for (int i = 0; i < 24; ++i)
    many.content.assertions.push_back(
        {notes::AssertionKind::place, 0, 0, "hall " + std::to_string(i) + ", côté parking"});
  const auto code = add(many, analyst);
  for (int i = 0; i < 6; ++i) {
    clock.advance_ms(hour_ms);
    auto more = content("vu encore une fois, numéro " + std::to_string(i));
    more.facts +=
        ". Trois acheteurs par quart d’heure, deux guetteurs assis sur le muret, une voiture grise qui tourne "
        "dans la rue sans s’arrêter, puis repart vers le port.";
    ASSERT_TRUE(notes->enrich(port, code, {notes::AdditionKind::enrichment, more, {}, {}}, as(customs)));
  }
  const auto zone = *clock::TimeZone::open("Europe/Paris");
  const auto long_one = format::dossier_pdf(print(code, analyst), zone, Language::fr);
  EXPECT_TRUE(long_one.starts_with("%PDF-1.5"));
  const auto whole = print(add_whole_note("dit-on"), analyst);
  const auto short_one = format::dossier_pdf(whole, zone, Language::fr);
  EXPECT_GT(long_one.size(), short_one.size());
  EXPECT_EQ(short_one, format::dossier_pdf(whole, zone, Language::fr)) << "the same bytes for the same dossier";
  keep("long.pdf", long_one);
  keep("whole.pdf", short_one);
  keep("whole-en.pdf", format::dossier_pdf(print(code, customs, Language::en), zone, Language::en));
  keep("whole.json", format::dossier_json(whole));
  auto resident = new_note("au bloc");
  resident.channel = notes::Channel::resident;
  const auto colleague = account("bob", 0, access::Role::analyst);
  keep("empty.pdf", format::dossier_pdf(print(add(resident, analyst), colleague), zone, Language::fr));
}

INSTANTIATE_TEST_SUITE_P(Databases, DossierContract, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::tests
