#include "edge/api/picture_cache.h"

#include <fmt/format.h>

#include <atomic>
#include <exception>

#include "edge/format/picture_json.h"
#include "host/http/http.h"

namespace quadrille::api {
namespace {

// Making the picture; the rest is writing it.
constexpr double share_of_making = 0.9;

PictureCache::Outcome make_ready(database::Snapshot& snapshot, const territory::Territory& territory,
                                 const studies::PictureParameters& parameters, int threads, const Progress& progress) {
  auto made = studies::load_and_make(snapshot, territory, parameters, threads, progress.stage(0, share_of_making));
  if (!made) return Failure(made.error());
  auto ready = std::make_shared<ReadyPicture>(ReadyPicture{.picture = std::move(made->made.picture),
                                                           .calendar = std::move(made->calendar),
                                                           .text = {},
                                                           .gzip_text = {},
                                                           .layers = {}});
  ready->text = format::picture_text(ready->picture);
  ready->gzip_text = std::make_shared<const std::string>(http::gzip(ready->text));
  for (const auto& [kind, layer] : made->made.layers) {
    if (progress.is_cancelled()) return cancelled();
    auto text = format::layer_text(layer);
    auto packed = std::make_shared<const std::string>(http::gzip(text));
    ready->layers[kind] = {std::move(text), std::move(packed)};
    progress.report(share_of_making + (1 - share_of_making) * static_cast<double>(ready->layers.size()) /
                                          static_cast<double>(made->made.layers.size()));
  }
  return ready;
}

std::string key_of(const territory::Territory& territory, const studies::PictureParameters& parameters) {
  return fmt::format("{} {} {}", territory.slug, territory.data_version, format::parameters_text(parameters));
}

}  // namespace

struct PictureCache::Work {
  explicit Work(std::string its_key) : key(std::move(its_key)) {}

  const std::string key;
  // Threads report in any order; what is shown only rises.
  std::atomic<double> share{0};
  Progress progress{[this](double done) {
    double shown = share.load(std::memory_order_relaxed);
    while (done > shown && !share.compare_exchange_weak(shown, done, std::memory_order_relaxed)) {
    }
  }};
  // Under the cache's mutex.
  int wanted_by = 0;
  bool has_ended = false;
  Outcome outcome;
  std::exception_ptr failure;  // of the machine
};

PictureCache::PictureCache(int threads)
    : make_([threads](database::Snapshot& snapshot, const territory::Territory& territory,
                      const studies::PictureParameters& parameters, const Progress& progress) {
        return make_ready(snapshot, territory, parameters, threads, progress);
      }) {}

std::pair<std::shared_ptr<PictureCache::Work>, bool> PictureCache::find_or_begin(const std::string& key) {
  std::shared_ptr<Work> work;
  bool is_new = false;
  if (const auto found = pictures_.find(key); found != pictures_.end()) {
    work = found->second;
    recent_.remove(key);
  } else {
    work = std::make_shared<Work>(key);
    pictures_.emplace(key, work);
    is_new = true;
  }
  recent_.push_front(key);
  if (recent_.size() > kept) {
    pictures_.erase(recent_.back());
    recent_.pop_back();
  }
  return {std::move(work), is_new};
}

void PictureCache::forget(const Work& work) {
  const auto found = pictures_.find(work.key);
  if (found == pictures_.end() || found->second.get() != &work) return;
  pictures_.erase(found);
  recent_.remove(work.key);
}

bool PictureCache::has(const territory::Territory& territory, const studies::PictureParameters& parameters) {
  const auto key = key_of(territory, parameters);
  const std::lock_guard lock(mutex_);
  const auto found = pictures_.find(key);
  return found != pictures_.end() && found->second->has_ended;
}

void PictureCache::withdraw(Wish& wish) {
  const std::lock_guard lock(mutex_);
  if (wish.is_withdrawn_) return;
  wish.is_withdrawn_ = true;
  if (wish.work_ && !wish.work_->has_ended && --wish.work_->wanted_by == 0) {
    wish.work_->progress.cancel();
    forget(*wish.work_);  // who asks from now on begins anew
  }
  changed_.notify_all();
}

double PictureCache::share_done(const Wish& wish) {
  const std::lock_guard lock(mutex_);
  return wish.work_ ? wish.work_->share.load(std::memory_order_relaxed) : 0;
}

PictureCache::Outcome PictureCache::await(const std::shared_ptr<Work>& work, Wish& wish,
                                          std::unique_lock<std::mutex>& lock) {
  changed_.wait(lock, [&] { return work->has_ended || wish.is_withdrawn_; });
  wish.work_.reset();
  if (!work->has_ended) return cancelled();
  if (work->failure) std::rethrow_exception(work->failure);
  return work->outcome;
}

PictureCache::Outcome PictureCache::get(database::Snapshot& snapshot, const territory::Territory& territory,
                                        const studies::PictureParameters& parameters, Wish& wish) {
  const auto key = key_of(territory, parameters);
  std::unique_lock lock(mutex_);
  if (wish.is_withdrawn_) return cancelled();
  const auto [work, is_new] = find_or_begin(key);
  wish.work_ = work;
  ++work->wanted_by;
  if (!is_new) return await(work, wish, lock);
  lock.unlock();
  Outcome outcome;
  std::exception_ptr failure;
  try {
    outcome = make_(snapshot, territory, parameters, work->progress);
  } catch (...) {
    failure = std::current_exception();
  }
  lock.lock();
  work->outcome = outcome;
  work->failure = failure;
  work->has_ended = true;
  if (failure || !outcome) forget(*work);
  wish.work_.reset();
  changed_.notify_all();
  if (failure) std::rethrow_exception(failure);
  return outcome;
}

PictureCache::Outcome PictureCache::get(database::Snapshot& snapshot, const territory::Territory& territory,
                                        const studies::PictureParameters& parameters) {
  Wish wish;
  return get(snapshot, territory, parameters, wish);
}

Result<ExportTableCache::Table> ExportTableCache::get(const std::string& key,
                                                      const std::function<Result<studies::ExportTable>()>& make) {
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [known, table] : tables_)
      if (known == key) return table;
  }
  auto made = make();
  if (!made) return Failure(made.error());
  auto table = std::make_shared<const studies::ExportTable>(std::move(*made));
  const std::lock_guard lock(mutex_);
  tables_.emplace_front(key, table);
  if (tables_.size() > kept) tables_.pop_back();
  return table;
}

}  // namespace quadrille::api
