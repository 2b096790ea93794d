#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "services/studies/export_tables.h"
#include "services/studies/studies.h"

namespace quadrille::api {

// A picture ready to be sent.
struct ReadyPicture {
  studies::Picture picture;
  territory::Calendar calendar;
  std::string text;
  std::shared_ptr<const std::string> gzip_text;
  struct ReadyLayer {
    std::string text;
    std::shared_ptr<const std::string> gzip_text;
  };
  std::map<studies::LayerKind, ReadyLayer> layers;
};

// Tables are made once for a client that pages through them. Thread-safe.
class ExportTableCache {
 public:
  using Table = std::shared_ptr<const studies::ExportTable>;

  [[nodiscard]] Result<Table> get(const std::string& key, const std::function<Result<studies::ExportTable>()>& make);

 private:
  static constexpr std::size_t kept = 6;

  std::mutex mutex_;
  std::list<std::pair<std::string, Table>> tables_;  // most recent first
};

// The last pictures computed, by territory, data version, calendar and parameters. The same picture asked for by
// several at once is computed once, for as long as one of them still wants it. Thread-safe.
class PictureCache {
 public:
  using Outcome = Result<std::shared_ptr<const ReadyPicture>>;
  using Maker = std::function<Outcome(database::Snapshot&, const territory::Territory&,
                                      const studies::PictureParameters&, const Progress&)>;

  // Pictures made by services/studies on so many threads, or by a test's maker.
  explicit PictureCache(int threads);
  explicit PictureCache(Maker make) : make_(std::move(make)) {}

  class Wish;
  // Whoever asks first computes in their own thread; the others wait for the first. A wish that was withdrawn is
  // answered at once (unavailable), unless others still wait for what its thread computes.
  [[nodiscard]] Outcome get(database::Snapshot& snapshot, const territory::Territory& territory,
                            const studies::PictureParameters& parameters, Wish& wish);
  [[nodiscard]] Outcome get(database::Snapshot& snapshot, const territory::Territory& territory,
                            const studies::PictureParameters& parameters);
  // It would be answered without computing.
  [[nodiscard]] bool has(const territory::Territory& territory, const studies::PictureParameters& parameters);

  // May be called before, during and after get, from any thread, more than once. What nobody wants any more is
  // cancelled.
  void withdraw(Wish& wish);
  // Of what get computes for this wish, in [0, 1]; never falls.
  [[nodiscard]] double share_done(const Wish& wish);

  ExportTableCache export_tables;

 private:
  struct Work;
  static constexpr std::size_t kept = 32;

  [[nodiscard]] std::pair<std::shared_ptr<Work>, bool> find_or_begin(const std::string& key);
  [[nodiscard]] Outcome await(const std::shared_ptr<Work>& work, Wish& wish, std::unique_lock<std::mutex>& lock);
  void forget(const Work& work);

  Maker make_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::shared_ptr<Work>> pictures_;
  std::list<std::string> recent_;  // keys of pictures_, most recent first
};

// One asker's part in one get.
class PictureCache::Wish {
  friend class PictureCache;
  // Under the cache's mutex.
  std::shared_ptr<Work> work_;  // while get runs
  bool is_withdrawn_ = false;
};

}  // namespace quadrille::api
