#include <charconv>
#include <sstream>

#include "services/studies/references.h"
#include "services/studies/store.h"
#include "services/studies/studies.h"

namespace quadrille::studies {
namespace {

constexpr database::Migration steps[] = {
    {"studies", 1,
     "CREATE TABLE study (id INTEGER PRIMARY KEY, territory INTEGER NOT NULL REFERENCES territory (id), title TEXT NOT "
     "NULL, created_utc_ms INTEGER NOT NULL, data_version INTEGER NOT NULL, "
     "seed INTEGER NOT NULL, sha256 TEXT NOT NULL, calendar TEXT NOT NULL, parameters TEXT NOT NULL, picture TEXT NOT "
     "NULL); CREATE INDEX study_of ON study (territory)"},
    // Numbered within the territory: a number that skips would tell of studies elsewhere.
    {"studies", 2,
     "ALTER TABLE study ADD COLUMN number INTEGER NOT NULL DEFAULT 0; "
     "UPDATE study SET number = (SELECT COUNT(*) FROM study s WHERE s.territory = study.territory AND s.id <= "
     "study.id); CREATE UNIQUE INDEX study_number ON study (territory, number)"},
};

// "given 12054 16564 12061-12068 ...": origin, span, gaps; days since 1970, ends excluded.
std::string calendar_text(const territory::Calendar& calendar) {
  std::ostringstream text;
  text << (calendar.origin() == territory::CalendarOrigin::given ? "given" : "inferred") << ' '
       << calendar.span().begin.day << ' ' << calendar.span().end.day;
  for (const auto& gap : calendar.gaps()) text << ' ' << gap.begin.day << '-' << gap.end.day;
  return text.str();
}

territory::Calendar calendar_of(const std::string& text) {
  std::istringstream words(text);
  std::string origin;
  DayPeriod span;
  words >> origin >> span.begin.day >> span.end.day;
  std::vector<DayPeriod> gaps;
  for (std::string gap; words >> gap;) {
    const auto dash = gap.find('-', 1);
    DayPeriod days;
    std::from_chars(gap.data(), gap.data() + dash, days.begin.day);
    std::from_chars(gap.data() + dash + 1, gap.data() + gap.size(), days.end.day);
    gaps.push_back(days);
  }
  return {origin == "given" ? territory::CalendarOrigin::given : territory::CalendarOrigin::inferred, span,
          std::move(gaps)};
}

StudySummary read_summary(const database::Rows& rows) {
  return {{rows.integer(0)}, std::string(rows.text(1)), {rows.integer(2)},
          rows.integer(3),   rows.integer(4),           std::string(rows.text(5))};
}

}  // namespace

std::span<const database::Migration> migrations() { return steps; }

std::span<const audit::Reference> references() {
  static const audit::Reference all[] = {
      {.kind = "study",
       .label = {"Étude", "Study"},
       .table = "study",
       .code = "(SELECT t.slug FROM territory t WHERE t.id = study.territory) || '/' || study.number",
       .territory = "territory",
       .made_utc_ms = "created_utc_ms"}};
  return all;
}

namespace store {

StudyId insert(database::Transaction& tx, TerritoryId territory, const Study& study) {
  return {tx.insert_returning_id(
      "INSERT INTO study (territory, number, title, created_utc_ms, data_version, seed, sha256, calendar, parameters, "
      "picture) VALUES (?, (SELECT COALESCE(MAX(number), 0) + 1 FROM study WHERE territory = ?), ?, ?, ?, ?, ?, ?, ?, "
      "?) RETURNING number",
      {territory, territory, study.summary.title, study.summary.created_at.utc_ms, study.summary.data_version,
       study.summary.seed, study.summary.sha256, calendar_text(study.calendar), study.parameters, study.text})};
}

std::optional<Study> find(database::Snapshot& snapshot, TerritoryId territory, StudyId id) {
  auto rows = snapshot.query(
      "SELECT number, title, created_utc_ms, data_version, seed, sha256, calendar, parameters, picture FROM study "
      "WHERE "
      "territory = ? AND number = ?",
      {territory, id});
  if (!rows->next()) return std::nullopt;
  return Study{read_summary(*rows), calendar_of(std::string(rows->text(6))), std::string(rows->text(7)),
               std::string(rows->text(8))};
}

std::int64_t issues_at(database::Snapshot& snapshot, TerritoryId territory, std::int64_t data_version) {
  auto rows = snapshot.query(
      "SELECT COALESCE(SUM(c.count), 0) FROM import_issue_count c JOIN fact_import i ON i.id = c.import WHERE "
      "i.territory = ? AND i.data_version <= ?",
      {territory, data_version});
  rows->next();
  return rows->integer(0);
}

}  // namespace store

std::vector<StudySummary> list(database::Snapshot& snapshot, TerritoryId territory) {
  auto rows = snapshot.query(
      "SELECT number, title, created_utc_ms, data_version, seed, sha256 FROM study WHERE territory = ? ORDER BY number "
      "DESC",
      {territory});
  std::vector<StudySummary> studies;
  while (rows->next()) studies.push_back(read_summary(*rows));
  return studies;
}

}  // namespace quadrille::studies
