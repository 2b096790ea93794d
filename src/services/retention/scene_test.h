#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "services/access/compartment.h"
#include "services/access/legal_act.h"
#include "services/access/person.h"
#include "services/audit/verification.h"
#include "services/facts/facts.h"
#include "services/notes/note_attachments.h"
#include "services/notes/notes.h"
#include "services/notes/reception.h"
#include "services/retention/retention.h"
#include "services/sharing/postings.h"
#include "testing/databases.h"
#include "testing/fake_host.h"

// What the tests of retention and recall begin with: a port of one sector, three services with persons in them, and
// notes whose every text holds a word that can be looked for in the files of the database afterwards.

namespace quadrille::retention {

class Scene : public testing::DatabaseTest {
 protected:
  static constexpr std::int64_t hour_ms = 3'600'000;
  static constexpr std::int64_t day_ms = 24 * hour_ms;
  static constexpr std::int64_t start_ms = 1'792'800'000'000;  // 24 October 2026

  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    open(database());
    make_scene();
  }

  void open(database::Database& into) {
    for (const auto steps :
         {audit::migrations(), access::migrations(), territory::migrations(), facts::migrations(), notes::migrations(),
          notes::attachment_migrations(), notes::request_migrations(), sharing::migrations(), migrations()})
      database::migrate(into, steps);
    auto opened = audit::CheckpointSigner::open(folder.path() / "audit.key", into, clock, "test", chance);
    ASSERT_TRUE(opened) << opened.error().message.en;
    signer = std::move(*opened);
    eraser = std::make_unique<Eraser>(*signer, chance);
    recorder = std::make_unique<audit::Recorder>(into, clock, chance);
    access = std::make_unique<access::Access>();
    notes = std::make_unique<notes::Notes>(into, *access, *recorder, chance);
    retention = std::make_unique<Retention>(into, *access, *recorder, *eraser);
  }

  void make_scene() {
    auto tx = database().write();
    const territory::By by{"local:test", {start_ms}};
    ASSERT_TRUE(territory::create(*tx, {"port", "Port", 2154, "Europe/Paris", true, same_text("")}, by));
    port = territory::find(*tx, "port").value();
    ASSERT_TRUE(territory::add_sectors(*tx, port, {{square()}, "name", "code", 1}, by));
    sector = territory::load_sectors(*tx, port.id).front().id;
    for (const char* code : {"police", "douane", "gendarmerie", "parquet"})
      services.push_back(territory::add_service(*tx, port, code, code, by).value());
    tx->commit();
    analyst = account("alix", 0, access::Role::analyst);
    customs = account("dana", 1, access::Role::analyst);
    gendarme = account("gael", 2, access::Role::commander);
    prosecutor = account("paul", 3, access::Role::prosecutor);
  }

  static geojson::AreaFeature square() {
    const auto at = [](double lon, double lat) { return *LonLat::checked(lon, lat); };
    geojson::AreaFeature area;
    area.properties = {{"code", "A"}, {"name", "A"}};
    area.shape = {{{at(5.36, 43.29), at(5.37, 43.29), at(5.37, 43.3), at(5.36, 43.3), at(5.36, 43.29)}, {}}};
    return area;
  }

  access::Person account(const char* login, std::size_t service, access::Role role) {
    access::Asker by;
    by.viewer.login = "local:test";
    by.at = {start_ms};
    auto tx = database().write();
    const auto person = access::create_person(*tx, {login, login}, chance, by).value();
    const auto granted = access::grant(*tx,
                                       {person.id,
                                        role,
                                        port.id,
                                        services[service],
                                        access::Sensitivity::confidential,
                                        "arrêté 1",
                                        {start_ms - day_ms},
                                        {}},
                                       chance, by);
    EXPECT_TRUE(granted) << (granted ? "" : granted.error().message.en);
    tx->commit();
    return person;
  }
  access::Asker as(const access::Person& person) {
    access::Asker asker;
    asker.viewer = access::load_viewer(*database().read(), person, clock.now());
    asker.purpose = "suivi";
    asker.at = clock.now();
    return asker;
  }

  access::Compartment open_compartment(const std::string& name, access::CompartmentKind kind, const access::Person& by,
                                       const std::vector<access::Person>& others) {
    const auto commit = [&](auto&& act) {
      const auto asker = as(by);  // anew: what they are in changes
      auto tx = database().write();
      auto done = act(*tx, asker);
      EXPECT_TRUE(done) << (done ? "" : done.error().message.en);
      tx->commit();
      return done;
    };
    auto made = commit([&](auto& tx, const auto& asker) {
      return access::open_compartment(tx, {port.id, kind, name}, chance, asker);
    });
    for (const auto& other : others)
      commit([&](auto& tx, const auto& asker) { return access::admit(tx, port.id, made->code, other.login, asker); });
    return made.value_or(access::Compartment{});
  }

  [[nodiscard]] notes::Content content(const std::string& words) const {
    notes::Content content;
    content.facts = "Deux vendeurs au bloc quatre " + words;
    content.assessment = "Sans doute la reprise " + words;
    content.sector = sector;
    content.window = {{clock.now().utc_ms - hour_ms}, clock.now()};
    content.evaluation = *notes::make_evaluation(notes::Scale::letters_and_digits, "B2");
    content.assertions = {{notes::AssertionKind::lookouts, 2, 2, ""}};
    return content;
  }
  // Shared with the customs and the gendarmerie.
  [[nodiscard]] notes::NewNote new_note(const std::string& words) const {
    notes::NewNote wanted;
    wanted.content = content(words);
    wanted.marking =
        notes::first_marking(notes::Channel::patrol, port.id, services[0], {services[0], services[1], services[2]});
    return wanted;
  }
  std::string add(const notes::NewNote& wanted, const access::Person& by) {
    const auto added = notes->add(port, wanted, as(by));
    EXPECT_TRUE(added) << (added ? "" : added.error().message.en + added.error().field);
    return added ? added->code : "";
  }
  std::string add_note(const std::string& words = "zqxalpha") { return add(new_note(words), analyst); }

  // With everything that can hang on a note: an older text, steps, an enrichment, an attachment, a request, links,
  // looks.
  std::string add_whole_note(const std::string& word) {
    const auto code = add(new_note(word + "un"), analyst);
    EXPECT_TRUE(notes->revise(port, code, 1, content(word + "deux"), as(analyst)));
    EXPECT_TRUE(notes->take_step(port, code, {.step = notes::Step::take_up}, as(analyst)));
    EXPECT_TRUE(notes->take_step(port, code, {.step = notes::Step::set_aside, .reason = "sans suite " + word + "trois"},
                                 as(analyst)));
    clock.advance_ms(1000);
    EXPECT_TRUE(
        notes->enrich(port, code, {notes::AdditionKind::sighting, content(word + "quatre"), {}, {}}, as(customs)));
    notes::NoteAttachments attachments(database(), *access, *recorder, chance);
    const auto attached = attachments.add(port, code, {"image/png", "PNG" + word + "cinq", {}}, as(analyst));
    EXPECT_TRUE(attached);
    if (attached) EXPECT_TRUE(attachments.open(port, code, *attached, notes::AttachmentUse::shown, as(customs)));
    ask_about(code, word + "six");
    EXPECT_TRUE(notes->find(port, code, as(customs)));
    EXPECT_TRUE(notes->list(port, {}, {}, as(gendarme)));
    post_links(code);
    return code;
  }
  void ask_about(const std::string& code, const std::string& words) {
    const auto readable = access->readable(*database().read(), as(analyst).viewer);
    auto tx = database().write();
    const auto id = notes::find_note_id(*tx, port.id, code, *readable, {});
    ASSERT_TRUE(id);
    notes::NewRequest wanted;
    wanted.asked = services[1];
    wanted.about = notes::AboutNote{code, access::load_marking(*tx, notes::load_extent(*tx, *id)->marking)};
    wanted.text = "Avez-vous vu " + words;
    wanted.legal_basis = "protocole local du 3 mars 2026";
    const auto asked = notes::ask(*tx, port.id, *clock::TimeZone::open("Europe/Paris"), wanted, as(analyst), chance);
    ASSERT_TRUE(asked) << asked.error().message.en << asked.error().field;
    tx->commit();
  }
  void post_links(const std::string& code) {
    const auto note = extent(code);
    ASSERT_TRUE(note);
    auto tx = database().write();
    const auto selector = sharing::normalised(sharing::SelectorKind::product_hours, "cannabis 18h-22h").value();
    ASSERT_TRUE(sharing::post(*tx, port.id, {sharing::ObjectKind::note, note->id.value}, note->marking, {&selector, 1},
                              clock.now()));
    for (const auto& addition : note->additions)
      ASSERT_TRUE(sharing::post(*tx, port.id, {sharing::ObjectKind::sighting, addition.row}, addition.marking,
                                {&selector, 1}, clock.now()));
    tx->commit();
  }

  // Whatever its marking: the test's own eyes.
  std::optional<notes::NoteExtent> extent(const std::string& code) {
    auto snapshot = database().read();
    std::vector<MarkingId> all;
    for (const auto& marking : access::load_markings(*snapshot, {})) all.push_back(marking.id);
    const auto id = notes::find_note_id(*snapshot, port.id, code, access::Readable(all), {});
    return id ? notes::load_extent(*snapshot, *id) : std::nullopt;
  }
  bool can_read(const std::string& code, const access::Person& person) {
    return notes->find(port, code, as(person)).has_value();
  }

  // Where a word still stands: files of the database on SQLite, text columns of every table on PostgreSQL.
  std::vector<std::string> traces_of(const std::string& word) {
    std::vector<std::string> traces;
    if (database().dialect() == database::Dialect::sqlite) {
      const std::string path = url().substr(std::string_view("sqlite:").size());
      for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
        std::ifstream file(path + suffix, std::ios::binary);
        const std::string bytes((std::istreambuf_iterator<char>(file)), {});
        if (bytes.find(word) != std::string::npos) traces.push_back("file" + std::string(suffix));
      }
      return traces;
    }
    auto snapshot = database().read();
    std::vector<std::array<std::string, 3>> columns;
    {
      auto rows = snapshot->query(
          "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = "
          "current_schema() AND data_type IN ('text', 'bytea')");
      while (rows->next())
        columns.push_back({std::string(rows->text(0)), std::string(rows->text(1)), std::string(rows->text(2))});
    }
    for (const auto& [table, column, type] : columns) {
      const std::string bytes = type == "bytea" ? column : "convert_to(" + column + ", 'UTF8')";
      auto rows = snapshot->query(
          "SELECT COUNT(*) FROM " + table + " WHERE position(convert_to(?, 'UTF8') IN " + bytes + ") > 0", {word});
      rows->next();
      if (rows->integer(0) > 0) traces.push_back(table + "." + column);
    }
    return traces;
  }
  [[nodiscard]] bool log_is_sound() {
    const auto report = audit::verify(*database().read(), {}, [](double) {});
    for (const auto& fault : report.faults) ADD_FAILURE() << fault.where << ": " << fault.what.en;
    return report.is_sound();
  }

  testing::TemporaryFolder folder;
  testing::ManualClock clock{{start_ms}};
  testing::FixedChance chance{1};
  territory::Territory port;
  SectorId sector;
  std::vector<ServiceId> services;
  access::Person analyst;
  access::Person customs;
  access::Person gendarme;
  access::Person prosecutor;
  std::unique_ptr<audit::CheckpointSigner> signer;
  std::unique_ptr<Eraser> eraser;
  std::unique_ptr<audit::Recorder> recorder;
  std::unique_ptr<access::Access> access;
  std::unique_ptr<notes::Notes> notes;
  std::unique_ptr<Retention> retention;
};

}  // namespace quadrille::retention
