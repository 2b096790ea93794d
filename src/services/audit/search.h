#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "services/audit/audit.h"
#include "services/audit/leaf.h"
#include "services/audit/merkle.h"

// The auditor's questions: who read what, when and why. Every condition given must hold. Each is served by an index
// (object, person, period, territory) or, for words of a purpose, by reading the index of purposes; the rest is
// filtered; each of several persons is walked alone and the walks are merged, so that a name costs what its numbers
// cost. Asking is itself a consultation: the caller records it.

namespace quadrille::audit {

struct Question {
  std::optional<std::vector<std::string>> actors;  // one of them, exactly; empty: nobody, so nothing is found
  std::optional<Object> object;
  std::optional<Action> action;
  std::optional<Instant> from;  // half-open
  std::optional<Instant> until;
  std::optional<TerritoryId> territory;
  std::optional<std::string> purpose;  // part of it; ASCII letters match in either case
  // One of these is the subject or its first words ("picture" is also "picture/layers/sectors"; "study" not "studies").
  // Served by no index: give with it something that is.
  std::vector<std::string> subjects;
  std::optional<std::string> details;  // part of them; likewise
};
// "object=note:12 action=consultation": what the log keeps of a search.
[[nodiscard]] std::string format_question(const Question& question);

// "note:12"; nothing for any other form.
[[nodiscard]] std::optional<Object> parse_object(std::string_view text);

inline constexpr int longest_page = 500;
struct Page {
  std::optional<std::int64_t> before;  // goes on before this position
  int limit = 50;                      // 1..longest_page (CHECK)
};
struct Found {
  std::vector<Entry> entries;               // newest first
  std::optional<std::int64_t> next_before;  // nothing = that was all
};
[[nodiscard]] Found search(database::Snapshot& snapshot, const Question& question, const Page& page);
// What answers one of the questions, merged: reading a page costs a page of each. No entry may answer two of them.
[[nodiscard]] Found search(database::Snapshot& snapshot, std::span<const Question> questions, const Page& page);

// An entry with what opens its commitments one by one (leaf.h); erased fields are left out.
struct OpenedField {
  Field field;
  std::string value;
  Digest key{};
  Digest commitment{};
};
struct OpenedEntry {
  Entry entry;
  crypto::Bytes leaf;
  std::vector<OpenedField> fields;
};
[[nodiscard]] std::optional<OpenedEntry> open_entry(database::Snapshot& snapshot, std::int64_t position);

}  // namespace quadrille::audit
