#include "services/notes/attachments.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/random.h"
#include "host/crypto/digest.h"
#include "services/audit/audit.h"
#include "testing/databases.h"
#include "testing/fake_host.h"
#include "testing/golden.h"

namespace quadrille::notes {
namespace {

// The corpora of the fuzz harnesses are real files, small.
std::string corpus(const std::string& name) {
  std::ifstream file(testing::source_folder() / "fuzz" / "corpus" / name, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  EXPECT_FALSE(bytes.str().empty()) << name;
  return bytes.str();
}

std::string field_of(std::string_view name, std::string_view bytes) {
  const auto cleaned = clean_file(name, bytes);
  if (cleaned) return "accepted";
  EXPECT_FALSE(cleaned.error().message.fr.empty());
  return cleaned.error().field;
}

TEST(CleanFile, the_kind_is_told_by_content_and_the_name_must_not_say_another) {
  EXPECT_EQ(clean_file("IMG_2041.JPG", corpus("image/phone.jpg"))->media_type, "image/jpeg");
  EXPECT_EQ(clean_file("", corpus("image/meta.png"))->media_type, "image/png");
  EXPECT_EQ(clean_file("photo", corpus("image/meta.webp"))->media_type, "image/webp");
  EXPECT_EQ(clean_file("plan.pdf", corpus("pdf/stream.pdf"))->media_type, "application/pdf");
  EXPECT_EQ(field_of("photo.png", corpus("image/phone.jpg")), "name");
  EXPECT_EQ(field_of("photo.jpg.exe", corpus("image/phone.jpg")), "name");
  EXPECT_EQ(field_of("plan.jpg", corpus("pdf/plain.pdf")), "name");
}

TEST(CleanFile, what_is_empty_broken_dangerous_or_too_large_is_refused_by_field) {
  EXPECT_EQ(field_of("a.jpg", ""), "file");
  EXPECT_EQ(field_of("a.gif", "GIF89a"), "file");
  EXPECT_EQ(field_of("a.svg", "<svg onload='alert(1)'/>"), "file");
  EXPECT_EQ(field_of("a.jpg", corpus("image/phone.jpg").substr(0, 300)), "file");
  EXPECT_EQ(field_of("a.pdf", corpus("pdf/script.pdf")), "file");
  EXPECT_EQ(field_of("a.pdf", corpus("pdf/hidden.pdf")), "file");
  const auto large = clean_file("a.jpg", std::string(attachment_bytes_max + 1, 'x'));
  EXPECT_EQ(large.error().kind, ErrorKind::too_large);
}

TEST(CleanFile, a_photograph_says_what_was_left_out_of_it) {
  const auto file = *clean_file("x.jpg", corpus("image/phone.jpg"));
  EXPECT_EQ(file.removed, (std::vector<std::string>{"EXIF", "XMP", "comment", "data after the end"}));
  EXPECT_EQ(file.bytes.find("adobe.com"), std::string::npos);
}

class AttachmentStore : public testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    database::migrate(database(), audit::migrations());
    database::migrate(database(), attachment_migrations());
  }
  Result<std::string> attached(NoteId note, const CleanFile& file) {
    auto tx = database().write();
    auto code = attach(*tx, note, {1}, {2}, file, asker, chance);
    if (code) tx->commit();
    return code;
  }
  testing::FixedChance chance{5};
  const access::Asker asker = [] {
    access::Asker by;
    by.viewer.person = {7};
    by.purpose = "suivi du hall 3";
    by.at = {1000};
    return by;
  }();
};

TEST_P(AttachmentStore, what_is_attached_comes_back_byte_for_byte_with_its_digest_and_only_from_its_note) {
  const auto file = *clean_file("x.jpg", corpus("image/phone.jpg"));
  const auto code = *attached({1}, file);
  const auto found = find_attachment(*database().read(), {1}, code);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->bytes, file.bytes);
  EXPECT_EQ(found->attachment.sha256, crypto::sha256_hex(file.bytes));
  EXPECT_EQ(found->attachment.removed, file.removed);
  EXPECT_EQ(found->attachment.person, PersonId{7});
  EXPECT_EQ(found->attachment.service, ServiceId{2});
  EXPECT_EQ(file_name_of(found->attachment), "piece-" + code + ".jpg");
  EXPECT_FALSE(find_attachment(*database().read(), {2}, code));
  EXPECT_FALSE(find_attachment(*database().read(), {1}, "aaaaaaaaaaaaaaaa"));
  EXPECT_TRUE(attachments_of(*database().read(), {2}).empty());
  ASSERT_EQ(attachments_of(*database().read(), {1}).size(), 1U);
  const auto entries = audit::list(*database().read(), {}, 5);
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].act.action, audit::Action::collection);
  EXPECT_EQ(entries[0].act.purpose, "suivi du hall 3");
  EXPECT_NE(entries[0].act.details.find(found->attachment.sha256), std::string::npos);
}

TEST_P(AttachmentStore, a_note_has_so_many_and_so_much_and_no_more) {
  const auto small = *clean_file("x.png", corpus("image/plain.png"));
  for (int i = 0; i < attachments_max; ++i) ASSERT_TRUE(attached({1}, small));
  EXPECT_EQ(attached({1}, small).error().kind, ErrorKind::conflict);
  const CleanFile large{"image/jpeg", std::string(attachment_bytes_max, 'x'), {}};
  for (std::size_t i = 0; i < attachments_bytes_max / attachment_bytes_max; ++i) ASSERT_TRUE(attached({2}, large));
  EXPECT_EQ(attached({2}, small).error().kind, ErrorKind::too_large);
  EXPECT_EQ(attachments_of(*database().read(), {2}).size(), attachments_bytes_max / attachment_bytes_max);
}

TEST_P(AttachmentStore, erasing_a_note_takes_its_attachments_and_no_others) {
  Random random(Seed{4}, 0);
  const auto file = *clean_file("x.png", corpus("image/plain.png"));
  std::map<std::int64_t, std::int64_t> counts;
  for (int i = 0; i < 40; ++i) {
    const NoteId note{static_cast<std::int64_t>(1 + random.next_below(8))};
    if (attached(note, file)) ++counts[note.value];
  }
  const auto one = attachments_of(*database().read(), {3}).front().code;
  {
    auto tx = database().write();
    EXPECT_FALSE(detach(*tx, {4}, {1}, one, asker));
    EXPECT_TRUE(detach(*tx, {3}, {1}, one, asker));
    --counts[3];
    EXPECT_EQ(erase_attachments(*tx, {5}), counts[5]);
    counts[5] = 0;
    tx->commit();
  }
  for (const auto& [note, count] : counts)
    EXPECT_EQ(static_cast<std::int64_t>(attachments_of(*database().read(), {note}).size()), count);
  EXPECT_EQ(audit::list(*database().read(), {}, 1)[0].act.action, audit::Action::erasure);
}

TEST_P(AttachmentStore, bytes_that_changed_behind_its_back_are_not_given_out) {
  const auto code = *attached({1}, *clean_file("x.png", corpus("image/plain.png")));
  {
    auto tx = database().write();
    tx->execute("UPDATE note_attachment SET bytes = ?", {database::Bytes{1, 2, 3}});
    tx->commit();
  }
  EXPECT_THROW((void)find_attachment(*database().read(), {1}, code), database::DatabaseError);
}

TEST_P(AttachmentStore, a_failing_write_keeps_neither_bytes_nor_log) {
  const auto file = *clean_file("x.png", corpus("image/plain.png"));
  testing::FailingDatabase counting(database(), 0);
  {
    auto tx = counting.write();
    ASSERT_TRUE(attach(*tx, {1}, {1}, {2}, file, asker, chance));
  }
  for (std::int64_t n = 1; n <= counting.writes(); ++n) {
    testing::FailingDatabase failing(database(), n);
    EXPECT_THROW(
        {
          auto tx = failing.write();
          (void)attach(*tx, {1}, {1}, {2}, file, asker, chance);
          tx->commit();
        },
        database::DatabaseError);
  }
  EXPECT_TRUE(attachments_of(*database().read(), {1}).empty());
  EXPECT_TRUE(audit::list(*database().read(), {}, 5).empty());
}

TEST(AttachmentExit, a_photograph_is_shown_on_the_screen_and_everything_else_is_an_export) {
  Attachment photograph;
  photograph.media_type = "image/png";
  Attachment document;
  document.media_type = "application/pdf";
  access::Viewer viewer;
  EXPECT_EQ(exit_of(photograph, AttachmentUse::shown, viewer), access::Exit::screen);
  EXPECT_EQ(exit_of(photograph, AttachmentUse::taken, viewer), access::Exit::export_file);
  EXPECT_EQ(exit_of(document, AttachmentUse::shown, viewer), access::Exit::export_file);
  viewer.limited_to.emplace();
  EXPECT_EQ(exit_of(photograph, AttachmentUse::shown, viewer), access::Exit::api_client);
}

INSTANTIATE_TEST_SUITE_P(Databases, AttachmentStore, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::notes
