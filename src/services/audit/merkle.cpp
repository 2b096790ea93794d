#include "services/audit/merkle.h"

#include <algorithm>
#include <bit>

#include "base/check.h"

namespace quadrille::audit {
namespace {

constexpr std::uint8_t leaf_prefix[] = {0x00};
constexpr std::uint8_t node_prefix[] = {0x01};

// The largest power of two smaller than n >= 2: RFC 6962's k.
std::int64_t split_of(std::int64_t n) {
  return std::int64_t{1} << (std::bit_width(static_cast<std::uint64_t>(n - 1)) - 1);
}

// MTH(D[begin:end]), where begin is a multiple of the largest power of two not above the length: so are all ranges that
// the recursive definitions ask for.
Digest hash_range(const TileSource& tiles, std::int64_t begin, std::int64_t end) {
  const std::int64_t length = end - begin;
  if (!std::has_single_bit(static_cast<std::uint64_t>(length))) {
    const std::int64_t middle = begin + split_of(length);
    return hash_pair(hash_range(tiles, begin, middle), hash_range(tiles, middle, end));
  }
  const int height = std::countr_zero(static_cast<std::uint64_t>(length));
  const int level = height / 8;
  const std::int64_t first = begin >> (8 * level);
  const std::int64_t count = length >> (8 * level);
  const auto hashes = tiles(level, first / tile_width, first % tile_width + count);
  CHECK(static_cast<std::int64_t>(hashes.size()) >= first % tile_width + count);
  return root_of(
      std::span(hashes).subspan(static_cast<std::size_t>(first % tile_width), static_cast<std::size_t>(count)));
}

void prove_leaf(const TileSource& tiles, std::int64_t index, std::int64_t begin, std::int64_t end,
                std::vector<Digest>& proof) {
  if (end - begin == 1) return;
  const std::int64_t middle = begin + split_of(end - begin);
  if (index < middle) {
    prove_leaf(tiles, index, begin, middle, proof);
    proof.push_back(hash_range(tiles, middle, end));
  } else {
    prove_leaf(tiles, index, middle, end, proof);
    proof.push_back(hash_range(tiles, begin, middle));
  }
}

// RFC 6962's SUBPROOF(m, D[begin:end], b); `is_known` is its b: the verifier has this subtree's hash already.
struct Subproof {
  std::int64_t begin;
  std::int64_t end;
  bool is_known;
};
void prove_prefix(const TileSource& tiles, std::int64_t older_end, Subproof of, std::vector<Digest>& proof) {
  if (older_end == of.end) {
    if (!of.is_known) proof.push_back(hash_range(tiles, of.begin, of.end));
    return;
  }
  const std::int64_t middle = of.begin + split_of(of.end - of.begin);
  if (older_end <= middle) {
    prove_prefix(tiles, older_end, {of.begin, middle, of.is_known}, proof);
    proof.push_back(hash_range(tiles, middle, of.end));
  } else {
    prove_prefix(tiles, older_end, {middle, of.end, false}, proof);
    proof.push_back(hash_range(tiles, of.begin, middle));
  }
}

}  // namespace

Digest hash_leaf(std::span<const std::uint8_t> leaf) { return crypto::sha256({leaf_prefix, leaf}); }

Digest hash_pair(const Digest& left, const Digest& right) { return crypto::sha256({node_prefix, left, right}); }

Digest root_of(std::span<const Digest> hashes) {
  if (hashes.empty()) return crypto::sha256(std::span<const std::uint8_t>());
  Frontier tree;
  for (const auto& hash : hashes) tree.add(hash);
  return tree.root();
}

std::int64_t count_at(int level, std::int64_t size) {
  CHECK(level >= 0 && size >= 0);
  return level > 7 ? 0 : size >> (8 * level);
}

std::int64_t width_of(int level, std::int64_t number, std::int64_t size) {
  return std::clamp<std::int64_t>(count_at(level, size) - number * tile_width, 0, tile_width);
}

Digest root_at(const TileSource& tiles, std::int64_t size) {
  return size == 0 ? root_of({}) : hash_range(tiles, 0, size);
}

std::vector<Digest> inclusion_proof(const TileSource& tiles, std::int64_t index, std::int64_t size) {
  CHECK(index >= 0 && index < size);
  std::vector<Digest> proof;
  prove_leaf(tiles, index, 0, size, proof);
  return proof;
}

std::vector<Digest> consistency_proof(const TileSource& tiles, std::int64_t older, std::int64_t newer) {
  CHECK(older >= 0 && older <= newer);
  std::vector<Digest> proof;
  if (older > 0 && older < newer) prove_prefix(tiles, older, {0, newer, true}, proof);
  return proof;
}

bool proves_inclusion(const Digest& leaf, std::int64_t index, std::int64_t size, std::span<const Digest> proof,
                      const Digest& root) {
  if (index < 0 || index >= size) return false;
  std::int64_t fn = index;
  std::int64_t sn = size - 1;
  Digest hash = leaf;
  for (const auto& step : proof) {
    if (sn == 0) return false;
    if (fn % 2 == 1 || fn == sn) {
      hash = hash_pair(step, hash);
      while (fn % 2 == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      hash = hash_pair(hash, step);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && hash == root;
}

bool proves_consistency(std::int64_t older, std::int64_t newer, std::span<const Digest> proof, const Digest& older_root,
                        const Digest& newer_root) {
  if (older < 0 || older > newer) return false;
  if (older == newer) return proof.empty() && older_root == newer_root;
  if (older == 0) return proof.empty() && older_root == root_of({});
  std::int64_t fn = older - 1;
  std::int64_t sn = newer - 1;
  while (fn % 2 == 1) {
    fn >>= 1;
    sn >>= 1;
  }
  std::size_t next = 0;
  Digest from_older = older_root;
  if (!std::has_single_bit(static_cast<std::uint64_t>(older))) {
    if (proof.empty()) return false;
    from_older = proof[next++];
  }
  Digest from_newer = from_older;
  for (; next < proof.size(); ++next) {
    if (sn == 0) return false;
    if (fn % 2 == 1 || fn == sn) {
      from_older = hash_pair(proof[next], from_older);
      from_newer = hash_pair(proof[next], from_newer);
      while (fn % 2 == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      from_newer = hash_pair(from_newer, proof[next]);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && from_older == older_root && from_newer == newer_root;
}

void Frontier::add(const Digest& leaf) {
  complete_.push_back(leaf);
  for (std::int64_t rest = size_; rest % 2 == 1; rest >>= 1) {
    const Digest right = complete_.back();
    complete_.pop_back();
    complete_.back() = hash_pair(complete_.back(), right);
  }
  ++size_;
}

Digest Frontier::root() const {
  if (complete_.empty()) return root_of({});
  Digest root = complete_.back();
  for (auto left = complete_.rbegin() + 1; left != complete_.rend(); ++left) root = hash_pair(*left, root);
  return root;
}

}  // namespace quadrille::audit
