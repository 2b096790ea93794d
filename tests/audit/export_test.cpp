// The exported files, read by the separate verifier (verifier/), a program that shares no code with the one that wrote
// them.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <fstream>
#include <sstream>

#include "base/random.h"
#include "services/audit/checkpoint.h"
#include "services/audit/search.h"
#include "services/audit/tiles.h"
#include "testing/databases.h"
#include "testing/fake_host.h"

namespace quadrille::audit {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}
void write(const fs::path& path, std::string_view bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

struct Answer {
  int code = -1;
  std::string words;
};
Answer ask_verifier(const std::string& arguments) {
  FILE* pipe = ::popen((std::string(QUADRILLE_VERIFY) + " --lang en " + arguments + " 2>&1").c_str(), "r");
  Answer answer;
  std::array<char, 4096> buffer{};
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe))
    answer.words.append(buffer.data(), got);
  const int status = ::pclose(pipe);
  answer.code = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + status;
  return answer;
}

class ExportedLog : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = database::open_database("sqlite:" + (folder_.path() / "log.db").string()).value();
    database::migrate(*database_, migrations());
    signer_ =
        CheckpointSigner::open(folder_.path() / "audit.key", *database_, clock_, "log.example/test", chance_).value();
    key_ = format_key(signer_->verifier());
    grow(300);
    older_ = signer_->checkpoint().value();
    write(folder_.path() / "older", older_);
    (void)signer_->rotate("local:test").value();
    grow(400);
    export_log();
  }
  // Three levels of tiles.
  void make_big() {
    std::filesystem::remove_all(log());
    grow(65'600);
    export_log();
  }
  void grow(std::int64_t count) {
    std::vector<Occurrence> more;
    for (std::int64_t i = 0; i < count; ++i)
      more.push_back(
          {{.actor = "person:3", .subject = "note", .purpose = "dossier 12", .object = Object("note", i % 10)},
           {1'700'000'000'000 + i}});
    auto tx = database_->write();
    record(*tx, more, chance_);
    tx->commit();
  }
  void export_log() {
    checkpoint_ = signer_->checkpoint().value();
    auto snapshot = database_->read();
    const auto size = parse_checkpoint(parse_note(checkpoint_)->text)->size;
    visit_tiles(
        *snapshot, size,
        [this](const TileName& name, const crypto::Bytes& bytes) {
          write(log() / format_tile_name(name), crypto::text_of(bytes));
        },
        [](double) {});
    const auto keys = log_keys(*snapshot);
    for (std::size_t i = 0; i < keys.size(); ++i)
      write(log() / "key" / std::to_string(i), i == 0 ? format_key(keys[0].verifier) + "\n" : keys[i].endorsement);
    write(log() / "checkpoint", checkpoint_);
  }
  fs::path log() const { return folder_.path() / "export"; }
  std::string arguments() const { return log().string() + " --key " + key_; }
  void expect_found(const std::string& what) {
    const auto answer = ask_verifier(arguments());
    EXPECT_EQ(answer.code, 1) << what << "\n" << answer.words;
  }

  testing::TemporaryFolder folder_;
  testing::ManualClock clock_{{1'800'000'000'000}};
  testing::FixedChance chance_{12};
  std::unique_ptr<database::Database> database_;
  std::unique_ptr<CheckpointSigner> signer_;
  std::string key_;
  std::string older_;
  std::string checkpoint_;
};

TEST_F(ExportedLog, is_sound_to_the_separate_verifier) {
  make_big();
  const auto answer = ask_verifier(arguments() + " --checkpoint " + (folder_.path() / "older").string());
  EXPECT_EQ(answer.code, 0) << answer.words;
  EXPECT_NE(answer.words.find("66302 entries"), std::string::npos) << answer.words;
  EXPECT_NE(answer.words.find("extends the checkpoint of 301"), std::string::npos) << answer.words;
  // Exported again into the same folder after it grew: the parts of before may stay.
  grow(500);
  export_log();
  EXPECT_EQ(ask_verifier(arguments()).code, 0) << ask_verifier(arguments()).words;
}

TEST_F(ExportedLog, proves_entries_and_what_they_say) {
  make_big();
  auto snapshot = database_->read();
  for (const std::int64_t index : {0, 255, 256, 300, 65'535, 65'536, 66'301}) {
    const auto opened = open_entry(*snapshot, index).value();
    write(folder_.path() / "proof", proof_text(*snapshot, index, checkpoint_));
    write(folder_.path() / "value", opened.fields[2].value);
    ASSERT_EQ(opened.fields[2].field, Field::purpose);
    const std::string open =
        " --open purpose " + crypto::to_hex(opened.fields[2].key) + " " + (folder_.path() / "value").string();
    auto answer = ask_verifier(arguments() + " --entry " + std::to_string(index) + open);
    EXPECT_EQ(answer.code, 0) << answer.words;
    const std::string proof =
        "--proof " + (folder_.path() / "proof").string() + " --key " + format_key(signer_->verifier());
    answer = ask_verifier(proof + open);
    EXPECT_EQ(answer.code, 0) << answer.words;
    write(folder_.path() / "value", "something else");
    EXPECT_EQ(ask_verifier(proof + open).code, 1);
  }
  // Every character of a proof counts.
  const std::string proof = proof_text(*snapshot, 70, checkpoint_);
  for (std::size_t i = 0; i < proof.size(); i += 13) {
    std::string bad = proof;
    bad[i] = bad[i] == 'A' ? 'B' : 'A';
    write(folder_.path() / "proof", bad);
    EXPECT_EQ(
        ask_verifier("--proof " + (folder_.path() / "proof").string() + " --key " + format_key(signer_->verifier()))
            .code,
        1)
        << i;
  }
}

TEST_F(ExportedLog, every_byte_of_what_is_signed_and_of_the_highest_tile_is_held) {
  std::vector<fs::path> small{log() / "checkpoint", log() / "key/0", log() / "key/1", log() / "tile/1/000.p/2"};
  for (const auto& path : small) {
    const std::string good = read(path);
    for (std::size_t i = 0; i < good.size(); ++i) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ 1);
      write(path, bad);
      expect_found(path.string() + " byte " + std::to_string(i));
    }
    write(path, good);
  }
}

TEST_F(ExportedLog, files_cut_lengthened_swapped_missing_or_too_many_are_found) {
  Random random(Seed{3}, 0);
  const std::vector<const char*> names{"tile/entries/000",
                                       "tile/entries/002.p/190",
                                       "tile/0/001",
                                       "tile/0/002.p/190",
                                       "tile/1/000.p/2",
                                       "checkpoint",
                                       "key/0"};
  for (const char* name : names) {
    const fs::path path = log() / name;
    const std::string good = read(path);
    ASSERT_FALSE(good.empty()) << name;
    const auto with = [&](const std::string& bad, const char* what) {
      write(path, bad);
      expect_found(std::string(name) + " " + what);
    };
    with("", "emptied");
    with(good.substr(0, good.size() - 1), "cut");
    with(good + '\0', "lengthened");
    with(good + good, "doubled");
    for (int i = 0; i < 4; ++i) {
      std::string bad = good;
      const auto at = random.next_below(static_cast<std::uint32_t>(good.size()));
      bad[at] = static_cast<char>(bad[at] ^ (1 << random.next_below(8)));
      with(bad, "flipped");
    }
    fs::remove(path);
    expect_found(std::string(name) + " removed");
    write(path, good);
  }
  // Two entries of one bundle in each other's place; two bundles; a day later.
  const fs::path bundle = log() / "tile/entries/000";
  const std::string good = read(bundle);
  write(bundle, good.substr(204, 204) + good.substr(0, 204) + good.substr(408));
  expect_found("two entries swapped");
  std::string dated = good;
  dated[2 + 5] = static_cast<char>(dated[2 + 5] + 1);
  write(bundle, dated);
  expect_found("re-dated");
  write(bundle, read(log() / "tile/entries/001"));
  expect_found("another bundle");
  write(bundle, good);
  write(log() / "tile/0/300", read(log() / "tile/0/000"));
  expect_found("a tile too many");
  fs::remove(log() / "tile/0/300");
  write(log() / "tile/entries/002.p/10", "garbage");
  expect_found("a part that never was");
  fs::remove(log() / "tile/entries/002.p/10");
  EXPECT_EQ(ask_verifier(arguments()).code, 0);
}

TEST_F(ExportedLog, a_forged_signature_another_key_and_a_rolled_back_log_are_found) {
  const SignerKey other("log.example/test", crypto::make_signing_key(chance_));
  const auto text = parse_note(checkpoint_)->text;
  write(log() / "checkpoint", sign_note(text, {&other, 1}));
  expect_found("another key");
  write(log() / "checkpoint", checkpoint_);
  EXPECT_EQ(ask_verifier(log().string() + " --key " + format_key(other.verifier())).code, 1);
  // The whole of an older state, truly signed: only the newer checkpoint that someone kept tells.
  write(folder_.path() / "newer", checkpoint_);
  fs::remove_all(log());
  auto snapshot = database_->read();
  visit_tiles(
      *snapshot, 301,
      [this](const TileName& name, const crypto::Bytes& bytes) {
        write(log() / format_tile_name(name), crypto::text_of(bytes));
      },
      [](double) {});
  write(log() / "key/0", key_ + "\n");
  write(log() / "key/1", log_keys(*snapshot)[1].endorsement);
  write(log() / "checkpoint", older_);
  EXPECT_EQ(ask_verifier(arguments()).code, 0) << ask_verifier(arguments()).words;
  EXPECT_EQ(ask_verifier(arguments() + " --checkpoint " + (folder_.path() / "newer").string()).code, 1);
}

TEST_F(ExportedLog, a_wrong_question_is_told_apart_from_a_wrong_log) {
  for (const std::string& words :
       {std::string(), log().string(), "--key " + key_, log().string() + " --key nonsense", arguments() + " --entry x",
        arguments() + " --entry 99999999", arguments() + " --unknown"})
    EXPECT_EQ(ask_verifier(words).code, 2) << words;
}

}  // namespace
}  // namespace quadrille::audit
