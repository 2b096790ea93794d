#include "services/audit/tiles.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "base/check.h"
#include "services/audit/checkpoint.h"
#include "services/audit/store.h"

namespace quadrille::audit {
namespace {

std::string three_digits(std::int64_t number) {
  std::string digits = std::to_string(number);
  return std::string(3 - digits.size(), '0') + digits;
}

std::optional<std::int64_t> to_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

crypto::Bytes bundle_bytes(database::Snapshot& snapshot, std::int64_t number, std::int64_t width) {
  crypto::Bytes bytes;
  for (const auto& leaf : leaves_between(snapshot, number * tile_width, number * tile_width + width)) {
    bytes.push_back(static_cast<std::uint8_t>(leaf.size() >> 8U));
    bytes.push_back(static_cast<std::uint8_t>(leaf.size()));
    bytes.insert(bytes.end(), leaf.begin(), leaf.end());
  }
  return bytes;
}

crypto::Bytes read_tile(database::Snapshot& snapshot, const TileName& name) {
  if (!name.level) return bundle_bytes(snapshot, name.number, name.width);
  crypto::Bytes bytes;
  const auto hashes = tiles_of_log(snapshot)(*name.level, name.number, name.width);
  for (const auto& hash : std::span(hashes).first(static_cast<std::size_t>(name.width)))
    bytes.insert(bytes.end(), hash.begin(), hash.end());
  return bytes;
}

}  // namespace

std::string format_tile_name(const TileName& name) {
  std::string number = three_digits(name.number % 1000);
  for (std::int64_t rest = name.number / 1000; rest > 0; rest /= 1000)
    number = "x" + three_digits(rest % 1000) + "/" + number;
  return "tile/" + (name.level ? std::to_string(*name.level) : "entries") + "/" + number +
         (name.width < tile_width ? ".p/" + std::to_string(name.width) : "");
}

std::optional<TileName> parse_tile_name(std::string_view path) {
  const std::string_view whole = path;
  constexpr std::string_view prefix = "tile/";
  if (!path.starts_with(prefix) || path.size() > 64) return std::nullopt;
  path.remove_prefix(prefix.size());
  const auto slash = path.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  TileName name;
  if (path.substr(0, slash) != "entries") {
    const auto level = to_number(path.substr(0, slash));
    if (!level || *level < 0 || *level > 63) return std::nullopt;
    name.level = static_cast<int>(*level);
  }
  path.remove_prefix(slash + 1);
  if (const auto dot = path.find(".p/"); dot != std::string_view::npos) {
    const auto width = to_number(path.substr(dot + 3));
    if (!width || *width < 1 || *width >= tile_width) return std::nullopt;
    name.width = *width;
    path = path.substr(0, dot);
  }
  while (!path.empty()) {
    const auto end = std::min(path.find('/'), path.size());
    auto part = path.substr(0, end);
    if (part.starts_with('x')) part.remove_prefix(1);
    const auto digits = to_number(part);
    if (!digits || *digits < 0 || *digits > 999 || name.number > INT64_MAX / 1'000'000) return std::nullopt;
    name.number = name.number * 1000 + *digits;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return format_tile_name(name) == whole ? std::optional(name) : std::nullopt;
}

std::optional<crypto::Bytes> tile_bytes(database::Snapshot& snapshot, const TileName& name) {
  if (name.number > INT64_MAX / tile_width - 1) return std::nullopt;
  if (width_of(name.level.value_or(0), name.number, size(snapshot)) < name.width) return std::nullopt;
  return read_tile(snapshot, name);
}

void visit_tiles(database::Snapshot& snapshot, std::int64_t size,
                 const std::function<void(const TileName&, const crypto::Bytes&)>& write,
                 const std::function<void(double)>& progress) {
  const auto visit = [&](std::optional<int> level, const auto& step) {
    const std::int64_t count = count_at(level.value_or(0), size);
    for (std::int64_t number = 0; number * tile_width < count; ++number) {
      const TileName name{level, number, width_of(level.value_or(0), number, size)};
      write(name, read_tile(snapshot, name));
      step(static_cast<double>(std::min(count, (number + 1) * tile_width)) / static_cast<double>(count));
    }
  };
  // Bundles are nine tenths of the bytes.
  visit(std::nullopt, [&](double share) { progress(0.9 * share); });
  for (int level = 0; count_at(level, size) > 0; ++level)
    visit(level, [&](double share) {
      if (level == 0) progress(0.9 + 0.1 * share);
    });
}

std::string proof_text(database::Snapshot& snapshot, std::int64_t index, const std::string& checkpoint) {
  const auto note = parse_note(checkpoint);
  const auto tree = note ? parse_checkpoint(note->text) : std::nullopt;
  CHECK(tree && index >= 0 && index < tree->size);
  std::string text = "c2sp.org/tlog-proof@v1\n";
  for (const auto& leaf : leaves_between(snapshot, index, index + 1)) text += "extra " + crypto::to_base64(leaf) + "\n";
  text += "index " + std::to_string(index) + "\n";
  for (const auto& hash : inclusion_proof(tiles_of_log(snapshot), index, tree->size))
    text += crypto::to_base64(hash) + "\n";
  return text + "\n" + checkpoint;
}

}  // namespace quadrille::audit
