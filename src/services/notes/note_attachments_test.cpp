#include "services/notes/note_attachments.h"

#include <gtest/gtest.h>

#include "services/audit/audit.h"
#include "services/facts/facts.h"
#include "services/notes/notes.h"
#include "services/notes/reception.h"
#include "services/notes/request_desk.h"
#include "testing/databases.h"
#include "testing/fake_host.h"

namespace quadrille::notes {
namespace {

constexpr std::int64_t start_ms = 1'792'800'000'000;
constexpr std::int64_t hour_ms = 3'600'000;

geojson::AreaFeature square(const char* code) {
  const auto at = [](double lon, double lat) { return *LonLat::checked(lon, lat); };
  geojson::AreaFeature area;
  area.properties = {{"code", code}, {"name", code}};
  area.shape = {{{at(5.36, 43.29), at(5.37, 43.29), at(5.37, 43.3), at(5.36, 43.3), at(5.36, 43.29)}, {}}};
  return area;
}

class NoteAttachmentStore : public testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    for (const auto steps : {audit::migrations(), access::migrations(), territory::migrations(), facts::migrations(),
                             migrations(), attachment_migrations(), request_migrations()})
      database::migrate(database(), steps);
    auto tx = database().write();
    const territory::By by{"test", {start_ms}};
    (void)territory::create(*tx, {"port", "Port", 2154, "Europe/Paris", true, same_text("")}, by).value();
    port = territory::find(*tx, "port").value();
    (void)territory::add_sectors(*tx, port, {{square("A")}, "name", "code", 1}, by).value();
    sector = territory::load_sectors(*tx, port.id).front().id;
    for (const char* code : {"police", "douane", "parquet"})
      services.push_back(territory::add_service(*tx, port, code, code, by).value());
    tx->commit();
    recorder.emplace(database(), clock, chance);
  }
  access::Asker officer(std::int64_t id, std::size_t service) {
    access::Viewer viewer;
    viewer.person = {id};
    viewer.login = "agent" + std::to_string(id);
    viewer.standings = {{port.id, services[service], {access::Role::analyst}, access::Sensitivity::confidential}};
    return {viewer, "suivi", "", clock.now()};
  }
  std::string note_of(const access::Asker& author, Channel channel = Channel::patrol,
                      access::Handling handling = access::Handling::h0) {
    Notes notes(database(), access, *recorder, chance);
    NewNote wanted;
    wanted.channel = channel;
    wanted.content.facts = "Deux vendeurs au pied du bloc 4";
    wanted.content.sector = sector;
    wanted.content.window = {{start_ms - hour_ms}, {start_ms}};
    wanted.content.evaluation = *make_evaluation(Scale::letters_and_digits, "B2");
    wanted.marking = first_marking(channel, port.id, services[0], {services[0], services[1]});
    wanted.marking.handling = handling;
    const auto added = notes.add(port, wanted, author);
    EXPECT_TRUE(added) << (added ? "" : added.error().message.en);
    return added ? added->code : "";
  }
  NoteAttachments attachments() { return {database(), access, *recorder, chance}; }
  audit::Act last() { return audit::list(*database().read(), {}, 1).front().act; }

  const CleanFile photograph{"image/png", "pixels", {"EXIF"}};
  const CleanFile document{"application/pdf", "%PDF-1.5", {}};
  testing::ManualClock clock{{start_ms}};
  testing::FixedChance chance{6};
  access::Access access;
  std::optional<audit::Recorder> recorder;
  territory::Territory port;
  SectorId sector;
  std::vector<ServiceId> services;
};

TEST_P(NoteAttachmentStore, who_reads_the_note_sees_its_attachments_and_for_others_there_is_no_note) {
  const auto author = officer(1, 0);
  const auto note = note_of(author);
  const auto code = attachments().add(port, note, photograph, author).value();
  const auto reader = officer(2, 1);
  ASSERT_EQ(attachments().list(port, note, reader)->size(), 1U);
  EXPECT_EQ(last().outcome, "rows=1");
  EXPECT_EQ(attachments().open(port, note, code, AttachmentUse::shown, reader)->bytes, "pixels");
  EXPECT_EQ(last().outcome, "shown");
  EXPECT_EQ(last().purpose, "suivi");
  EXPECT_EQ(attachments().open(port, note, "aaaaaaaaaaaaaaaa", AttachmentUse::shown, reader).error().kind,
            ErrorKind::not_found);
  const auto stranger = officer(3, 2);
  EXPECT_EQ(attachments().list(port, note, stranger).error(),
            attachments().list(port, "aaaaaaaaaaaaaaaa", stranger).error());
  EXPECT_EQ(last().outcome, "empty");
  EXPECT_EQ(attachments().open(port, note, code, AttachmentUse::shown, stranger).error(),
            attachments().open(port, "aaaaaaaaaaaaaaaa", code, AttachmentUse::shown, stranger).error());
  EXPECT_EQ(attachments().add(port, note, photograph, stranger).error(),
            attachments().add(port, "aaaaaaaaaaaaaaaa", photograph, stranger).error());
}

TEST_P(NoteAttachmentStore, only_the_author_and_their_service_add_and_remove) {
  const auto author = officer(1, 0);
  const auto note = note_of(author);
  EXPECT_EQ(attachments().add(port, note, photograph, officer(2, 1)).error().kind, ErrorKind::forbidden);
  const auto code = attachments().add(port, note, photograph, officer(4, 0)).value();
  EXPECT_FALSE(attachments().remove(port, note, code, officer(2, 1)));
  EXPECT_TRUE(attachments().remove(port, note, code, author));
  EXPECT_TRUE(attachments().list(port, note, author)->empty());
  EXPECT_FALSE(attachments().remove(port, note, code, author));
}

TEST_P(NoteAttachmentStore, a_photograph_of_a_residents_report_is_for_its_author_alone_until_somebody_verifies_it) {
  const auto author = officer(1, 0);
  const auto note = note_of(author, Channel::resident);
  const auto code = attachments().add(port, note, photograph, author).value();
  EXPECT_EQ(attachments().list(port, note, author)->size(), 1U);
  EXPECT_TRUE(attachments().list(port, note, officer(4, 0))->empty());
  EXPECT_EQ(attachments().open(port, note, code, AttachmentUse::shown, officer(4, 0)).error().field, "attachment");
}

TEST_P(NoteAttachmentStore, a_handling_code_holds_what_it_says_at_every_way_out) {
  const auto author = officer(1, 0);
  const auto note = note_of(author, Channel::patrol, access::Handling::h3);
  const auto picture = attachments().add(port, note, photograph, author).value();
  const auto paper = attachments().add(port, note, document, author).value();
  EXPECT_TRUE(attachments().open(port, note, picture, AttachmentUse::shown, author));
  EXPECT_EQ(attachments().open(port, note, picture, AttachmentUse::taken, author).error().field, "handling");
  EXPECT_EQ(last().outcome, "refused");
  EXPECT_EQ(attachments().open(port, note, paper, AttachmentUse::shown, author).error().field, "handling");
  auto program = author;
  program.viewer.limited_to = {access::Capability::read_notes};
  EXPECT_EQ(attachments().open(port, note, picture, AttachmentUse::shown, program).error().field, "handling");
}

TEST_P(NoteAttachmentStore, a_request_about_a_note_takes_its_conditions_and_needs_its_reading) {
  const auto author = officer(1, 0);
  const auto note = note_of(author);
  RequestDesk desk(database(), access, *recorder, chance);
  const auto about = desk.note_coded(port, note, author);
  ASSERT_TRUE(about);
  EXPECT_EQ(about->marking.originator, services[0]);
  EXPECT_EQ(desk.note_coded(port, note, officer(3, 2)).error(),
            desk.note_coded(port, "aaaaaaaaaaaaaaaa", officer(3, 2)).error());
  NewRequest wanted;
  wanted.about = *about;
  wanted.text = "Avez-vous vu la même équipe ?";
  wanted.legal_basis = "CSI L. 132-5";
  wanted.asked = services[2];
  EXPECT_EQ(desk.ask(port, wanted, author).error().field, "about");  // the note was not given to them
  wanted.asked = services[1];
  const auto code = desk.ask(port, wanted, author);
  ASSERT_TRUE(code) << code.error().message.en;
  EXPECT_EQ(desk.find(port, *code, officer(2, 1))->request.about, note);
  EXPECT_EQ(desk.list(port, {.note = note}, 10, "", officer(2, 1))->requests.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Databases, NoteAttachmentStore, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::notes
