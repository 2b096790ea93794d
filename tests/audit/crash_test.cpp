// Kill -9 at random instants under load: no acknowledged act is missing afterwards, and the tree is sound.

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <thread>

#include "base/random.h"
#include "services/audit/checkpoint.h"
#include "services/audit/recorder.h"
#include "services/audit/verification.h"
#include "testing/databases.h"
#include "testing/fake_host.h"

namespace quadrille::audit {
namespace {

class AuditCrash : public testing::DatabaseTest {};

Act numbered(std::int64_t number) { return {.actor = "person:1", .subject = "note", .object = Object("note", number)}; }

// Readers through the Recorder, writers in transactions of their own (one act, or a batch), checkpoints signed
// meanwhile; each acknowledged number goes into the pipe.
[[noreturn]] void load(const std::string& url, const std::filesystem::path& key, std::int64_t base, int out) {
  auto database = database::open_database(url).value();
  const testing::ManualClock clock({1'800'000'000'000});
  Recorder recorder(*database, clock);
  const auto acknowledge = [out](std::int64_t number) {
    if (write(out, &number, sizeof number) != sizeof number) _exit(1);
  };
  std::vector<std::jthread> threads;
  for (std::int64_t t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (std::int64_t i = 0;; ++i) {
        const std::int64_t number = base + t * 100'000 + i;
        recorder.record(numbered(number));
        acknowledge(number);
      }
    });
  for (std::int64_t t = 4; t < 6; ++t)
    threads.emplace_back([&, t] {
      for (std::int64_t i = 0;; i += 60) {
        std::vector<Occurrence> batch;
        for (std::int64_t j = 0; j < (t == 4 ? 60 : 1); ++j)
          batch.push_back({numbered(base + t * 100'000 + i + j), {j}});
        auto tx = database->write();
        record(*tx, batch);
        tx->commit();
        for (const auto& one : batch) acknowledge(one.act.object->id);
      }
    });
  auto signer = CheckpointSigner::open(key, *database, clock).value();
  for (;;)
    if (!signer->checkpoint()) _exit(2);
}

TEST_P(AuditCrash, no_acknowledged_act_is_lost_and_the_tree_stays_sound) {
  database::migrate(database(), migrations());
  const testing::TemporaryFolder folder;
  Random random(Seed{9}, 0);
  std::set<std::int64_t> acknowledged;
  for (int round = 0; round < 6; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      close(ends[0]);
      load(url(), folder.path() / "audit.key", (round + 1) * 10'000'000, ends[1]);
    }
    close(ends[1]);
    const std::size_t enough = acknowledged.size() + 20 + random.next_below(400);
    std::int64_t number = 0;
    while (acknowledged.size() < enough && read(ends[0], &number, sizeof number) == sizeof number)
      acknowledged.insert(number);
    kill(child, SIGKILL);
    while (read(ends[0], &number, sizeof number) == sizeof number) acknowledged.insert(number);
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "the child ended by itself";
    // The next writer may have to wait until the server has noticed that the child is gone.
    database().write()->commit();
    auto snapshot = database().read();
    const auto report = verify(*snapshot, {}, [](double) {});
    ASSERT_TRUE(report.is_sound()) << report.faults.front().where << ": " << report.faults.front().what.en;
    std::set<std::int64_t> recorded;
    for (std::optional<std::int64_t> before;;) {
      const auto page = list(*snapshot, before, 1000);
      for (const auto& entry : page)
        if (entry.act.object && entry.act.object->kind == "note") recorded.insert(entry.act.object->id);
      if (page.empty()) break;
      before = page.back().position;
    }
    for (const auto one : acknowledged) ASSERT_TRUE(recorded.contains(one)) << "acknowledged and lost: " << one;
  }
  EXPECT_GT(acknowledged.size(), 120U);
}

INSTANTIATE_TEST_SUITE_P(Databases, AuditCrash, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::audit
