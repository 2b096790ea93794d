#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "base/time.h"

// What the API says beside pictures: plain structs, described for JSON in wire.cpp.

namespace quadrille::api::wire {

struct FactCounts {  // nothing: withheld from who sees masked counts only
  std::optional<std::int64_t> reported;
  std::optional<std::int64_t> discovered;
};
struct TerritorySummary {
  std::string slug;
  std::string name;
  bool simulated = false;
  std::optional<CivilDate> first_day;
  std::optional<CivilDate> last_day;
  FactCounts facts;
};
struct Instance {
  std::string product = "Quadrille";
  std::string version = "0.1.0";
  std::string default_language = "fr";
  std::vector<TerritorySummary> territories;
};
struct Level {
  int level = 1;
  int count = 0;
};
struct Sector {
  std::int64_t id = 0;
  std::string code;
  std::string name;
  std::optional<std::int64_t> parent;
  int level = 1;
  double area_km2 = 0;
  std::array<double, 2> centroid{};
};
struct Service {
  std::string code;
  std::string name;
};
struct Category {
  std::string code;
  Text label;
  std::string channel;
  std::optional<std::int64_t> count;  // nothing: withheld
};
struct Gap {
  CivilDate first_day;
  CivilDate last_day;
};
struct Calendar {
  std::string origin = "none";
  CivilDate first_day;
  CivilDate last_day;
  int observed_days = 0;
  int unobserved_days = 0;
  std::vector<Gap> gaps;
};
struct Territory : TerritorySummary {
  int epsg = 0;
  std::string time_zone;
  std::array<double, 4> bounds{};  // west, south, east, north
  Text attribution;
  std::int64_t data_version = 0;
  std::vector<Level> levels;
  std::vector<Sector> sectors;
  std::vector<Service> services;
  std::vector<Category> categories;
  Calendar calendar;
};

// One masked count: of 1 to 4, or of one that would give such a one away, nothing is said.
struct AggregateRow {
  std::string sector;
  std::string name;
  CivilDate month;
  std::string channel;
  int observed_days = 0;
  std::optional<std::int64_t> count;
};
struct Aggregates {
  std::vector<AggregateRow> rows;
  Text source;
};

struct StudySummary {
  std::int64_t id = 0;
  std::string title;
  Instant created_at;
  std::int64_t data_version = 0;
  std::int64_t seed = 0;
  std::string sha256;
};
struct Rerun {
  bool same = false;
  std::string sha256;
  double seconds = 0;
};
struct StudyQuery {
  std::optional<CivilDate> first_day;
  std::optional<CivilDate> last_day;
  std::optional<CivilDate> compare_first_day;
  std::optional<CivilDate> compare_last_day;
  std::optional<std::string> channel;
  std::optional<std::vector<std::string>> categories;
  std::optional<int> level;
};
struct NewStudy {
  std::string title;
  StudyQuery query;
};

enum class JobKind { picture };
enum class JobState { waiting, running, done, failed, cancelled };
struct Job {
  std::int64_t id = 0;
  JobKind kind = JobKind::picture;
  JobState state = JobState::waiting;
  double share_done = 0;
  double seconds = 0;
  std::optional<double> seconds_left;
  std::optional<Text> problem;
};
struct NewJob {
  JobKind kind = JobKind::picture;
  StudyQuery query;
};

struct ImportSummary {
  std::int64_t id = 0;
  std::string file;
  Instant at;
  std::int64_t rows = 0;
  std::int64_t added = 0;
  std::int64_t changed = 0;
  std::int64_t unchanged = 0;
  std::int64_t duplicates = 0;
  std::int64_t left_out = 0;
  std::int64_t without_place = 0;
  std::int64_t outside_sectors = 0;
  std::int64_t data_version = 0;
  std::int64_t issues = 0;
};
struct ImportIssue {
  std::string kind;
  std::int64_t line = 0;
  std::string field;
  Text message;
  std::string found;
};

struct LogWho {
  std::string state;  // "open", "closed", "gone", "machine"
  Text name;
  std::string login;
  Text place;  // service or role, at that moment
};
// Subject, details and outcome as people read them; the fields themselves are what was recorded, and what proofs open.
struct LogSaid {
  Text subject;
  Text details;
  Text outcome;
};
struct LogEntry {
  std::int64_t position = 0;
  Instant at;
  std::string action;
  std::string actor;
  std::optional<std::int64_t> territory;
  std::optional<LogWho> who;
  std::string object;     // "note:12", empty when it is about no single thing
  std::string reference;  // "note:qrstuvwxyz234567", empty besides when there is no such thing any more
  Text object_kind;
  std::string subject;
  std::string details;
  std::string purpose;
  std::string legal_basis;
  std::string recipient;
  std::string outcome;
  LogSaid said;
  std::optional<std::int64_t> content_erased_by;
  std::optional<std::int64_t> account_erased_by;
};
// The thing asked about, and what the log keeps of who reads one.
struct LogAbout {
  std::string reference;
  Text kind;
  Text says;
};
struct LogPage {
  std::optional<LogAbout> about;
  std::vector<LogEntry> entries;
  std::optional<std::int64_t> next_before;
  std::int64_t size = 0;
};
struct LogPerson {
  std::string actor;
  std::string name;
  std::string login;
  std::vector<std::string> services;
  bool is_closed = false;
};
struct LogPersons {
  std::vector<LogPerson> persons;
  bool is_cut = false;
};
struct LogOpening {
  std::string field;
  std::string value;  // base64
  std::string key;    // hexadecimal, as the commitment
  std::string commitment;
};
struct LogProof {
  LogEntry entry;
  std::string leaf;  // base64, as the hashes and the root
  std::vector<LogOpening> openings;
  std::int64_t size = 0;
  std::vector<std::string> hashes;
  std::string root;
  std::string checkpoint;
  std::vector<std::string> keys;
};
struct LogFault {
  std::int64_t position = -1;
  std::string where;
  Text what;
};
struct LogReport {
  bool is_sound = false;
  std::int64_t size = 0;
  std::string root;
  std::int64_t checkpoints = 0;
  std::int64_t keys = 0;
  std::int64_t erased_contents = 0;
  std::int64_t erased_accounts = 0;
  std::int64_t clock_steps_back = 0;
  std::int64_t fault_count = 0;
  std::vector<LogFault> faults;
  double seconds = 0;
};

[[nodiscard]] std::string text_of(const LogPage& value);
[[nodiscard]] std::string text_of(const LogPersons& value);
[[nodiscard]] std::string text_of(const LogProof& value);
[[nodiscard]] std::string text_of(const LogReport& value);
[[nodiscard]] std::string text_of(const Instance& value);
[[nodiscard]] std::string text_of(const std::vector<TerritorySummary>& value);
[[nodiscard]] std::string text_of(const Territory& value);
[[nodiscard]] std::string text_of(const Aggregates& value);
[[nodiscard]] std::string text_of(const StudySummary& value);
[[nodiscard]] std::string text_of(const std::vector<StudySummary>& value);
[[nodiscard]] std::string text_of(const Rerun& value);
[[nodiscard]] std::string text_of(const Job& value);
[[nodiscard]] std::string text_of(const std::vector<Job>& value);
[[nodiscard]] std::string text_of(const std::vector<ImportSummary>& value);
[[nodiscard]] std::string text_of(const std::vector<ImportIssue>& value);
[[nodiscard]] Result<NewJob> read_new_job(const std::string& text);
[[nodiscard]] Result<NewStudy> read_new_study(const std::string& text);

// The OpenAPI components of the structs above.
[[nodiscard]] std::string schemas_text();

}  // namespace quadrille::api::wire
