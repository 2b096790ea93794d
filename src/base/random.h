#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>

// Counter-based random numbers (Philox 4x32-10; Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2,
// 3", SC'11). The n-th number of a stream is a pure function of (seed, stream, n): a replica's numbers are the same
// whichever thread draws them and whatever the others do.

namespace quadrille {

struct Seed {
  std::uint64_t value = 0;
  friend bool operator==(Seed, Seed) = default;
};

// The block function itself: 128-bit counter, 64-bit key -> four 32-bit words.
[[nodiscard]] std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                                  std::array<std::uint32_t, 2> key);

// One stream of numbers: key = seed, counter = (stream, n). Cheap to make; copy to fork the same sequence.
class Random {
 public:
  using result_type = std::uint32_t;

  Random(Seed seed, std::uint64_t stream) : seed_(seed.value), stream_(stream) {}

  std::uint32_t next_u32();
  std::uint64_t next_u64();
  // Uniform in [0, 1), 53 bits.
  double next_uniform();
  // Uniform in [0, bound), bound >= 1, without bias (Lemire 2019).
  std::uint32_t next_below(std::uint32_t bound);
  // Standard normal (Box-Muller; two uniforms a pair, the second kept).
  double next_normal();
  // Poisson with the given mean >= 0; exact for every mean (Knuth's product below 30, PTRS of Hoermann 1993 above).
  std::uint64_t next_poisson(double mean);
  // Exponential with the given rate > 0.
  double next_exponential(double rate);

  // The next words.size() numbers of next_u32(), made together.
  void fill(std::span<std::uint32_t> words);

  // Fisher-Yates.
  template <class T>
  void shuffle(std::span<T> values) {
    for (std::size_t i = values.size(); i > 1; --i) {
      const auto j = static_cast<std::size_t>(next_below(static_cast<std::uint32_t>(i)));
      std::swap(values[i - 1], values[j]);
    }
  }

  // UniformRandomBitGenerator, for callers that only need bits.
  static constexpr std::uint32_t min() { return 0; }
  static constexpr std::uint32_t max() { return 0xffffffffU; }
  std::uint32_t operator()() { return next_u32(); }

 private:
  std::uint64_t seed_;
  std::uint64_t stream_;
  std::uint64_t block_ = 0;
  std::array<std::uint32_t, 4> words_{};
  int left_ = 0;
  double spare_normal_ = 0;
  bool has_spare_normal_ = false;
};

// The numbers of Random(seed, stream), made a few hundred at a time: for loops that draw thousands.
class BulkRandom {
 public:
  BulkRandom(Seed seed, std::uint64_t stream) : random_(seed, stream) {}

  std::uint32_t next_u32() {
    if (next_ == words_.size()) refill();
    return words_[next_++];
  }
  // bound >= 1, not checked.
  std::uint32_t next_below(std::uint32_t bound) {
    const std::uint64_t product = std::uint64_t{next_u32()} * bound;
    return static_cast<std::uint32_t>(product) < bound ? not_biased(product, bound)
                                                       : static_cast<std::uint32_t>(product >> 32);
  }
  // Random's, the same order from the same numbers.
  template <class T>
  void shuffle(std::span<T> values) {
    for (std::size_t i = values.size(); i > 1; --i)
      std::swap(values[i - 1], values[next_below(static_cast<std::uint32_t>(i))]);
  }
  double next_uniform() {
    const std::uint64_t low = next_u32();
    return static_cast<double>((low | (std::uint64_t{next_u32()} << 32)) >> 11) * 0x1.0p-53;
  }

 private:
  void refill();
  std::uint32_t not_biased(std::uint64_t product, std::uint32_t bound);

  Random random_;
  std::array<std::uint32_t, 256> words_;
  std::size_t next_ = 256;
};

}  // namespace quadrille
