#include "edge/api/wire.h"

#include "host/json/describe.h"

namespace quadrille::api::wire {

BOOST_DESCRIBE_STRUCT(FactCounts, (), (reported, discovered))
BOOST_DESCRIBE_STRUCT(TerritorySummary, (), (slug, name, simulated, first_day, last_day, facts))
BOOST_DESCRIBE_STRUCT(Instance, (), (product, version, default_language, territories))
BOOST_DESCRIBE_STRUCT(Level, (), (level, count))
BOOST_DESCRIBE_STRUCT(Sector, (), (id, code, name, parent, level, area_km2, centroid))
BOOST_DESCRIBE_STRUCT(Service, (), (code, name))
BOOST_DESCRIBE_STRUCT(Category, (), (code, label, channel, count))
BOOST_DESCRIBE_STRUCT(Gap, (), (first_day, last_day))
BOOST_DESCRIBE_STRUCT(Calendar, (), (origin, first_day, last_day, observed_days, unobserved_days, gaps))
BOOST_DESCRIBE_STRUCT(Territory, (TerritorySummary),
                      (epsg, time_zone, bounds, attribution, data_version, levels, sectors, services, categories,
                       calendar))
BOOST_DESCRIBE_STRUCT(AggregateRow, (), (sector, name, month, channel, observed_days, count))
BOOST_DESCRIBE_STRUCT(Aggregates, (), (rows, source))
BOOST_DESCRIBE_STRUCT(StudySummary, (), (id, title, created_at, data_version, seed, sha256))
BOOST_DESCRIBE_STRUCT(Rerun, (), (same, sha256, seconds))
BOOST_DESCRIBE_STRUCT(StudyQuery, (),
                      (first_day, last_day, compare_first_day, compare_last_day, channel, categories, level))
BOOST_DESCRIBE_STRUCT(NewStudy, (), (title, query))
BOOST_DESCRIBE_ENUM(JobKind, picture)
BOOST_DESCRIBE_ENUM(JobState, waiting, running, done, failed, cancelled)
BOOST_DESCRIBE_STRUCT(Job, (), (id, kind, state, share_done, seconds, seconds_left, problem))
BOOST_DESCRIBE_STRUCT(NewJob, (), (kind, query))
BOOST_DESCRIBE_STRUCT(ImportSummary, (),
                      (id, file, at, rows, added, changed, unchanged, duplicates, left_out, without_place,
                       outside_sectors, data_version, issues))
BOOST_DESCRIBE_STRUCT(ImportIssue, (), (kind, line, field, message, found))

BOOST_DESCRIBE_STRUCT(LogWho, (), (state, name, login, place))
BOOST_DESCRIBE_STRUCT(LogSaid, (), (subject, details, outcome))
BOOST_DESCRIBE_STRUCT(LogEntry, (),
                      (position, at, action, actor, who, territory, object, reference, object_kind, subject, details,
                       purpose, legal_basis, recipient, outcome, said, content_erased_by, account_erased_by))
BOOST_DESCRIBE_STRUCT(LogAbout, (), (reference, kind, says))
BOOST_DESCRIBE_STRUCT(LogPage, (), (about, entries, next_before, size))
BOOST_DESCRIBE_STRUCT(LogPerson, (), (actor, name, login, services, is_closed))
BOOST_DESCRIBE_STRUCT(LogPersons, (), (persons, is_cut))
BOOST_DESCRIBE_STRUCT(LogOpening, (), (field, value, key, commitment))
BOOST_DESCRIBE_STRUCT(LogProof, (), (entry, leaf, openings, size, hashes, root, checkpoint, keys))
BOOST_DESCRIBE_STRUCT(LogFault, (), (position, where, what))
BOOST_DESCRIBE_STRUCT(LogReport, (),
                      (is_sound, size, root, checkpoints, keys, erased_contents, erased_accounts, clock_steps_back,
                       fault_count, faults, seconds))

std::string text_of(const LogPage& value) { return json::text_of(value); }
std::string text_of(const LogPersons& value) { return json::text_of(value); }
std::string text_of(const LogProof& value) { return json::text_of(value); }
std::string text_of(const LogReport& value) { return json::text_of(value); }
std::string text_of(const Instance& value) { return json::text_of(value); }
std::string text_of(const std::vector<TerritorySummary>& value) { return json::text_of(value); }
std::string text_of(const Territory& value) { return json::text_of(value); }
std::string text_of(const Aggregates& value) { return json::text_of(value); }
std::string text_of(const StudySummary& value) { return json::text_of(value); }
std::string text_of(const std::vector<StudySummary>& value) { return json::text_of(value); }
std::string text_of(const Rerun& value) { return json::text_of(value); }
std::string text_of(const std::vector<ImportSummary>& value) { return json::text_of(value); }
std::string text_of(const std::vector<ImportIssue>& value) { return json::text_of(value); }
std::string text_of(const Job& value) { return json::text_of(value); }
std::string text_of(const std::vector<Job>& value) { return json::text_of(value); }
Result<NewJob> read_new_job(const std::string& text) { return json::read<NewJob>(text); }
Result<NewStudy> read_new_study(const std::string& text) { return json::read<NewStudy>(text); }

std::string schemas_text() {
  json::Schemas schemas;
  (void)schemas.of<Instance>();
  (void)schemas.of<Territory>();
  (void)schemas.of<Aggregates>();
  (void)schemas.of<StudySummary>();
  (void)schemas.of<Rerun>();
  (void)schemas.of<NewStudy>();
  (void)schemas.of<Job>();
  (void)schemas.of<NewJob>();
  (void)schemas.of<ImportSummary>();
  (void)schemas.of<ImportIssue>();
  (void)schemas.of<LogPage>();
  (void)schemas.of<LogPersons>();
  (void)schemas.of<LogProof>();
  (void)schemas.of<LogReport>();
  return json::compact(schemas.components());
}

}  // namespace quadrille::api::wire
