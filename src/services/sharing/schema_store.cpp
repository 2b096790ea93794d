#include "services/sharing/operations.h"
#include "services/sharing/postings.h"

// The tables of services/sharing.

namespace quadrille::sharing {
namespace {

constexpr database::Migration steps[] = {
    {"sharing", 1,
     "CREATE TABLE posting (value INTEGER NOT NULL, marking INTEGER NOT NULL, object INTEGER NOT NULL, object_kind "
     "INTEGER NOT NULL, kind INTEGER NOT NULL, seen_day INTEGER NOT NULL, PRIMARY KEY (value, marking, object, "
     "object_kind)); "
     "CREATE INDEX posting_of ON posting (object, object_kind)"},
    {"sharing", 2,
     "CREATE TABLE desk_contact (territory INTEGER NOT NULL, service INTEGER NOT NULL, name TEXT NOT NULL, phone TEXT "
     "NOT NULL, PRIMARY KEY (territory, service)); "
     "CREATE TABLE declared_operation (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, territory INTEGER NOT NULL, "
     "service INTEGER NOT NULL, kind TEXT NOT NULL, marking INTEGER NOT NULL, title TEXT NOT NULL, lon_e7 INTEGER, "
     "lat_e7 INTEGER, radius_m INTEGER, sector INTEGER, west_m REAL NOT NULL, south_m REAL NOT NULL, east_m REAL NOT "
     "NULL, north_m REAL NOT NULL, begin_utc_ms INTEGER NOT NULL, end_utc_ms INTEGER NOT NULL, declared_by TEXT NOT "
     "NULL, declared_utc_ms INTEGER NOT NULL, cancelled_utc_ms INTEGER); "
     "CREATE INDEX declared_operation_by_end ON declared_operation (territory, end_utc_ms); "
     "CREATE INDEX declared_operation_by_marking ON declared_operation (territory, marking, end_utc_ms); "
     "CREATE TABLE conflict (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, territory INTEGER NOT NULL, kind TEXT "
     "NOT NULL, made_utc_ms INTEGER NOT NULL, due_utc_ms INTEGER NOT NULL); "
     "CREATE TABLE conflict_side (conflict INTEGER NOT NULL REFERENCES conflict (id), service INTEGER NOT NULL, "
     "territory INTEGER NOT NULL, operation INTEGER, state TEXT NOT NULL, officer TEXT, acted_utc_ms INTEGER, words "
     "TEXT NOT NULL, made_utc_ms INTEGER NOT NULL, due_utc_ms INTEGER NOT NULL, PRIMARY KEY (conflict, service)); "
     "CREATE INDEX conflict_side_of ON conflict_side (territory, service, made_utc_ms); "
     "CREATE INDEX conflict_side_due ON conflict_side (state, due_utc_ms); "
     "CREATE TABLE desk_event (number INTEGER PRIMARY KEY, territory INTEGER NOT NULL, service INTEGER NOT NULL, "
     "conflict_code TEXT NOT NULL, what TEXT NOT NULL, at_utc_ms INTEGER NOT NULL)"},
    {"sharing", 3,
     "CREATE TABLE planner_exclusion (id INTEGER PRIMARY KEY, territory INTEGER NOT NULL, begin_utc_ms INTEGER NOT "
     "NULL, end_utc_ms INTEGER NOT NULL); "
     "CREATE INDEX planner_exclusion_by_end ON planner_exclusion (territory, end_utc_ms); "
     "CREATE TABLE planner_exclusion_sector (exclusion INTEGER NOT NULL REFERENCES planner_exclusion (id), sector "
     "INTEGER NOT NULL, PRIMARY KEY (exclusion, sector))"},
    {"sharing", 4,
     "CREATE TABLE target_epoch (id INTEGER PRIMARY KEY, territory INTEGER NOT NULL, number INTEGER NOT NULL, "
     "public_key BLOB NOT NULL, begun_utc_ms INTEGER NOT NULL, UNIQUE (territory, number)); "
     "CREATE TABLE target_policy (territory INTEGER NOT NULL, service INTEGER NOT NULL, alert TEXT NOT NULL, PRIMARY "
     "KEY (territory, service)); "
     "CREATE TABLE target_quota (territory INTEGER PRIMARY KEY, officer_max INTEGER NOT NULL, service_max INTEGER NOT "
     "NULL, epoch_max INTEGER NOT NULL); "
     "CREATE TABLE target_count (epoch INTEGER NOT NULL, whose TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY "
     "(epoch, whose)); "
     "CREATE TABLE target_ticket (code TEXT PRIMARY KEY, epoch INTEGER NOT NULL, service INTEGER NOT NULL, officer "
     "TEXT "
     "NOT NULL, purpose TEXT NOT NULL, legal_basis TEXT NOT NULL, use_kind TEXT NOT NULL, elements INTEGER NOT NULL, "
     "made_utc_ms INTEGER NOT NULL, used_utc_ms INTEGER); "
     "CREATE TABLE target (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, epoch INTEGER NOT NULL, output BLOB NOT "
     "NULL, service INTEGER NOT NULL, registered_by TEXT NOT NULL, registered_utc_ms INTEGER NOT NULL, UNIQUE (epoch, "
     "output, service)); "
     "CREATE INDEX target_of ON target (epoch, service); "
     "CREATE TABLE target_question (id INTEGER PRIMARY KEY, code TEXT NOT NULL, territory INTEGER NOT NULL, asking "
     "INTEGER NOT NULL, officer TEXT NOT NULL, purpose TEXT NOT NULL, legal_basis TEXT NOT NULL, holding INTEGER, "
     "held_code TEXT, at_utc_ms INTEGER NOT NULL); "
     "CREATE INDEX target_question_asking ON target_question (territory, asking, at_utc_ms); "
     "CREATE INDEX target_question_holding ON target_question (territory, holding, at_utc_ms)"},
    {"sharing", 5,
     "ALTER TABLE conflict_side ADD COLUMN note INTEGER; "
     "CREATE INDEX conflict_side_operation ON conflict_side (operation)"},
};

}  // namespace

std::span<const database::Migration> migrations() { return steps; }

std::span<const audit::Reference> references() {
  static const audit::Reference all[] = {
      {.kind = "operation",
       .label = {"Opération", "Operation"},
       .table = "declared_operation",
       .territory = "territory",
       .made_utc_ms = "declared_utc_ms"},
      {.kind = "conflict",
       .label = {"Conflit", "Conflict"},
       .table = "conflict",
       .territory = "territory",
       .made_utc_ms = "made_utc_ms"},
      {.kind = "target",
       .label = {"Cible", "Target"},
       .table = "target",
       .territory = "(SELECT territory FROM target_epoch WHERE target_epoch.id = target.epoch)",
       .made_utc_ms = "registered_utc_ms"}};
  return all;
}

}  // namespace quadrille::sharing
