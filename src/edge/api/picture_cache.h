#pragma once

#include <future>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>

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

// The last pictures computed, by territory, data version, calendar and parameters. The same picture asked for by
// several at once is computed once. Thread-safe.
class PictureCache {
 public:
  explicit PictureCache(int threads) : threads_(threads) {}

  [[nodiscard]] Result<std::shared_ptr<const ReadyPicture>> get(database::Snapshot& snapshot,
                                                                const territory::Territory& territory,
                                                                const studies::PictureParameters& parameters);

 private:
  using Outcome = Result<std::shared_ptr<const ReadyPicture>>;
  static constexpr std::size_t kept = 32;

  [[nodiscard]] Outcome compute(database::Snapshot& snapshot, const territory::Territory& territory,
                                const studies::PictureParameters& parameters) const;

  int threads_;
  std::mutex mutex_;
  std::map<std::string, std::shared_future<Outcome>> pictures_;
  std::list<std::string> recent_;  // most recent first
};

}  // namespace quadrille::api
