#include "services/access/access.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"

namespace quadrille::access {
namespace {

// The same viewer under the same policy: the same text.
std::string key_of(const Policy& policy, const Viewer& viewer) {
  std::string key = fmt::format("v{} p{}", policy.version, viewer.person.value);
  for (const auto& standing : viewer.standings) {
    key += fmt::format(" t{}s{}c{}", standing.territory.value, standing.service.value, name_of(standing.clearance));
    for (const Role role : standing.roles) key += fmt::format("r{}", name_of(role));
  }
  for (const auto compartment : viewer.compartments) key += fmt::format(" k{}", compartment.value);
  if (viewer.limited_to && !viewer.limited_to->contains(Capability::read_notes)) key += " limited";
  return key;
}

bool is_transaction(const database::Snapshot& snapshot) {
  return dynamic_cast<const database::Transaction*>(&snapshot) != nullptr;
}

}  // namespace

bool Readable::contains(MarkingId id) const { return std::ranges::binary_search(ids_, id); }

std::string Readable::sql_list() const {
  if (ids_.empty()) return "(NULL)";
  std::string out = "(";
  for (const auto id : ids_) out += fmt::format("{}{}", out.size() > 1 ? "," : "", id.value);
  return out + ")";
}

std::shared_ptr<const Policy> Access::policy(database::Snapshot& snapshot) {
  const auto version = policy_version(snapshot);
  {
    const std::lock_guard lock(mutex_);
    if (policy_ && policy_->version == version) return policy_;
  }
  auto read = std::make_shared<const Policy>(load_policy(snapshot));
  if (is_transaction(snapshot)) return read;
  const std::lock_guard lock(mutex_);
  return policy_ = read;
}

std::shared_ptr<const Readable> Access::readable(database::Snapshot& snapshot, const Viewer& viewer) {
  CHECK(!is_transaction(snapshot));
  const auto policy = this->policy(snapshot);
  const std::string key = key_of(*policy, viewer);
  const std::lock_guard lock(mutex_);
  const MarkingId known = markings_.empty() ? MarkingId{} : markings_.back().id;
  for (auto& marking : load_markings(snapshot, known)) markings_.push_back(std::move(marking));
  const MarkingId last = markings_.empty() ? MarkingId{} : markings_.back().id;
  auto& entry = entries_[key];
  if (entry.readable && entry.last == last) return entry.readable;
  std::vector<MarkingId> ids = entry.readable ? entry.readable->ids() : std::vector<MarkingId>{};
  const auto undecided = std::ranges::upper_bound(markings_, entry.last, {}, &InternedMarking::id);
  for (auto marking = undecided; marking != markings_.end(); ++marking)
    if (decide(*policy, viewer, marking->marking).is_allowed()) ids.push_back(marking->id);
  entry = {std::make_shared<const Readable>(std::move(ids)), last};
  const auto readable = entry.readable;
  if (entries_.size() > kept)
    entries_.erase(entries_.begin()->first == key ? std::next(entries_.begin()) : entries_.begin());
  return readable;
}

Sight Access::sight(database::Snapshot& snapshot, const Viewer& viewer) {
  return {policy(snapshot), readable(snapshot, viewer)};
}

std::vector<MarkingId> Access::readable_in(database::Snapshot& snapshot, const Viewer& viewer, TerritoryId territory) {
  const auto all = readable(snapshot, viewer);
  std::vector<MarkingId> ids;
  const std::lock_guard lock(mutex_);
  for (const auto id : all->ids()) {
    const auto known = std::ranges::lower_bound(markings_, id, {}, &InternedMarking::id);
    CHECK(known != markings_.end() && known->id == id);
    if (known->marking.territory == territory) ids.push_back(id);
  }
  return ids;
}

Decision Access::explain(database::Snapshot& snapshot, const Viewer& viewer, MarkingId marking) {
  return decide(load_policy(snapshot), viewer, load_marking(snapshot, marking));
}

}  // namespace quadrille::access
