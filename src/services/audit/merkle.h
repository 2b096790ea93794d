#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "host/crypto/digest.h"

// The Merkle tree of RFC 6962 section 2.1 over SHA-256, and the tiles of C2SP tlog-tiles in which it is kept: tile
// (level, number) holds the hashes of up to 256 complete subtrees of 256^level leaves each, beginning at number * 256.
//
// Everything here is arithmetic on hashes; where tiles come from is the caller's matter (TileSource). Roots and proofs
// read O(log n) tiles.

namespace quadrille::audit {

using crypto::Digest;

inline constexpr std::int64_t tile_width = 256;

// MTH({d}) = SHA-256(0x00 || d).
[[nodiscard]] Digest hash_leaf(std::span<const std::uint8_t> leaf);
// SHA-256(0x01 || left || right).
[[nodiscard]] Digest hash_pair(const Digest& left, const Digest& right);
// MTH of leaves (or complete subtrees of one size) given by their hashes; SHA-256("") when there are none.
[[nodiscard]] Digest root_of(std::span<const Digest> hashes);

// The hashes of tile (level, number), at least `width` of them (more may come). What cannot be had is the source's to
// throw.
using TileSource = std::function<std::vector<Digest>(int level, std::int64_t number, std::int64_t width)>;

// floor(size / 256^level): how many complete subtrees of that level a tree has.
[[nodiscard]] std::int64_t count_at(int level, std::int64_t size);
// Width of tile (level, number) in a tree of this size: 0 (absent) to 256 (full).
[[nodiscard]] std::int64_t width_of(int level, std::int64_t number, std::int64_t size);

[[nodiscard]] Digest root_at(const TileSource& tiles, std::int64_t size);

// RFC 6962 section 2.1.1: the audit path of leaf `index` in the tree of `size` leaves, lowest first. 0 <= index < size
// (CHECK).
[[nodiscard]] std::vector<Digest> inclusion_proof(const TileSource& tiles, std::int64_t index, std::int64_t size);
// RFC 6962 section 2.1.2: that the tree of `older` leaves begins the tree of `newer` leaves. 0 <= older <= newer
// (CHECK); empty when they are equal or older is 0.
[[nodiscard]] std::vector<Digest> consistency_proof(const TileSource& tiles, std::int64_t older, std::int64_t newer);

// RFC 9162 section 2.1.3.2 and 2.1.4.2 (the verification algorithms RFC 6962 leaves to the reader).
[[nodiscard]] bool proves_inclusion(const Digest& leaf, std::int64_t index, std::int64_t size,
                                    std::span<const Digest> proof, const Digest& root);
[[nodiscard]] bool proves_consistency(std::int64_t older, std::int64_t newer, std::span<const Digest> proof,
                                      const Digest& older_root, const Digest& newer_root);

// The tree grown leaf by leaf, keeping only the roots of its complete subtrees (one for each bit of its size).
class Frontier {
 public:
  void add(const Digest& leaf);
  [[nodiscard]] std::int64_t size() const { return size_; }
  [[nodiscard]] Digest root() const;

 private:
  std::int64_t size_ = 0;
  std::vector<Digest> complete_;  // largest subtree first
};

}  // namespace quadrille::audit
