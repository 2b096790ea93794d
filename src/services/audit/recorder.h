#pragma once

#include <condition_variable>
#include <exception>
#include <mutex>
#include <span>
#include <vector>

#include "host/clock/clock.h"
#include "services/audit/audit.h"

// Consultations of many readers, joined into one transaction: a commit waits for the disk, and readers of the same
// moment can wait for the same one ("group commit").
//
//   recorder.record(act);   // returns when the entry is durable
//   return answer;          // only now may the reader see it
//
// The first reader who finds nobody writing writes for all who have come so far; those who come meanwhile are the next
// group. So a lone reader waits for one commit, and a crowd for two at most, without a timer: the commit under way is
// the pause in which the next group gathers.

namespace quadrille::audit {

class Recorder {
 public:
  Recorder(database::Database& database, const clock::Clock& clock, crypto::Chance& chance = crypto::system_chance())
      : database_(database), clock_(clock), chance_(chance) {}
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // Thread-safe. Throws what the database threw when the entry could not be written: then the reader must get nothing
  // (no silent read). Must not be called by a thread that holds a write transaction of the same database.
  void record(const Act& act) { record(std::span(&act, 1)); }
  // Several at once, in order and together: a list and each object it showed.
  void record(std::span<const Act> acts);

 private:
  struct Waiting {
    std::vector<Occurrence> occurrences;
    bool is_over = false;
    std::exception_ptr failure;
  };
  void write(const std::vector<Waiting*>& group);

  database::Database& database_;
  const clock::Clock& clock_;
  crypto::Chance& chance_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Waiting*> waiting_;
  bool is_writing_ = false;
};

}  // namespace quadrille::audit
