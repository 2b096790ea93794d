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

// The newest version; the first one when none was written yet. It reads a hundred rows (95 us on SQLite): what is asked
// with each request, or for each row of an answer, takes the policy that Access::policy() keeps. Read anew, on purpose,
// where somebody decides or changes something (a compartment, a request, an operation's end, a one-time link): inside
// the transaction what counts is what is in force at that moment, and the commit costs fifty times as much. So does the
// command line, whose process lives for one question.
[[nodiscard]] Policy load_policy(database::Snapshot& snapshot);
// The version in force, by one look at the table's key.
[[nodiscard]] std::int64_t policy_version(database::Snapshot& snapshot);
// Becomes the next version; the audit entry says what changed. The version in `policy` is ignored.
[[nodiscard]] Policy save_policy(database::Transaction& tx, const Policy& policy, const Asker& by);

// Once after the migrations: where the policy was changed before there was Capability::answer_received, nobody could
// answer a recall any more. The next version gives it (with_answers()), with its audit entry in the same transaction.
// Does nothing where the policy is the first one, or any version names the capability: it was given or denied by
// somebody then, and stays so.
void adopt_older_policy(database::Database& database, Instant now);

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

// What decides what an asker sees: the policy in force, and the markings they may read under it.
struct Sight {
  std::shared_ptr<const Policy> policy;
  std::shared_ptr<const Readable> readable;
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
  // Both, of one snapshot.
  [[nodiscard]] Sight sight(database::Snapshot& snapshot, const Viewer& viewer);
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
