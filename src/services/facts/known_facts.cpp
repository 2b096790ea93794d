#include "services/facts/known_facts.h"

namespace quadrille::facts {

KnownFacts::Entry& KnownFacts::slot(std::vector<Entry>& entries, std::uint64_t key) const {
  const std::size_t mask = entries.size() - 1;
  std::size_t at = (key * 0x9E3779B97F4A7C15ULL >> 20) & mask;
  while (entries[at].key != 0 && entries[at].key != key) at = (at + 1) & mask;
  return entries[at];
}

void KnownFacts::grow() {
  std::vector<Entry> larger(entries_.size() * 2);
  for (const auto& entry : entries_)
    if (entry.key != 0) slot(larger, entry.key) = entry;
  entries_ = std::move(larger);
}

KnownFacts::Found KnownFacts::find_or_add(std::uint64_t key) {
  if (key == 0) key = 1;
  if (4 * (size_ + 1) > 3 * entries_.size()) grow();
  Entry& entry = slot(entries_, key);
  const bool is_new = entry.key == 0;
  if (is_new) {
    entry.key = key;
    ++size_;
  }
  return {&entry, is_new};
}

}  // namespace quadrille::facts
