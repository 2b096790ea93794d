#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/text.h"
#include "services/audit/audit.h"
#include "services/audit/checkpoint.h"

// Recomputes the whole log from its rows: every commitment of every entry that has its salts, every leaf, every tile,
// the root at every checkpoint, every signature, every endorsement of a key, and that what was erased was erased by a
// recorded act of erasure. One pass, in order; about 4 microseconds an entry, memory a few tiles.
//
// What it cannot see by itself: a database that was rewritten *together with* its checkpoints by someone who holds the
// signing key, or rolled back with all its checkpoints. For that, give it checkpoints that were kept elsewhere.

namespace quadrille::audit {

struct LogFault {
  std::int64_t position = -1;  // of the entry; -1 when it is about no single one
  std::string where;           // "entry 12", "tile 0/3", "checkpoint 500", "key 1"
  Text what;
};

struct LogReport {
  std::int64_t size = 0;
  Digest root{};
  std::int64_t erased_contents = 0;
  std::int64_t erased_accounts = 0;
  std::int64_t clock_steps_back = 0;  // entries dated before the one they follow: told, not a fault
  std::size_t checkpoints = 0;
  std::size_t keys = 0;
  std::vector<LogFault> faults;  // the first hundred, in order of position
  std::int64_t fault_count = 0;

  [[nodiscard]] bool is_sound() const { return fault_count == 0; }
};

struct LogWitness {
  std::vector<VerifierKey> keys;         // trusted from elsewhere: the log's first key must be one of them
  std::vector<std::string> checkpoints;  // signed notes kept elsewhere
};

// `progress` gets the share done, about every thousand entries.
[[nodiscard]] LogReport verify(database::Snapshot& snapshot, const LogWitness& witness,
                               const std::function<void(double)>& progress);

}  // namespace quadrille::audit
