#include "edge/api/jobs.h"

#include <algorithm>
#include <chrono>
#include <iostream>

namespace quadrille::api {
namespace {

// Before so much is done nothing is said of what is left.
constexpr double share_for_estimate = 0.05;

bool has_ended(JobState state) {
  return state == JobState::done || state == JobState::failed || state == JobState::cancelled;
}

Result<void> outcome_of(const Jobs::Work& work, Jobs::Handle& handle) {
  try {
    return work(handle);
  } catch (const std::exception& failure) {
    // As in the request loop: the machine's failures end here, what was being written did not happen.
    std::cerr << "quadrille: a job failed: " << failure.what() << std::endl;
    return refuse(ErrorKind::unavailable, {"le serveur n'a pas pu le faire maintenant ; rien d'inachevé n'a été gardé",
                                           "the server could not do this now; nothing unfinished was kept"});
  }
}

Failure no_such_job() {
  return refuse(ErrorKind::not_found, {"aucun calcul de ce numéro", "there is no job of this number"}, "id");
}

}  // namespace

void Jobs::Handle::show(std::function<double()> share_done) {
  const std::lock_guard lock(mutex_);
  share_ = std::move(share_done);
}

void Jobs::Handle::when_cancelled(std::function<void()> stop) {
  {
    const std::lock_guard lock(mutex_);
    if (!is_cancelled_) {
      stop_ = std::move(stop);
      return;
    }
  }
  stop();
}

void Jobs::Handle::forget_work() {
  const std::lock_guard lock(mutex_);
  share_ = {};
  stop_ = {};
}

Jobs::Jobs(const clock::Clock& clock, int workers) : clock_(clock) {
  for (int i = 0; i < workers; ++i) workers_.emplace_back([this] { run(); });
}

Jobs::~Jobs() {
  std::vector<std::function<void()>> stops;
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
    for (const auto& job : jobs_) stops.push_back(cancel(*job));
  }
  changed_.notify_all();
  for (const auto& stop : stops)
    if (stop) stop();
  workers_.clear();
}

std::shared_ptr<Jobs::Job> Jobs::add(JobKind kind, JobOwner owner) {
  auto job = std::make_shared<Job>();
  job->view.id = ++last_ids_[owner];
  job->view.kind = kind;
  job->view.owner = std::move(owner);
  job->asked_at = clock_.steady_seconds();
  jobs_.push_back(job);
  // The owner's oldest that have ended make room; those of others are not touched, or their number would show.
  auto count = static_cast<std::size_t>(
      std::ranges::count_if(jobs_, [&](const auto& one) { return one->view.owner == job->view.owner; }));
  std::erase_if(jobs_, [&](const auto& one) {
    if (count <= kept || one->view.owner != job->view.owner || !has_ended(one->view.state)) return false;
    --count;
    return true;
  });
  return job;
}

Result<JobView> Jobs::start(JobKind kind, JobOwner owner, Work work) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= waiting_max)
    return refuse(ErrorKind::unavailable, {"trop de calculs attendent déjà ; réessayez dans un instant",
                                           "too many jobs are waiting already; try again in a moment"});
  const auto job = add(kind, std::move(owner));
  job->work = std::move(work);
  waiting_.push_back(job);
  changed_.notify_all();
  return view_of(*job);
}

JobView Jobs::add_done(JobKind kind, JobOwner owner) {
  const std::lock_guard lock(mutex_);
  const auto job = add(kind, std::move(owner));
  job->view.state = JobState::done;
  job->ended_at = job->asked_at;
  return view_of(*job);
}

void Jobs::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return is_ending_ || !waiting_.empty(); });
    if (is_ending_) return;
    const auto job = waiting_.front();
    waiting_.pop_front();
    job->view.state = JobState::running;
    job->started_at = clock_.steady_seconds();
    auto work = std::exchange(job->work, {});
    lock.unlock();
    const auto outcome = outcome_of(work, job->handle);
    work = {};
    lock.lock();
    if (job->view.state == JobState::running) {
      (void)view_of(*job);  // how far a failed one came
      job->view.state = outcome ? JobState::done : JobState::failed;
      if (!outcome) job->view.problem = outcome.error();
      job->ended_at = clock_.steady_seconds();
    }
    job->handle.forget_work();
    changed_.notify_all();
  }
}

JobView Jobs::view_of(Job& job) const {
  JobView& view = job.view;
  const double now = has_ended(view.state) ? job.ended_at : clock_.steady_seconds();
  view.seconds = now - job.asked_at;
  if (view.state == JobState::done) view.share_done = 1;
  view.seconds_left.reset();
  if (view.state != JobState::running) return view;
  const std::lock_guard lock(job.handle.mutex_);
  // What was said once is not taken back.
  if (job.handle.share_) view.share_done = std::clamp(job.handle.share_(), view.share_done, 1.0);
  if (view.share_done >= share_for_estimate)
    view.seconds_left = (now - job.started_at) * (1 - view.share_done) / view.share_done;
  return view;
}

std::shared_ptr<Jobs::Job> Jobs::job_of(const JobOwner& owner, std::int64_t id) const {
  const auto found =
      std::ranges::find_if(jobs_, [&](const auto& job) { return job->view.id == id && job->view.owner == owner; });
  return found == jobs_.end() ? nullptr : *found;
}

Result<JobView> Jobs::find(const JobOwner& owner, std::int64_t id, double wait_seconds) {
  std::unique_lock lock(mutex_);
  const auto job = job_of(owner, id);
  if (!job) return no_such_job();
  changed_.wait_for(lock, std::chrono::duration<double>(wait_seconds), [&] { return has_ended(job->view.state); });
  return view_of(*job);
}

std::vector<JobView> Jobs::list(const JobOwner& owner) {
  const std::lock_guard lock(mutex_);
  std::vector<JobView> views;
  for (auto job = jobs_.rbegin(); job != jobs_.rend(); ++job)
    if ((*job)->view.owner == owner) views.push_back(view_of(**job));
  return views;
}

// With the lock held; what it returns is to be called without.
std::function<void()> Jobs::cancel(Job& job) {
  if (has_ended(job.view.state)) return {};
  (void)view_of(job);  // how far it came
  job.view.state = JobState::cancelled;
  job.ended_at = clock_.steady_seconds();
  job.work = {};
  std::erase_if(waiting_, [&](const auto& one) { return one.get() == &job; });
  const std::lock_guard lock(job.handle.mutex_);
  job.handle.is_cancelled_ = true;
  return std::exchange(job.handle.stop_, {});
}

Result<JobView> Jobs::cancel(const JobOwner& owner, std::int64_t id) {
  std::function<void()> stop;
  JobView view;
  {
    const std::lock_guard lock(mutex_);
    const auto job = job_of(owner, id);
    if (!job) return no_such_job();
    stop = cancel(*job);
    view = view_of(*job);
  }
  changed_.notify_all();
  if (stop) stop();
  return view;
}

}  // namespace quadrille::api
