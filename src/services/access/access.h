#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "host/database/database.h"
#include "services/access/policy.h"

// Markings and the policy as the database keeps them, and the set of markings that a person may read: what every list,
// count and search filters on, inside SQL. Compartments: compartment.h.
//
//   const auto readable = access.readable(*snapshot, asker.viewer);
//   ... WHERE marking IN " + readable->sql_list() + " ...

namespace quadrille::access {

[[nodiscard]] std::span<const database::Migration> migrations();

// ---- markings -------------------------------------------------------------------------------------------------------

// The number of these conditions, given once. The marking must be normalised.
[[nodiscard]] MarkingId intern(database::Transaction& tx, const Marking& marking);
// CHECKs that the marking exists: numbers of markings come from rows only.
[[nodiscard]] Marking load_marking(database::Snapshot& snapshot, MarkingId id);
// Every marking of a territory, in order of number, from `after` on.
struct InternedMarking {
  MarkingId id;
  Marking marking;
};
[[nodiscard]] std::vector<InternedMarking> load_markings(database::Snapshot& snapshot, MarkingId after);

// ---- policy ---------------------------------------------------------------------------------------------------------

// The newest version; the first one when none was written yet. It reads a hundred rows: what answers requests asks
// Access::policy().
[[nodiscard]] Policy load_policy(database::Snapshot& snapshot);
// The version in force, by one look at the table's key.
[[nodiscard]] std::int64_t policy_version(database::Snapshot& snapshot);
// Becomes the next version; the audit entry says what changed. The version in `policy` is ignored.
[[nodiscard]] Policy save_policy(database::Transaction& tx, const Policy& policy, const Asker& by);

// ---- what a person may read -----------------------------------------------------------------------------------------

// Sorted numbers of the markings a viewer may read.
class Readable {
 public:
  Readable() = default;
  explicit Readable(std::vector<MarkingId> ids) : ids_(std::move(ids)) {}
  [[nodiscard]] bool contains(MarkingId id) const;
  [[nodiscard]] const std::vector<MarkingId>& ids() const { return ids_; }
  // "(1,5,9)", and "(NULL)" when there is none, so that nothing matches. Numbers only: safe in SQL.
  [[nodiscard]] std::string sql_list() const;

 private:
  std::vector<MarkingId> ids_;
};

// Evaluates the policy once for each distinct pair of viewer and marking. Markings are only ever added, so what was
// decided for a viewer under a policy stays decided; a change of the viewer or of the policy is another key.
// Thread-safe.
class Access {
 public:
  // The policy in force in that snapshot, read anew when its version changed, whoever changed it: another process too.
  // On SQLite looking at the version costs 1 us, reading the rows 95. Inside a transaction as well, where
  // what it wrote itself counts and is not kept: it may yet not have happened.
  [[nodiscard]] std::shared_ptr<const Policy> policy(database::Snapshot& snapshot);
  // Of committed markings only (CHECKs that the snapshot is no transaction): what a transaction added may yet not have
  // happened, and its numbers may be given again. Inside a transaction, decide on load_marking().
  [[nodiscard]] std::shared_ptr<const Readable> readable(database::Snapshot& snapshot, const Viewer& viewer);
  // Those of one territory, sorted: for lists that walk over one index range a marking.
  [[nodiscard]] std::vector<MarkingId> readable_in(database::Snapshot& snapshot, const Viewer& viewer,
                                                   TerritoryId territory);
  // For the auditor: which clause refused.
  [[nodiscard]] static Decision explain(database::Snapshot& snapshot, const Viewer& viewer, MarkingId marking);

 private:
  static constexpr std::size_t kept = 1024;
  struct Entry {
    std::shared_ptr<const Readable> readable;
    MarkingId last;  // of the markings decided so far
  };
  std::mutex mutex_;
  std::shared_ptr<const Policy> policy_;  // nothing: not read yet
  std::map<std::string, Entry> entries_;
  std::vector<InternedMarking> markings_;
};

}  // namespace quadrille::access
