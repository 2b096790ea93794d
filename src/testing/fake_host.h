#pragma once

#include <cstdint>
#include <memory>
#include <mutex>

#include "base/random.h"
#include "host/clock/clock.h"
#include "host/crypto/chance.h"
#include "host/database/database.h"

// The outside world under a test's control: a clock turned by hand, and a database whose n-th write fails as on a full
// disk.

namespace quadrille::testing {

class ManualClock final : public clock::Clock {
 public:
  explicit ManualClock(Instant now) : now_(now) {}
  [[nodiscard]] Instant now() const override { return now_; }
  [[nodiscard]] double steady_seconds() const override { return static_cast<double>(now_.utc_ms) / 1000; }
  void advance_ms(std::int64_t ms) { now_.utc_ms += ms; }

 private:
  Instant now_;
};

// Chance whose bytes follow from a seed: the same again for the same order of calls.
class FixedChance final : public crypto::Chance {
 public:
  explicit FixedChance(std::uint64_t seed) : random_(Seed{seed}, 0) {}
  void fill(std::span<std::uint8_t> bytes) override {
    const std::lock_guard lock(mutex_);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random_.next_u32());
  }

 private:
  std::mutex mutex_;
  Random random_;
};

// Passes everything on, but the n-th write (statement, bulk row, end of bulk or commit) throws DatabaseError{disk_full}
// instead. n = 0: none fails, writes are only counted.
class FailingDatabase final : public database::Database {
 public:
  FailingDatabase(database::Database& inner, std::int64_t failing_write)
      : inner_(inner), failing_write_(failing_write) {}
  [[nodiscard]] std::unique_ptr<database::Snapshot> read() override { return inner_.read(); }
  [[nodiscard]] std::unique_ptr<database::Transaction> write() override;
  [[nodiscard]] database::Dialect dialect() const override { return inner_.dialect(); }
  void finish_as_single_file(std::int32_t id, std::int32_t version) override {
    inner_.finish_as_single_file(id, version);
  }
  [[nodiscard]] bool purge_deleted(std::span<const std::string_view> tables, Purge purge) override {
    return inner_.purge_deleted(tables, purge);
  }
  [[nodiscard]] std::int64_t writes() const { return writes_; }
  // How often a write was begun: whatever it then wrote, other writers waited for it.
  [[nodiscard]] std::int64_t transactions() const { return transactions_; }
  void count_write();

 private:
  database::Database& inner_;
  std::int64_t failing_write_;
  std::int64_t writes_ = 0;
  std::int64_t transactions_ = 0;
};

}  // namespace quadrille::testing
