#include "edge/api/jobs.h"

#include <gtest/gtest.h>

#include <latch>
#include <stdexcept>

#include "edge/api/picture_cache.h"
#include "testing/databases.h"
#include "testing/fake_host.h"

namespace quadrille::api {
namespace {

// Long enough never to be waited out: every wait here ends because something happened.
constexpr double for_ever = 600;

const JobOwner port{"port", "ada"};
const JobOwner sf{"sf", "ada"};

// Work whose start is seen and whose end is decided by the test.
class Gate {
 public:
  Jobs::Work work() {
    return [this](Jobs::Handle& handle) -> Result<void> {
      handle.show([this] { return share.load(); });
      handle.when_cancelled([this] {
        ++cancels;
        open();
      });
      begun.count_down();
      std::unique_lock lock(mutex_);
      gate_.wait(lock, [&] { return is_open_; });
      return outcome;
    };
  }
  void open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    gate_.notify_all();
  }

  std::latch begun{1};
  std::atomic<double> share{0};
  std::atomic<int> cancels{0};
  Result<void> outcome;

 private:
  std::mutex mutex_;
  std::condition_variable gate_;
  bool is_open_ = false;
};

struct JobsTest : ::testing::Test {
  testing::ManualClock clock{{0}};
  Gate gate;  // outlives the jobs
  Jobs jobs{clock, 1};
};

TEST_F(JobsTest, a_job_waits_runs_and_is_done) {
  const auto started = jobs.start(JobKind::picture, port, gate.work());
  ASSERT_TRUE(started);
  EXPECT_EQ(started->id, 1);
  gate.begun.wait();
  EXPECT_EQ(jobs.find(port, 1, 0)->state, JobState::running);
  gate.open();
  const auto ended = jobs.find(port, 1, for_ever);
  EXPECT_EQ(ended->state, JobState::done);
  EXPECT_EQ(ended->share_done, 1);
  EXPECT_FALSE(ended->seconds_left);
  EXPECT_EQ(gate.cancels, 0);
}

TEST_F(JobsTest, its_share_stays_in_bounds_never_falls_and_tells_the_time_left) {
  (void)*jobs.start(JobKind::picture, port, gate.work());
  gate.begun.wait();
  clock.advance_ms(10'000);
  double last = 0;
  for (const double said : {-1.0, 0.01, 0.25, 0.1, 0.5, 7.0, 0.2}) {
    gate.share = said;
    const auto view = jobs.find(port, 1, 0);
    EXPECT_GE(view->share_done, last);
    EXPECT_LE(view->share_done, 1);
    last = view->share_done;
    if (said == 0.01) EXPECT_FALSE(view->seconds_left) << "too early to tell";
    if (said == 0.25) EXPECT_DOUBLE_EQ(view->seconds_left.value_or(0), 30);
    if (said == 0.5) EXPECT_DOUBLE_EQ(view->seconds_left.value_or(0), 10);
  }
  EXPECT_DOUBLE_EQ(jobs.find(port, 1, 0)->seconds, 10);
  gate.open();
}

TEST_F(JobsTest, are_numbered_and_listed_newest_first_each_to_its_owner_only) {
  (void)*jobs.start(JobKind::picture, port, gate.work());
  for (int i = 0; i < 3; ++i) (void)*jobs.start(JobKind::picture, sf, [](Jobs::Handle&) { return Result<void>(); });
  (void)jobs.add_done(JobKind::picture, port);
  const auto listed = jobs.list(port);
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].id, 2) << "as if nobody else had asked for any";
  EXPECT_EQ(listed[0].state, JobState::done);
  EXPECT_EQ(listed[1].id, 1);
  EXPECT_EQ(jobs.list(sf).size(), 3U);
  EXPECT_EQ(jobs.find(port, 3, 0).error().kind, ErrorKind::not_found) << "that of another territory";
  EXPECT_EQ(jobs.cancel(port, 3).error().kind, ErrorKind::not_found);
  EXPECT_EQ(jobs.cancel({"port", "bob"}, 1).error().kind, ErrorKind::not_found) << "that of another person";
  EXPECT_TRUE(jobs.list({"port", "bob"}).empty());
  EXPECT_EQ(jobs.find(port, 9, 0).error().kind, ErrorKind::not_found);
  gate.open();
}

TEST_F(JobsTest, one_cancelled_while_it_waits_never_runs) {
  (void)*jobs.start(JobKind::picture, port, gate.work());
  gate.begun.wait();
  std::atomic<bool> has_run{false};
  (void)*jobs.start(JobKind::picture, port, [&](Jobs::Handle&) {
    has_run = true;
    return Result<void>();
  });
  EXPECT_EQ(jobs.find(port, 2, 0)->state, JobState::waiting);
  EXPECT_EQ(jobs.cancel(port, 2)->state, JobState::cancelled);
  const auto last = jobs.start(JobKind::picture, port, [](Jobs::Handle&) { return Result<void>(); });
  gate.open();
  EXPECT_EQ(jobs.find(port, last->id, for_ever)->state, JobState::done);
  EXPECT_FALSE(has_run);
  EXPECT_EQ(jobs.find(port, 2, 0)->state, JobState::cancelled);
}

TEST_F(JobsTest, one_cancelled_while_it_runs_is_told_once_and_frees_its_thread) {
  (void)*jobs.start(JobKind::picture, port, gate.work());
  gate.begun.wait();
  gate.share = 0.5;
  const auto cancelled = jobs.cancel(port, 1);
  EXPECT_EQ(cancelled->state, JobState::cancelled);
  EXPECT_EQ(cancelled->share_done, 0.5) << "how far it came";
  (void)*jobs.cancel(port, 1);
  const auto next = jobs.start(JobKind::picture, port, [](Jobs::Handle&) { return Result<void>(); });
  EXPECT_EQ(jobs.find(port, next->id, for_ever)->state, JobState::done);
  EXPECT_EQ(gate.cancels, 1);
  EXPECT_EQ(jobs.find(port, 1, for_ever)->state, JobState::cancelled) << "its end changes nothing any more";
}

TEST_F(JobsTest, who_waits_for_one_hears_of_its_cancelling) {
  (void)*jobs.start(JobKind::picture, port, gate.work());
  gate.begun.wait();
  std::jthread waiter([&] { EXPECT_EQ(jobs.find(port, 1, for_ever)->state, JobState::cancelled); });
  (void)*jobs.cancel(port, 1);
}

TEST_F(JobsTest, one_that_is_done_stays_done) {
  (void)*jobs.start(JobKind::picture, port, gate.work());
  gate.open();
  EXPECT_EQ(jobs.find(port, 1, for_ever)->state, JobState::done);
  EXPECT_EQ(jobs.cancel(port, 1)->state, JobState::done);
  EXPECT_EQ(gate.cancels, 0);
}

TEST_F(JobsTest, what_is_told_of_a_cancel_after_the_fact_is_called_at_once) {
  std::latch begun{1};
  std::latch cancelled{1};
  bool is_told = false;
  (void)*jobs.start(JobKind::picture, port, [&](Jobs::Handle& handle) -> Result<void> {
    begun.count_down();
    cancelled.wait();
    handle.when_cancelled([&] { is_told = true; });
    EXPECT_TRUE(is_told);
    return {};
  });
  begun.wait();
  (void)*jobs.cancel(port, 1);
  cancelled.count_down();
  const auto next = jobs.start(JobKind::picture, port, [](Jobs::Handle&) { return Result<void>(); });
  EXPECT_EQ(jobs.find(port, next->id, for_ever)->state, JobState::done);
}

TEST_F(JobsTest, a_failed_one_says_why_and_the_machines_failure_says_so) {
  gate.outcome = invalid({"non", "no"}, "level");
  (void)*jobs.start(JobKind::picture, port, gate.work());
  gate.open();
  const auto failed = jobs.find(port, 1, for_ever);
  EXPECT_EQ(failed->state, JobState::failed);
  ASSERT_TRUE(failed->problem);
  EXPECT_EQ(failed->problem->field, "level");
  (void)*jobs.start(JobKind::picture, port,
                    [](Jobs::Handle&) -> Result<void> { throw std::runtime_error("password in here"); });
  const auto broken = jobs.find(port, 2, for_ever);
  EXPECT_EQ(broken->state, JobState::failed);
  EXPECT_EQ(broken->problem->kind, ErrorKind::unavailable);
  EXPECT_EQ(broken->problem->message.en.find("password"), std::string::npos) << "the machine's words stay inside";
}

TEST_F(JobsTest, a_full_queue_refuses_until_one_is_cancelled) {
  (void)*jobs.start(JobKind::picture, port, gate.work());
  gate.begun.wait();
  const auto nothing = [](Jobs::Handle&) { return Result<void>(); };
  for (std::size_t i = 0; i < Jobs::waiting_max; ++i) ASSERT_TRUE(jobs.start(JobKind::picture, port, nothing));
  EXPECT_EQ(jobs.start(JobKind::picture, port, nothing).error().kind, ErrorKind::unavailable);
  (void)*jobs.cancel(port, 5);
  EXPECT_TRUE(jobs.start(JobKind::picture, port, nothing));
  gate.open();
}

TEST_F(JobsTest, old_ones_that_ended_are_forgotten_one_under_way_is_not) {
  (void)*jobs.start(JobKind::picture, port, gate.work());
  for (std::size_t i = 0; i < Jobs::kept + 10; ++i) (void)jobs.add_done(JobKind::picture, port);
  EXPECT_EQ(jobs.list(port).size(), Jobs::kept);
  EXPECT_TRUE(jobs.find(port, 1, 0));
  EXPECT_EQ(jobs.find(port, 2, 0).error().kind, ErrorKind::not_found);
  gate.open();
}

TEST(JobsEnding, cancels_what_runs_and_what_waits) {
  const testing::ManualClock clock{{0}};
  Gate gate;
  std::atomic<bool> has_run{false};
  {
    Jobs jobs(clock, 1);
    (void)*jobs.start(JobKind::picture, port, gate.work());
    gate.begun.wait();
    (void)*jobs.start(JobKind::picture, port, [&](Jobs::Handle&) {
      has_run = true;
      return Result<void>();
    });
  }
  EXPECT_EQ(gate.cancels, 1);
  EXPECT_FALSE(has_run);
}

TEST(JobsRace, many_start_ask_and_cancel_at_once) {
  const testing::ManualClock clock{{0}};
  Jobs jobs(clock, 3);
  std::vector<std::jthread> people;
  for (int person = 0; person < 4; ++person)
    people.emplace_back([&, person] {
      for (int i = 0; i < 200; ++i) {
        const auto job = jobs.start(JobKind::picture, port, [](Jobs::Handle& handle) -> Result<void> {
          const auto is_stopped = std::make_shared<std::atomic<bool>>(false);
          handle.show([is_stopped] { return is_stopped->load() ? 1.0 : 0.5; });
          handle.when_cancelled([is_stopped] { *is_stopped = true; });
          return {};
        });
        if (!job) continue;
        if (i % 4 == person) (void)jobs.cancel(port, job->id);
        (void)jobs.list(port);
        const auto end = jobs.find(port, job->id, for_ever);
        if (end) EXPECT_TRUE(end->state == JobState::done || end->state == JobState::cancelled);
      }
    });
}

// Pictures whose making the test holds back.
class PictureWishes : public ::testing::Test {
 protected:
  PictureWishes() {
    database_ = std::move(*database::open_database("sqlite:" + (folder_.path() / "x.db").string()));
    territory_.slug = "port";
  }
  PictureCache::Outcome get(PictureCache::Wish& wish) {
    return cache_.get(*database_->read(), territory_, parameters_, wish);
  }
  void allow() {
    const std::lock_guard lock(mutex_);
    is_allowed_ = true;
    changed_.notify_all();
  }
  void wait_for_makings(int wanted) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return makings_ >= wanted; });
  }

  territory::Territory territory_;
  studies::PictureParameters parameters_;
  PictureCache cache_{[this](database::Snapshot&, const territory::Territory&, const studies::PictureParameters&,
                             const Progress& progress) -> PictureCache::Outcome {
    std::unique_lock lock(mutex_);
    ++makings_;
    changed_.notify_all();
    progress.report(0.5);
    progress.report(0.25);
    while (!is_allowed_ && !progress.is_cancelled()) {
      lock.unlock();
      std::this_thread::yield();
      lock.lock();
    }
    if (progress.is_cancelled()) {
      ++cancelled_;
      return cancelled();
    }
    if (throws_) throw std::runtime_error("the disk is full");
    return std::make_shared<const ReadyPicture>(
        ReadyPicture{.picture = {}, .calendar = calendar_, .text = "{}", .gzip_text = {}, .layers = {}});
  }};
  bool throws_ = false;
  int makings_ = 0;
  int cancelled_ = 0;

 private:
  testing::TemporaryFolder folder_;
  std::unique_ptr<database::Database> database_;
  territory::Calendar calendar_{territory::CalendarOrigin::inferred, {}, {}};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_allowed_ = false;
};

TEST_F(PictureWishes, several_share_one_making_and_one_that_withdraws_is_answered_at_once) {
  PictureCache::Wish first;
  PictureCache::Wish second;
  PictureCache::Wish third;
  std::jthread maker([&] { EXPECT_TRUE(get(first)); });
  wait_for_makings(1);
  std::jthread waiter([&] { EXPECT_TRUE(get(second)); });
  std::thread leaver([&] { EXPECT_EQ(get(third).error().kind, ErrorKind::unavailable); });
  cache_.withdraw(third);
  leaver.join();
  EXPECT_FALSE(cache_.has(territory_, parameters_));
  allow();
  maker.join();
  waiter.join();
  EXPECT_EQ(makings_, 1);
  EXPECT_EQ(cancelled_, 0);
  EXPECT_TRUE(cache_.has(territory_, parameters_));
}

TEST_F(PictureWishes, the_maker_may_leave_while_another_wants_it) {
  PictureCache::Wish first;
  PictureCache::Wish second;
  std::jthread maker([&] { EXPECT_TRUE(get(first)); });
  wait_for_makings(1);
  std::jthread waiter([&] { EXPECT_TRUE(get(second)); });
  while (cache_.share_done(second) == 0) std::this_thread::yield();  // it has asked
  cache_.withdraw(first);
  cache_.withdraw(first);  // once and once more is once
  allow();
  waiter.join();
  maker.join();
  EXPECT_EQ(cancelled_, 0);
}

TEST_F(PictureWishes, what_nobody_wants_is_cancelled_and_begun_anew_by_the_next) {
  PictureCache::Wish first;
  std::thread maker([&] { EXPECT_EQ(get(first).error().kind, ErrorKind::unavailable); });
  wait_for_makings(1);
  EXPECT_DOUBLE_EQ(cache_.share_done(first), 0.5) << "what was shown does not fall";
  cache_.withdraw(first);
  maker.join();
  EXPECT_EQ(cancelled_, 1);
  allow();
  PictureCache::Wish next;
  EXPECT_TRUE(get(next));
  EXPECT_EQ(makings_, 2);
  PictureCache::Wish withdrawn;
  cache_.withdraw(withdrawn);
  EXPECT_EQ(get(withdrawn).error().kind, ErrorKind::unavailable) << "withdrawn before it was asked";
}

TEST_F(PictureWishes, the_makers_failure_reaches_those_who_wait_and_is_not_kept) {
  throws_ = true;
  PictureCache::Wish first;
  PictureCache::Wish second;
  std::thread maker([&] { EXPECT_THROW((void)get(first), std::runtime_error); });
  wait_for_makings(1);
  std::thread waiter([&] { EXPECT_THROW((void)get(second), std::runtime_error); });
  while (cache_.share_done(second) == 0) std::this_thread::yield();
  allow();
  maker.join();
  waiter.join();
  throws_ = false;
  PictureCache::Wish next;
  EXPECT_TRUE(get(next));
}

}  // namespace
}  // namespace quadrille::api
