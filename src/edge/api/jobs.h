#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "edge/api/wire.h"
#include "host/clock/clock.h"

namespace quadrille::api {

using wire::JobKind;
using wire::JobState;

// Who asked for a job, and of which territory: nobody else sees or cancels it.
struct JobOwner {
  std::string slug;
  std::string actor;
  friend auto operator<=>(const JobOwner&, const JobOwner&) = default;
};

// A job as it stands.
struct JobView {
  std::int64_t id = 0;  // from 1, of this owner
  JobOwner owner;
  JobKind kind = JobKind::picture;
  JobState state = JobState::waiting;
  double share_done = 0;               // in [0, 1]; never falls
  double seconds = 0;                  // since it was asked for, until it ended
  std::optional<double> seconds_left;  // while running, from what is done so far
  std::optional<Error> problem;        // of a failed one
};

// Work that may take a while, run in turn by a few threads: how far it is can be asked, and it can be cancelled. Kept
// in memory only: a job makes what can be made again. Thread-safe; destroyed when nobody calls it any more.
class Jobs {
 public:
  // What the work tells about itself while it runs.
  class Handle {
   public:
    // How far it is, asked from any thread, the caller holding a lock: quick, and calling nothing of Jobs.
    void show(std::function<double()> share_done);
    // Called at most once, from any thread, when the job is cancelled; at once where it is already.
    void when_cancelled(std::function<void()> stop);

   private:
    friend class Jobs;
    void forget_work();

    std::mutex mutex_;
    std::function<double()> share_;
    std::function<void()> stop_;
    bool is_cancelled_ = false;
  };
  using Work = std::function<Result<void>(Handle&)>;

  static constexpr std::size_t waiting_max = 64;
  static constexpr std::size_t kept = 50;  // of an owner: ended ones that can still be asked about

  Jobs(const clock::Clock& clock, int workers);
  ~Jobs();  // cancels what is under way and waits for it
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;

  // Refused (unavailable) when too many are waiting. An exception of the work is a failed job.
  [[nodiscard]] Result<JobView> start(JobKind kind, JobOwner owner, Work work);
  // Of what is there already: a job that is done.
  [[nodiscard]] JobView add_done(JobKind kind, JobOwner owner);
  // As it stands after at most `wait_seconds`, sooner when it ended. Not found: no such job of this owner.
  [[nodiscard]] Result<JobView> find(const JobOwner& owner, std::int64_t id, double wait_seconds);
  [[nodiscard]] std::vector<JobView> list(const JobOwner& owner);  // newest first
  // What has ended stays as it is. The work stops a little later, or goes on for others who want it too.
  [[nodiscard]] Result<JobView> cancel(const JobOwner& owner, std::int64_t id);

 private:
  struct Job {
    JobView view;
    Work work;
    Handle handle;
    double asked_at = 0;
    double started_at = 0;
    double ended_at = 0;
  };

  void run();
  [[nodiscard]] std::shared_ptr<Job> add(JobKind kind, JobOwner owner);
  [[nodiscard]] std::function<void()> cancel(Job& job);
  [[nodiscard]] JobView view_of(Job& job) const;
  [[nodiscard]] std::shared_ptr<Job> job_of(const JobOwner& owner, std::int64_t id) const;

  const clock::Clock& clock_;
  std::mutex mutex_;  // taken before a handle's
  std::condition_variable changed_;
  std::vector<std::shared_ptr<Job>> jobs_;  // oldest first
  std::map<JobOwner, std::int64_t> last_ids_;
  std::deque<std::shared_ptr<Job>> waiting_;
  bool is_ending_ = false;
  std::vector<std::jthread> workers_;
};

}  // namespace quadrille::api
