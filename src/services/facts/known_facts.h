#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace quadrille::facts {

// FNV-1a, 64 bits (Fowler, Noll, Vo; http://www.isthe.com/chongo/tech/comp/fnv, read 2026-11-24): recognises keys and
// contents. Two different keys among ten million meet with a probability of about 3e-6.
class Hash {
 public:
  Hash& add(std::string_view bytes) {
    for (const char c : bytes) state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    state_ = (state_ ^ 0x1fU) * 0x100000001b3ULL;  // ends the field, so that ("ab", "c") is not ("a", "bc")
    return *this;
  }
  Hash& add(std::int64_t number) {
    for (int shift = 0; shift < 64; shift += 8)
      state_ = (state_ ^ static_cast<std::uint8_t>(static_cast<std::uint64_t>(number) >> shift)) * 0x100000001b3ULL;
    return *this;
  }
  [[nodiscard]] std::uint64_t value() const { return state_; }

 private:
  std::uint64_t state_ = 0xcbf29ce484222325ULL;
};

// The facts of a source by the hash of their key: what is known, what it holds and under which row. Open addressing, 32
// bytes an entry, at most three quarters full.
class KnownFacts {
 public:
  struct Entry {
    std::uint64_t key = 0;  // 0 = free; a key that hashes to 0 is stored as 1
    std::uint64_t content = 0;
    std::int64_t id =
        0;  // row in the database; 0 = met first in the file being read; negative = known, and met there too
    std::int64_t version = 1;  // of the row
  };

  KnownFacts() : entries_(1 << 12) {}

  // The entry of the key, or a free one that now has the key and is_new.
  struct Found {
    Entry* entry;
    bool is_new;
  };
  // Pointers are valid until the next call.
  Found find_or_add(std::uint64_t key);
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  [[nodiscard]] Entry& slot(std::vector<Entry>& entries, std::uint64_t key) const;
  void grow();

  std::vector<Entry> entries_;
  std::size_t size_ = 0;
};

}  // namespace quadrille::facts
