#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/check.h"
#include "services/audit/audit.h"
#include "services/facts/facts.h"
#include "services/facts/known_facts.h"
#include "services/facts/locator.h"
#include "services/facts/row_reader.h"
#include "services/facts/store.h"
#include "services/territory/calendar.h"

namespace quadrille::facts {
namespace {

Failure in_file(Error error, const std::string& file) {
  error.message = {file + " : " + error.message.fr, file + ": " + error.message.en};
  return Failure(std::move(error));
}

std::uint64_t content_of(const Draft& draft) {
  Hash hash;
  hash.add(draft.source_time)
      .add(draft.rule.category)
      .add(static_cast<std::int64_t>(draft.rule.channel))
      .add(draft.subcategory)
      .add(draft.address);
  hash.add(draft.place ? draft.place->lon_e7() : INT64_MIN).add(draft.place ? draft.place->lat_e7() : INT64_MIN);
  return hash.value();
}

// What one import does with the rows of its file.
class Intake {
 public:
  Intake(database::Transaction& tx, const territory::Territory& territory, const Mapping& mapping, Locator locator,
         ImportReport& report)
      : tx_(tx), territory_(territory), mapping_(mapping), locator_(std::move(locator)), report_(report) {
    store::load_known(tx_, territory_.id, mapping_.source, known_);
    report_.data_version = territory_.data_version + 1;
  }

  Result<void> run(files::CsvReader& csv, RowReader& reader, const Progress& progress) {
    store::FactWriter writer(tx_, territory_, report_.id, report_.data_version);
    for (;;) {
      const auto more = csv.next();
      if (!more) return Failure(more.error());
      if (!*more) break;
      if ((report_.rows & 0x3ff) == 0) {
        if (progress.is_cancelled()) return cancelled();
        progress.report(csv.share_read());
      }
      ++report_.rows;
      take(reader.read(csv.fields(), csv.line(), issues_), csv.line(), writer);
      keep_issues();
    }
    writer.finish();
    for (const auto id : retired_) store::retire(tx_, id, report_.data_version);
    return {};
  }

 private:
  void take(const std::optional<Draft>& draft, std::int64_t line, store::FactWriter& writer) {
    if (!draft) {
      ++report_.left_out;
      return;
    }
    if (draft->is_duplicate) {
      ++report_.duplicates;
      return;
    }
    const std::uint64_t key = Hash().add(draft->key).value();
    const std::uint64_t content = content_of(*draft);
    const auto [entry, is_new] = known_.find_or_add(key);
    if (!is_new && entry->content == content) {
      // Known from before: unchanged, the first time this file says it; met in this file: said twice.
      const bool is_first_time = entry->id > 0;
      ++(is_first_time ? report_.unchanged : report_.duplicates);
      if (is_first_time) entry->id = -entry->id;
      return;
    }
    if (!is_new && entry->id <= 0) {
      issues_.push_back({IssueKind::same_id_differs,
                         {line,
                          mapping_.id_column,
                          {"cet identifiant est déjà dans le fichier avec un autre contenu ; le premier est gardé",
                           "this identifier is already in the file with another content; the first is kept"},
                          std::string(draft->key)}});
      ++report_.left_out;
      return;
    }
    if (!is_new) {
      retired_.push_back({entry->id});
      ++entry->version;
    }
    ++(is_new ? report_.added : report_.changed);
    entry->content = content;
    entry->id = 0;
    write(*draft, line, key, content, entry->version, writer);
  }

  void write(const Draft& draft, std::int64_t line, std::uint64_t key, std::uint64_t content, std::int64_t version,
             store::FactWriter& writer) {
    Locator::Located located;
    if (draft.place) {
      located = locator_.locate(*draft.place);
      if (located.sector == 0 && locator_.has_sectors()) {
        ++report_.outside_sectors;
        issues_.push_back({IssueKind::outside_sectors,
                           {line,
                            mapping_.x_column,
                            {"hors de tout secteur du territoire", "outside every sector of the territory"},
                            fmt::format("{} {}", draft.place->lon_degrees(), draft.place->lat_degrees())}});
      }
    } else {
      ++report_.without_place;
    }
    report_.first_day = report_.first_day ? std::min(*report_.first_day, draft.day) : draft.day;
    report_.last_day = report_.last_day ? std::max(*report_.last_day, draft.day) : draft.day;
    writer.add({.source = mapping_.source,
                .key = draft.key,
                .key_hash = key,
                .content_hash = content,
                .version = version,
                .window = draft.window,
                .source_time = draft.source_time,
                .day = draft.day,
                .ms_of_day = draft.time ? std::optional(draft.time->ms_of_day) : std::nullopt,
                .rule = draft.rule,
                .subcategory = draft.subcategory,
                .address = draft.address,
                .place = draft.place,
                .projected = located.projected,
                .sector = located.sector});
  }

  void keep_issues() {
    for (auto& issue : issues_) {
      ++report_.issue_counts[issue.kind];
      if (report_.issues.size() < issues_kept) report_.issues.push_back(std::move(issue));
    }
    issues_.clear();
  }

  database::Transaction& tx_;
  const territory::Territory& territory_;
  const Mapping& mapping_;
  Locator locator_;
  ImportReport& report_;
  KnownFacts known_;
  std::vector<FactId> retired_;
  std::vector<RowIssue> issues_;
};

// A file that gave nothing usable is refused whole, with what its first row says.
Result<void> refuse_useless(const ImportReport& report, const Mapping& mapping) {
  const auto example = [&](const char* fr, const char* en) {
    const Issue* first = nullptr;
    for (const auto& [kind, issue] : report.issues)
      if (first == nullptr && (leaves_row_out(kind) || kind == IssueKind::bad_place ||
                               kind == IssueKind::missing_place || kind == IssueKind::outside_bounds))
        first = &issue;
    if (first == nullptr) return invalid({fr, en});
    return invalid({fmt::format("{} ; ligne {}, {} : {} (trouvé : « {} »)", fr, first->line, first->field,
                                first->message.fr, first->found),
                    fmt::format("{}; line {}, {}: {} (found: \"{}\")", en, first->line, first->field, first->message.en,
                                first->found)},
                   fmt::format("line {}, {}", first->line, first->field));
  };
  if (report.rows == 0)
    return invalid({"le fichier n'a pas de ligne après l'en-tête", "the file has no row after its header"}, "line 2");
  if (report.left_out == report.rows)
    return example("aucune ligne utilisable, rien n'a été gardé", "no usable row, nothing was kept");
  const std::int64_t taken = report.added + report.changed;
  if (taken > 0 && report.without_place == taken && !mapping.x_column.empty() && report.unchanged == 0)
    return example("aucune ligne n'a de lieu utilisable, rien n'a été gardé",
                   "no row has a usable place, nothing was kept");
  return {};
}

void refresh_calendar(database::Transaction& tx, const territory::Territory& territory, const territory::By& by) {
  const auto given = territory::load_calendar(tx, territory.id);
  if (given && given->origin() == territory::CalendarOrigin::given) return;
  const auto inferred = inferred_calendar(tx, territory.id);
  if (given && *given == inferred) return;
  territory::replace_calendar(tx, territory, inferred, by);
}

void record_import(database::Transaction& tx, const territory::Territory& territory, const ImportReport& report,
                   const territory::By& by) {
  audit::record(tx,
                {by.actor, audit::Action::collection, territory.id, fmt::format("import {}", report.id.value),
                 fmt::format("rows={} added={} changed={} data_version={}", report.rows, report.added, report.changed,
                             report.data_version),
                 ""},
                by.at);
}

}  // namespace

territory::Calendar inferred_calendar(database::Snapshot& snapshot, TerritoryId territory) {
  const auto days = store::observed_dates(snapshot, territory);
  CHECK(!days.empty());
  return territory::Calendar::inferred({*days.begin(), *days.rbegin() + 1}, days);
}

std::string_view name_of(IssueKind kind) {
  switch (kind) {
    case IssueKind::too_few_fields:
      return "too_few_fields";
    case IssueKind::no_id:
      return "no_id";
    case IssueKind::bad_datetime:
      return "bad_datetime";
    case IssueKind::unknown_category:
      return "unknown_category";
    case IssueKind::same_id_differs:
      return "same_id_differs";
    case IssueKind::missing_place:
      return "missing_place";
    case IssueKind::bad_place:
      return "bad_place";
    case IssueKind::outside_bounds:
      return "outside_bounds";
    case IssueKind::repeated_hour:
      return "repeated_hour";
    case IssueKind::skipped_hour:
      return "skipped_hour";
    case IssueKind::outside_sectors:
      return "outside_sectors";
  }
  return "";
}

bool leaves_row_out(IssueKind kind) { return kind <= IssueKind::same_id_differs; }

Result<ImportReport> import_file(database::Database& database, const territory::Territory& territory,
                                 const std::filesystem::path& file, const Mapping& mapping, const territory::By& by,
                                 const Progress& progress, ImportOptions options) {
  const std::string name = file.filename().string();
  auto source = files::open_source(file);
  if (!source) return Failure(source.error());
  files::CsvReader csv(std::move(*source), mapping.format);
  const auto has_header = csv.next();
  if (!has_header) return in_file(has_header.error(), name);
  if (!*has_header)
    return in_file({ErrorKind::invalid_input, {"le fichier est vide", "the file is empty"}, "line 1"}, name);
  auto reader = RowReader::open(mapping, csv.fields());
  if (!reader) return in_file(reader.error(), name);

  auto tx = database.write();
  const auto current = territory::find(*tx, territory.slug);
  if (!current) return Failure(current.error());
  auto locator = Locator::open(*tx, *current);
  if (!locator) return Failure(locator.error());
  ImportReport report;
  report.file = name;
  report.id = store::insert_import(*tx, current->id, name, mapping.source, by.at);
  Intake intake(*tx, *current, mapping, std::move(*locator), report);
  const auto done = intake.run(csv, *reader, progress);
  if (!done) return in_file(done.error(), name);
  if (const auto useful = refuse_useless(report, mapping); !useful) return in_file(useful.error(), name);
  const bool changes_nothing = report.added + report.changed == 0;
  if (changes_nothing || options.is_dry_run) {
    report.id = {};
    report.data_version = current->data_version;
    return report;
  }
  report.data_version = territory::next_data_version(*tx, current->id);
  store::refresh_totals(*tx, current->id);
  store::write_report(*tx, report.id, report);
  if (!mapping.attribution.fr.empty()) territory::set_attribution(*tx, current->id, mapping.attribution);
  refresh_calendar(*tx, *current, by);
  record_import(*tx, *current, report, by);
  tx->commit();
  progress.report(1);
  return report;
}

Result<std::int64_t> relocate(database::Transaction& tx, const territory::Territory& territory,
                              const territory::By& by) {
  auto locator = Locator::open(tx, territory);
  if (!locator) return Failure(locator.error());
  std::int64_t changed = 0;
  for (const auto& row : store::load_placed(tx, territory.id)) {
    const auto located = locator->locate(row.place);
    if (located.sector == row.sector) continue;
    store::set_sector(tx, row.id, located.sector);
    ++changed;
  }
  if (changed > 0) {
    const auto version = territory::next_data_version(tx, territory.id);
    audit::record(tx,
                  {by.actor, audit::Action::alteration, territory.id, "facts located again",
                   fmt::format("changed={} data_version={}", changed, version), ""},
                  by.at);
  }
  return changed;
}

Result<ImportReport> add_facts(database::Transaction& tx, const territory::Territory& territory,
                               const std::string& source, std::span<const NewFact> facts, const territory::By& by) {
  auto locator = Locator::open(tx, territory);
  if (!locator) return Failure(locator.error());
  ImportReport report;
  report.file = source;
  report.rows = static_cast<std::int64_t>(facts.size());
  report.added = report.rows;
  report.id = store::insert_import(tx, territory.id, source, source, by.at);
  report.data_version = territory::next_data_version(tx, territory.id);
  store::FactWriter writer(tx, territory, report.id, report.data_version);
  for (const auto& fact : facts) {
    const auto located = fact.place ? locator->locate(*fact.place) : Locator::Located{};
    if (!fact.place) ++report.without_place;
    if (fact.place && located.sector == 0) ++report.outside_sectors;
    report.first_day = report.first_day ? std::min(*report.first_day, fact.day) : fact.day;
    report.last_day = report.last_day ? std::max(*report.last_day, fact.day) : fact.day;
    writer.add({.source = source,
                .key = fact.key,
                .key_hash = Hash().add(fact.key).value(),
                .content_hash = Hash().add(fact.window.earliest.utc_ms).add(fact.category).value(),
                .version = 1,
                .window = fact.window,
                .source_time = {},
                .day = fact.day,
                .ms_of_day = fact.ms_of_day,
                .rule = {fact.category, fact.channel},
                .subcategory = fact.subcategory,
                .address = fact.address,
                .place = fact.place,
                .projected = located.projected,
                .sector = located.sector});
  }
  writer.finish();
  store::refresh_totals(tx, territory.id);
  store::write_report(tx, report.id, report);
  record_import(tx, territory, report, by);
  return report;
}

}  // namespace quadrille::facts
