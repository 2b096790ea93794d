#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/parallel.h"
#include "base/place.h"
#include "base/result.h"
#include "base/time.h"
#include "host/database/database.h"
#include "services/facts/mapping.h"
#include "services/facts/taxonomy.h"
#include "services/territory/calendar.h"
#include "services/territory/territory.h"

// Facts: taken in from files, cleaned, versioned, never overwritten. A study reads the facts of one data version: those
// created at or before it and not retired at or before it.

namespace quadrille::facts {

[[nodiscard]] std::span<const database::Migration> migrations();

// ---- taking in ------------------------------------------------------------------------------------------------------

// What can be wrong with a row. The row is kept where the rest of it can serve (without its place, in its wider
// window), otherwise left out.
enum class IssueKind : std::uint8_t {
  too_few_fields,    // left out
  no_id,             // left out
  bad_datetime,      // left out
  unknown_category,  // left out
  same_id_differs,   // left out: the file gives one id two contents; the first is kept
  missing_place,     // kept without place
  bad_place,         // kept without place
  outside_bounds,    // kept without place
  repeated_hour,     // kept: the window holds both instants
  skipped_hour,      // kept: the moment of the clock change
  outside_sectors,   // kept with its place, in no sector
};
[[nodiscard]] std::string_view name_of(IssueKind kind);
[[nodiscard]] bool leaves_row_out(IssueKind kind);

struct RowIssue {
  IssueKind kind = IssueKind::bad_datetime;
  Issue issue;
};

struct ImportReport {
  ImportId id;  // 0 when nothing was written (a dry run, or a file that changes nothing)
  std::string file;
  std::int64_t rows = 0;  // records read, without the header
  std::int64_t added = 0;
  std::int64_t changed = 0;
  std::int64_t unchanged = 0;
  std::int64_t duplicates = 0;
  std::int64_t left_out = 0;
  std::int64_t without_place = 0;
  std::int64_t outside_sectors = 0;
  std::optional<CivilDate> first_day;
  std::optional<CivilDate> last_day;
  std::int64_t data_version = 0;
  std::map<IssueKind, std::int64_t> issue_counts;
  std::vector<RowIssue> issues;  // the first issues_kept
};

inline constexpr std::size_t issues_kept = 10'000;

struct ImportOptions {
  bool is_dry_run = false;
};

// Reads the whole file and writes facts, versions, issues, calendar (unless one was given) and audit entry in ONE
// transaction: a refused, cancelled or killed import leaves nothing. A file that was already taken in changes nothing;
// a row whose content differs becomes a new version and the old one is retired. Memory: about 50 bytes a fact already
// known or read (the table that recognises rows), 20 MB besides.
//
// Refused as a whole: unreadable or damaged files, wrong encoding, missing columns, no usable row, no row with a place
// although the mapping names coordinates (swapped, projected or with decimal commas: the message says which).
[[nodiscard]] Result<ImportReport> import_file(database::Database& database, const territory::Territory& territory,
                                               const std::filesystem::path& file, const Mapping& mapping,
                                               const territory::By& by, const Progress& progress,
                                               ImportOptions options = {});

// A fact that does not come from a file: the generated city's.
struct NewFact {
  std::string key;
  Window window;
  CivilDate day;
  std::int32_t ms_of_day = 0;
  std::uint8_t category = 0;
  std::string subcategory;
  Channel channel = Channel::reported;
  std::optional<LonLat> place;
  std::string address;
};
// In the caller's transaction; all are new. Located in plane and sector here.
[[nodiscard]] Result<ImportReport> add_facts(database::Transaction& tx, const territory::Territory& territory,
                                             const std::string& source, std::span<const NewFact> facts,
                                             const territory::By& by);

// Finds every current fact's sector again, after sectors were added; returns how many changed. A new data version when
// any did: a study made before then differs when it is run again.
[[nodiscard]] Result<std::int64_t> relocate(database::Transaction& tx, const territory::Territory& territory,
                                            const territory::By& by);

// ---- reading --------------------------------------------------------------------------------------------------------

// Column by column, one entry a fact, in order of day. Places in the territory's plane, millimetres.
struct FactColumns {
  std::vector<std::int32_t> day;
  std::vector<std::uint8_t> category;
  std::vector<Channel> channel;
  std::vector<std::int64_t> sector;  // SectorId, 0 = none
  std::vector<std::int64_t> east_mm;
  std::vector<std::int64_t> north_mm;
  std::vector<bool> has_place;

  [[nodiscard]] std::size_t size() const { return day.size(); }
};
// Facts of the days as they stood at the data version. Refused only when cancelled.
[[nodiscard]] Result<FactColumns> load_facts(database::Snapshot& snapshot, TerritoryId territory, DayPeriod days,
                                             std::int64_t data_version, const Progress& progress);

// How many facts of each category and channel, current version.
struct CategoryCount {
  std::uint8_t category = 0;
  Channel channel = Channel::reported;
  std::int64_t count = 0;
};
[[nodiscard]] std::vector<CategoryCount> count_by_category(database::Snapshot& snapshot, TerritoryId territory);

// First and last day with a current fact.
[[nodiscard]] std::optional<DayPeriod> days_with_facts(database::Snapshot& snapshot, TerritoryId territory);

// The calendar that the current facts tell: days without any fact of any category are unobserved. There must be facts.
[[nodiscard]] territory::Calendar inferred_calendar(database::Snapshot& snapshot, TerritoryId territory);

struct ImportSummary {
  ImportId id;
  std::int64_t number = 0;  // within the territory, from 1: what people see
  std::string file;
  Instant at;
  ImportReport report;  // without the list of issues
};
[[nodiscard]] std::vector<ImportSummary> list_imports(database::Snapshot& snapshot, TerritoryId territory);
[[nodiscard]] std::vector<RowIssue> load_issues(database::Snapshot& snapshot, ImportId import, std::int64_t after,
                                                int limit);
// Rows with an issue, of all imports of the territory.
[[nodiscard]] std::int64_t count_issues(database::Snapshot& snapshot, TerritoryId territory);

}  // namespace quadrille::facts
