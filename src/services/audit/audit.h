#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/text.h"
#include "base/time.h"
#include "host/database/database.h"

// Who did what, when and why: append-only rows written in the same transaction as what they record. There is no switch
// that turns it off, and the database itself refuses to change or delete a row.

namespace quadrille::audit {

// The acts that must be logged (directive (EU) 2016/680, art. 25; loi 78-17, art. 101; read 2026-11-24).
enum class Action { collection, alteration, consultation, disclosure, combination, erasure };

[[nodiscard]] std::string_view name_of(Action action);

struct Act {
  std::string actor;  // until there are accounts: "local" and the way in ("local:cli", "local:http")
  Action action = Action::consultation;
  std::optional<TerritoryId> territory;
  std::string subject;  // what it is about: "import 3", "study 7", "picture"
  std::string details;  // parameters of the act, never the content
  std::string purpose;  // why, in the person's words; empty where none is asked yet
};

struct Entry {
  std::int64_t number = 0;
  Instant at;
  Act act;
};

[[nodiscard]] std::span<const database::Migration> migrations();

// Part of the transaction: it is there if and only if the change is.
void record(database::Transaction& tx, const Act& act, Instant at);

// Newest first, before entry `before` (nothing = the newest), at most `limit`.
[[nodiscard]] std::vector<Entry> list(database::Snapshot& snapshot, std::optional<std::int64_t> before, int limit);

}  // namespace quadrille::audit
