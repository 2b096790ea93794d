#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "host/crypto/encoding.h"
#include "services/audit/audit.h"
#include "services/audit/merkle.h"

// The log as static files (c2sp.org/tlog-tiles, read 2026-11-25): "checkpoint", "tile/<L>/<N>[.p/<W>]" with 32 bytes a
// hash, "tile/entries/<N>[.p/<W>]" with each leaf after its length in two bytes.

namespace quadrille::audit {

struct TileName {
  std::optional<int> level;  // nothing = a bundle of entries
  std::int64_t number = 0;
  std::int64_t width = 256;  // 1..256; 256 = full
  friend bool operator==(const TileName&, const TileName&) = default;
};

// "tile/0/x001/x234/067", "tile/entries/000.p/12".
[[nodiscard]] std::string format_tile_name(const TileName& name);
// Nothing for any other text: also leading zeros, levels above 63, paths that format_tile_name would not write.
[[nodiscard]] std::optional<TileName> parse_tile_name(std::string_view path);

// Its bytes in the tree as it is now; nothing when the tree has no such tile. Of a partial tile that has grown, the
// first `width` hashes: they never change.
[[nodiscard]] std::optional<crypto::Bytes> tile_bytes(database::Snapshot& snapshot, const TileName& name);

// Every tile and bundle of the tree of `size` leaves, bundles first. `write` gets each once; `progress` the share done.
void visit_tiles(database::Snapshot& snapshot, std::int64_t size,
                 const std::function<void(const TileName&, const crypto::Bytes&)>& write,
                 const std::function<void(double)>& progress);

// The tiles of the snapshot's tree, for root_at() and the proofs of merkle.h; those that were read are kept as long as
// the source lives. A tile that should be there and is not throws DatabaseError{corrupt}.
[[nodiscard]] TileSource tiles_of_log(database::Snapshot& snapshot);

// The proof that entry `index` is in the tree of a checkpoint, as c2sp.org/tlog-proof@v1 writes it, with the leaf as
// extra data. 0 <= index < the checkpoint's size (CHECK).
[[nodiscard]] std::string proof_text(database::Snapshot& snapshot, std::int64_t index, const std::string& checkpoint);

}  // namespace quadrille::audit
