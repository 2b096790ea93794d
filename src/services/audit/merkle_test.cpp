#include "services/audit/merkle.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "host/crypto/encoding.h"

namespace quadrille::audit {
namespace {

Digest digest_of(std::string_view hex) {
  Digest digest{};
  std::ranges::copy(crypto::from_hex(hex).value(), digest.begin());
  return digest;
}

// The eight leaves and the hashes of Certificate Transparency's reference implementation of RFC 6962
// (github.com/google/certificate-transparency, merkletree tests; used by every implementation since).
const std::vector<std::string_view> leaves{
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
const std::vector<std::string_view> roots{"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                                          "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                          "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                          "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                          "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                          "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                          "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                          "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
struct Proof {
  std::int64_t from;
  std::int64_t size;
  std::vector<std::string_view> hashes;
};
const std::vector<Proof> inclusions{{0,
                                     8,
                                     {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                                      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                                      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
                                    {5,
                                     8,
                                     {"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                                      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                                      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
                                    {2, 3, {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
                                    {1,
                                     5,
                                     {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                                      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}}};
const std::vector<Proof> consistencies{{1, 1, {}},
                                       {1,
                                        8,
                                        {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                                         "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                                         "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
                                       {6,
                                        8,
                                        {"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                                         "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                                         "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
                                       {2,
                                        5,
                                        {"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                                         "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}}};

std::vector<Digest> reference_hashes() {
  std::vector<Digest> hashes;
  for (const auto leaf : leaves) hashes.push_back(hash_leaf(crypto::from_hex(leaf).value()));
  return hashes;
}

// RFC 6962 section 2.1 word by word.
Digest root_by_definition(std::span<const Digest> hashes) {
  if (hashes.empty()) return crypto::sha256(std::span<const std::uint8_t>());
  if (hashes.size() == 1) return hashes[0];
  std::size_t k = 1;
  while (2 * k < hashes.size()) k *= 2;
  return hash_pair(root_by_definition(hashes.first(k)), root_by_definition(hashes.subspan(k)));
}

// Tiles of a tree held in memory, as tlog-tiles defines them.
TileSource tiles_in_memory(const std::vector<Digest>& hashes) {
  return [&hashes](int level, std::int64_t number, std::int64_t width) {
    std::vector<Digest> tile;
    const std::int64_t leaves_each = std::int64_t{1} << (8 * level);
    for (std::int64_t i = 0; i < width; ++i) {
      const std::int64_t begin = (number * tile_width + i) * leaves_each;
      tile.push_back(root_by_definition(
          std::span(hashes).subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(leaves_each))));
    }
    return tile;
  };
}

std::vector<Digest> random_hashes(std::int64_t count) {
  Random random(Seed{6962}, static_cast<std::uint64_t>(count));
  std::vector<Digest> hashes(static_cast<std::size_t>(count));
  for (auto& hash : hashes)
    for (auto& byte : hash) byte = static_cast<std::uint8_t>(random.next_u32());
  return hashes;
}

TEST(Merkle, agrees_with_the_reference_tree_of_rfc_6962) {
  const auto hashes = reference_hashes();
  Frontier tree;
  for (std::size_t size = 0; size <= hashes.size(); ++size) {
    EXPECT_EQ(tree.root(), digest_of(roots[size])) << size;
    EXPECT_EQ(root_at(tiles_in_memory(hashes), static_cast<std::int64_t>(size)), digest_of(roots[size])) << size;
    if (size < hashes.size()) tree.add(hashes[size]);
  }
}

TEST(Merkle, agrees_with_the_reference_proofs_of_rfc_6962) {
  const auto hashes = reference_hashes();
  const auto tiles = tiles_in_memory(hashes);
  const auto root = [](std::int64_t size) { return digest_of(roots[static_cast<std::size_t>(size)]); };
  for (const auto& proof : inclusions) {
    std::vector<Digest> expected;
    for (const auto hash : proof.hashes) expected.push_back(digest_of(hash));
    EXPECT_EQ(inclusion_proof(tiles, proof.from, proof.size), expected);
    EXPECT_TRUE(proves_inclusion(hashes[static_cast<std::size_t>(proof.from)], proof.from, proof.size, expected,
                                 root(proof.size)));
  }
  for (const auto& proof : consistencies) {
    std::vector<Digest> expected;
    for (const auto hash : proof.hashes) expected.push_back(digest_of(hash));
    EXPECT_EQ(consistency_proof(tiles, proof.from, proof.size), expected);
    EXPECT_TRUE(proves_consistency(proof.from, proof.size, expected, root(proof.from), root(proof.size)));
  }
}

TEST(Merkle, the_tree_grown_leaf_by_leaf_is_the_recursive_definition_at_random_sizes) {
  Random random(Seed{1}, 0);
  for (int round = 0; round < 40; ++round) {
    const auto hashes = random_hashes(random.next_below(3000));
    Frontier tree;
    for (const auto& hash : hashes) tree.add(hash);
    const auto expected = root_by_definition(hashes);
    EXPECT_EQ(tree.root(), expected) << hashes.size();
    EXPECT_EQ(root_of(hashes), expected) << hashes.size();
    EXPECT_EQ(root_at(tiles_in_memory(hashes), static_cast<std::int64_t>(hashes.size())), expected) << hashes.size();
  }
}

TEST(Merkle, every_leaf_of_small_trees_is_proved_and_no_other_passes) {
  for (std::int64_t size = 1; size <= 40; ++size) {
    const auto hashes = random_hashes(size);
    const auto tiles = tiles_in_memory(hashes);
    const auto root = root_by_definition(hashes);
    for (std::int64_t index = 0; index < size; ++index) {
      auto proof = inclusion_proof(tiles, index, size);
      const auto& leaf = hashes[static_cast<std::size_t>(index)];
      ASSERT_TRUE(proves_inclusion(leaf, index, size, proof, root));
      for (std::int64_t other = -1; other <= size; ++other)
        ASSERT_EQ(proves_inclusion(leaf, other, size, proof, root), other == index);
      ASSERT_FALSE(proves_inclusion(hash_leaf(leaf), index, size, proof, root));
      for (auto& step : proof) {
        step[31] ^= 1;
        ASSERT_FALSE(proves_inclusion(leaf, index, size, proof, root));
        step[31] ^= 1;
      }
      proof.push_back(leaf);
      ASSERT_FALSE(proves_inclusion(leaf, index, size, proof, root));
    }
  }
}

TEST(Merkle, every_pair_of_small_trees_is_proved_consistent_and_no_other_passes) {
  const auto hashes = random_hashes(40);
  const auto tiles = tiles_in_memory(hashes);
  const auto root = [&](std::int64_t size) {
    return root_by_definition(std::span(hashes).first(static_cast<std::size_t>(size)));
  };
  for (std::int64_t newer = 0; newer <= 40; ++newer) {
    for (std::int64_t older = 1; older <= newer; ++older) {
      auto proof = consistency_proof(tiles, older, newer);
      ASSERT_TRUE(proves_consistency(older, newer, proof, root(older), root(newer)));
      ASSERT_FALSE(proves_consistency(older, newer, proof, root(older), hash_leaf(root(newer))));
      ASSERT_FALSE(proves_consistency(older, newer, proof, hash_leaf(root(older)), root(newer)));
      for (auto& step : proof) {
        step[0] ^= 0x80;
        ASSERT_FALSE(proves_consistency(older, newer, proof, root(older), root(newer)));
        step[0] ^= 0x80;
      }
    }
  }
}

TEST(Merkle, proofs_cross_tiles) {
  const auto hashes = random_hashes(70'000);
  // 273 full tiles of level 0 and one of 112, one full tile of level 1 and one of 17, one of level 2 of width 1: the
  // example of tlog-tiles.
  EXPECT_EQ(width_of(0, 272, 70'000), 256);
  EXPECT_EQ(width_of(0, 273, 70'000), 112);
  EXPECT_EQ(width_of(0, 274, 70'000), 0);
  EXPECT_EQ(width_of(1, 0, 70'000), 256);
  EXPECT_EQ(width_of(1, 1, 70'000), 17);
  EXPECT_EQ(width_of(2, 0, 70'000), 1);
  EXPECT_EQ(width_of(3, 0, 70'000), 0);
  const auto tiles = tiles_in_memory(hashes);
  const auto root = root_by_definition(hashes);
  for (const std::int64_t index : {0, 255, 256, 65'535, 65'536, 69'887, 69'888, 69'999}) {
    const auto proof = inclusion_proof(tiles, index, 70'000);
    EXPECT_TRUE(proves_inclusion(hashes[static_cast<std::size_t>(index)], index, 70'000, proof, root)) << index;
  }
  for (const std::int64_t older : {1, 256, 300, 65'536, 65'537, 69'999}) {
    const auto older_root = root_by_definition(std::span(hashes).first(static_cast<std::size_t>(older)));
    EXPECT_TRUE(proves_consistency(older, 70'000, consistency_proof(tiles, older, 70'000), older_root, root)) << older;
  }
}

}  // namespace
}  // namespace quadrille::audit
