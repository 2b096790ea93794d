#include <algorithm>
#include <map>
#include <memory>

#include "base/check.h"
#include "services/audit/store.h"
#include "services/audit/tiles.h"

namespace quadrille::audit {
namespace {

std::vector<Digest> to_hashes(std::span<const std::uint8_t> bytes) {
  std::vector<Digest> hashes(bytes.size() / 32);
  for (std::size_t i = 0; i < hashes.size(); ++i) std::ranges::copy(bytes.subspan(32 * i, 32), hashes[i].begin());
  return hashes;
}

std::span<const std::uint8_t> bytes_of(std::span<const Digest> hashes) {
  return {hashes.empty() ? nullptr : hashes.front().data(), 32 * hashes.size()};
}

// The hash of a completed tile becomes the next hash of the level above; that may complete a tile in its turn.
void push_up(database::Transaction& tx, int level, std::int64_t index, const Digest& hash) {
  const std::int64_t number = index / tile_width;
  if (index % tile_width == 0) {
    tx.execute("INSERT INTO audit_tile (level, number, hashes) VALUES (?, ?, ?)",
               {level, number, std::span<const std::uint8_t>(hash)});
    return;
  }
  auto hashes = stored_tile(tx, level, number);
  CHECK(static_cast<std::int64_t>(hashes.size()) == 32 * (index % tile_width));
  hashes.insert(hashes.end(), hash.begin(), hash.end());
  tx.execute("UPDATE audit_tile SET hashes = ? WHERE level = ? AND number = ?", {hashes, level, number});
  if (index % tile_width == tile_width - 1) push_up(tx, level + 1, number, root_of(to_hashes(hashes)));
}

}  // namespace

std::vector<crypto::Bytes> leaves_between(database::Snapshot& snapshot, std::int64_t begin, std::int64_t end) {
  std::vector<crypto::Bytes> leaves;
  auto rows =
      snapshot.query("SELECT leaf FROM audit_act WHERE position >= ? AND position < ? ORDER BY position", {begin, end});
  while (rows->next()) {
    const auto leaf = rows->bytes(0);
    leaves.emplace_back(leaf.begin(), leaf.end());
  }
  return leaves;
}

crypto::Bytes stored_tile(database::Snapshot& snapshot, int level, std::int64_t number) {
  auto rows = snapshot.query(snapshot.dialect() == database::Dialect::sqlite
                                 ? "SELECT CAST(hashes AS BLOB) FROM audit_tile WHERE level = ? AND number = ?"
                                 : "SELECT hashes FROM audit_tile WHERE level = ? AND number = ?",
                             {level, number});
  if (!rows->next()) return {};
  const auto hashes = rows->bytes(0);
  return {hashes.begin(), hashes.end()};
}

std::vector<std::pair<int, std::int64_t>> stored_tile_names(database::Snapshot& snapshot) {
  std::vector<std::pair<int, std::int64_t>> names;
  auto rows = snapshot.query("SELECT level, number FROM audit_tile ORDER BY level, number");
  while (rows->next()) names.emplace_back(static_cast<int>(rows->integer(0)), rows->integer(1));
  return names;
}

TileSource tiles_of_log(database::Snapshot& snapshot) {
  auto known = std::make_shared<std::map<std::pair<int, std::int64_t>, std::vector<Digest>>>();
  return [&snapshot, known](int level, std::int64_t number, std::int64_t width) {
    auto& hashes = (*known)[{level, number}];
    if (static_cast<std::int64_t>(hashes.size()) >= width) return hashes;
    hashes = to_hashes(stored_tile(snapshot, level, number));
    if (hashes.empty() && level == 0)
      for (const auto& leaf : leaves_between(snapshot, number * tile_width, (number + 1) * tile_width))
        hashes.push_back(hash_leaf(leaf));
    if (static_cast<std::int64_t>(hashes.size()) < width)
      throw database::DatabaseError(database::DatabaseError::Cause::corrupt,
                                    "audit log: tile " + std::to_string(level) + "/" + std::to_string(number) +
                                        " is incomplete; run quadrille audit verify");
    return hashes;
  };
}

void complete_tiles(database::Transaction& tx, std::int64_t size_before, std::span<const Digest> fresh) {
  const std::int64_t size_after = size_before + static_cast<std::int64_t>(fresh.size());
  for (std::int64_t number = size_before / tile_width; (number + 1) * tile_width <= size_after; ++number) {
    const std::int64_t begin = number * tile_width;
    std::vector<Digest> hashes;
    for (const auto& leaf : leaves_between(tx, begin, std::max(begin, size_before))) hashes.push_back(hash_leaf(leaf));
    const auto first =
        fresh.subspan(static_cast<std::size_t>(begin + static_cast<std::int64_t>(hashes.size()) - size_before));
    hashes.insert(hashes.end(), first.begin(), first.begin() + (tile_width - static_cast<std::int64_t>(hashes.size())));
    tx.execute("INSERT INTO audit_tile (level, number, hashes) VALUES (?, ?, ?)", {0, number, bytes_of(hashes)});
    push_up(tx, 1, number, root_of(hashes));
  }
}

}  // namespace quadrille::audit
