#include "base/random.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/check.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace quadrille {

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
  constexpr std::uint64_t multiplier_0 = 0xD2511F53;
  constexpr std::uint64_t multiplier_1 = 0xCD9E8D57;
  constexpr std::uint32_t weyl_0 = 0x9E3779B9;
  constexpr std::uint32_t weyl_1 = 0xBB67AE85;
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product_0 = multiplier_0 * counter[0];
    const std::uint64_t product_1 = multiplier_1 * counter[2];
    counter = {static_cast<std::uint32_t>(product_1 >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(product_1),
               static_cast<std::uint32_t>(product_0 >> 32) ^ counter[3] ^ key[1],
               static_cast<std::uint32_t>(product_0)};
    key[0] += weyl_0;
    key[1] += weyl_1;
  }
  return counter;
}

std::uint32_t Random::next_u32() {
  if (left_ == 0) {
    words_ = philox({static_cast<std::uint32_t>(block_), static_cast<std::uint32_t>(block_ >> 32),
                     static_cast<std::uint32_t>(stream_), static_cast<std::uint32_t>(stream_ >> 32)},
                    {static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32)});
    ++block_;
    left_ = 4;
  }
  return words_[static_cast<std::size_t>(4 - left_--)];
}

#if defined(__x86_64__)
namespace {

// The blocks of the counters from `block` on, eight at a time, as many as fit; philox() of each, in order. A lane of 64
// bits holds one word of one block's counter in its lower half; what is in the upper half is never read.
__attribute__((target("avx2"))) std::size_t fill_eight_blocks(std::span<std::uint32_t> words, std::uint64_t block,
                                                              std::uint64_t stream, std::uint64_t seed) {
  constexpr std::size_t words_at_once = 32;
  const __m256i multiplier_0 = _mm256_set1_epi64x(0xD2511F53);
  const __m256i multiplier_1 = _mm256_set1_epi64x(0xCD9E8D57);
  const __m256i stream_low = _mm256_set1_epi64x(static_cast<std::int64_t>(stream));
  const __m256i stream_high = _mm256_srli_epi64(stream_low, 32);
  std::size_t done = 0;
  for (; done + words_at_once <= words.size(); done += words_at_once, block += 8) {
    __m256i counter[2][4];
    for (std::uint64_t half = 0; half < 2; ++half) {
      const auto first = static_cast<std::int64_t>(block + 4 * half);
      counter[half][0] = _mm256_add_epi64(_mm256_set1_epi64x(first), _mm256_set_epi64x(3, 2, 1, 0));
      counter[half][1] = _mm256_srli_epi64(counter[half][0], 32);
      counter[half][2] = stream_low;
      counter[half][3] = stream_high;
    }
    auto key_0 = static_cast<std::uint32_t>(seed);
    auto key_1 = static_cast<std::uint32_t>(seed >> 32);
    for (int round = 0; round < 10; ++round, key_0 += 0x9E3779B9, key_1 += 0xBB67AE85)
      for (auto& c : counter) {
        const __m256i product_0 = _mm256_mul_epu32(multiplier_0, c[0]);
        const __m256i product_1 = _mm256_mul_epu32(multiplier_1, c[2]);
        c[0] = _mm256_xor_si256(_mm256_srli_epi64(product_1, 32), _mm256_xor_si256(c[1], _mm256_set1_epi64x(key_0)));
        c[1] = product_1;
        c[2] = _mm256_xor_si256(_mm256_srli_epi64(product_0, 32), _mm256_xor_si256(c[3], _mm256_set1_epi64x(key_1)));
        c[3] = product_0;
      }
    auto* out = reinterpret_cast<__m256i*>(words.data() + done);
    for (const auto& c : counter) {
      // A lower half beside the next word's.
      const __m256i first = _mm256_blend_epi32(c[0], _mm256_slli_epi64(c[1], 32), 0xaa);
      const __m256i second = _mm256_blend_epi32(c[2], _mm256_slli_epi64(c[3], 32), 0xaa);
      const __m256i even = _mm256_unpacklo_epi64(first, second);
      const __m256i odd = _mm256_unpackhi_epi64(first, second);
      _mm256_storeu_si256(out++, _mm256_permute2x128_si256(even, odd, 0x20));
      _mm256_storeu_si256(out++, _mm256_permute2x128_si256(even, odd, 0x31));
    }
  }
  return done;
}

}  // namespace
#endif

void Random::fill(std::span<std::uint32_t> words) {
  std::size_t i = 0;
  while (i < words.size() && left_ > 0) words[i++] = next_u32();
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) {
    const std::size_t done = fill_eight_blocks(words.subspan(i), block_, stream_, seed_);
    i += done;
    block_ += done / 4;
  }
#endif
  const std::array<std::uint32_t, 2> key{static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32)};
  for (; i + 4 <= words.size(); i += 4, ++block_) {
    const auto block = philox({static_cast<std::uint32_t>(block_), static_cast<std::uint32_t>(block_ >> 32),
                               static_cast<std::uint32_t>(stream_), static_cast<std::uint32_t>(stream_ >> 32)},
                              key);
    std::ranges::copy(block, words.begin() + static_cast<std::ptrdiff_t>(i));
  }
  while (i < words.size()) words[i++] = next_u32();
}

void BulkRandom::refill() {
  random_.fill(words_);
  next_ = 0;
}

std::uint32_t BulkRandom::not_biased(std::uint64_t product, std::uint32_t bound) {
  const std::uint32_t threshold = (0U - bound) % bound;
  while (static_cast<std::uint32_t>(product) < threshold) product = std::uint64_t{next_u32()} * bound;
  return static_cast<std::uint32_t>(product >> 32);
}

std::uint64_t Random::next_u64() {
  const std::uint64_t low = next_u32();
  return low | (static_cast<std::uint64_t>(next_u32()) << 32);
}

double Random::next_uniform() { return static_cast<double>(next_u64() >> 11) * 0x1.0p-53; }

std::uint32_t Random::next_below(std::uint32_t bound) {
  CHECK(bound >= 1);
  std::uint64_t product = std::uint64_t{next_u32()} * bound;
  if (static_cast<std::uint32_t>(product) < bound) {
    const std::uint32_t threshold = (0U - bound) % bound;
    while (static_cast<std::uint32_t>(product) < threshold) product = std::uint64_t{next_u32()} * bound;
  }
  return static_cast<std::uint32_t>(product >> 32);
}

double Random::next_normal() {
  if (has_spare_normal_) {
    has_spare_normal_ = false;
    return spare_normal_;
  }
  const double radius = std::sqrt(-2.0 * std::log1p(-next_uniform()));
  const double angle = 2.0 * std::numbers::pi * next_uniform();
  spare_normal_ = radius * std::sin(angle);
  has_spare_normal_ = true;
  return radius * std::cos(angle);
}

double Random::next_exponential(double rate) {
  CHECK(rate > 0);
  return -std::log1p(-next_uniform()) / rate;
}

std::uint64_t Random::next_poisson(double mean) {
  CHECK(mean >= 0);
  if (mean < 30) {
    const double limit = std::exp(-mean);
    std::uint64_t count = 0;
    for (double product = next_uniform(); product > limit; product *= next_uniform()) ++count;
    return count;
  }
  const double b = 0.931 + 2.53 * std::sqrt(mean);
  const double a = -0.059 + 0.02483 * b;
  const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
  const double v_r = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const double u = next_uniform() - 0.5;
    const double v = next_uniform();
    const double us = 0.5 - std::abs(u);
    const double k = std::floor((2 * a / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= v_r) return static_cast<std::uint64_t>(k);
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (std::log(v) + std::log(inverse_alpha) - std::log(a / (us * us) + b) <=
        -mean + k * std::log(mean) - std::lgamma(k + 1))
      return static_cast<std::uint64_t>(k);
  }
}

}  // namespace quadrille
