#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "services/facts/facts.h"
#include "services/facts/known_facts.h"

// The rows behind services/facts; only its use cases call these.

namespace quadrille::facts::store {

// Words that repeat in a source (addresses, subcategories) are stored once.
class Words {
 public:
  explicit Words(database::Snapshot& snapshot);
  // 0 for the empty word.
  [[nodiscard]] std::int64_t number_of(std::string_view word);
  void write_new(database::Transaction& tx) const;

 private:
  struct WordHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::unordered_map<std::string, std::int64_t, WordHash, std::equal_to<>> numbers_;
  std::int64_t first_new_ = 1;
  std::int64_t next_ = 1;
};

struct Row {
  std::string_view source;
  std::string_view key;
  std::uint64_t key_hash = 0;
  std::uint64_t content_hash = 0;
  std::int64_t version = 1;
  Window window;
  std::string_view source_time;
  CivilDate day;
  std::optional<std::int32_t> ms_of_day;
  CategoryRule rule;
  std::string_view subcategory;
  std::string_view address;
  std::optional<LonLat> place;
  std::optional<Projected> projected;
  std::int64_t sector = 0;
};

// Adds facts in bulk. Nothing else may be asked of the transaction between the first add and finish.
class FactWriter {
 public:
  FactWriter(database::Transaction& tx, const territory::Territory& territory, ImportId import,
             std::int64_t data_version);
  void add(const Row& row);
  void finish();

 private:
  database::Transaction& tx_;
  TerritoryId territory_;
  ImportId import_;
  std::int64_t data_version_;
  bool is_simulated_;
  Words words_;
  std::unique_ptr<database::Bulk> bulk_;
};

void load_known(database::Snapshot& snapshot, TerritoryId territory, std::string_view source, KnownFacts& known);
void retire(database::Transaction& tx, FactId fact, std::int64_t data_version);
[[nodiscard]] std::set<CivilDate> observed_dates(database::Snapshot& snapshot, TerritoryId territory);

struct PlacedRow {
  FactId id;
  LonLat place;
  std::int64_t sector = 0;
};
[[nodiscard]] std::vector<PlacedRow> load_placed(database::Snapshot& snapshot, TerritoryId territory);
void set_sector(database::Transaction& tx, FactId fact, std::int64_t sector);

// Current facts by category and channel, kept so that nobody has to count them all again.
void refresh_totals(database::Transaction& tx, TerritoryId territory);

[[nodiscard]] ImportId insert_import(database::Transaction& tx, TerritoryId territory, const std::string& file,
                                     std::string_view source, Instant at);
void write_report(database::Transaction& tx, ImportId import, const ImportReport& report);

}  // namespace quadrille::facts::store
