#pragma once

#include <string>
#include <string_view>
#include <vector>

// The product's SQL subset, rewritten for PostgreSQL. SQLite takes it as it stands.

namespace quadrille::database {

// "a = ? AND b = '?'" -> "a = $1 AND b = '?'".
[[nodiscard]] std::string numbered_placeholders(std::string_view sql);

// Column types of the subset (INTEGER 64 bit, REAL, TEXT, BLOB) in PostgreSQL's words; INTEGER PRIMARY KEY numbers
// itself.
[[nodiscard]] std::string postgresql_ddl(std::string_view ddl);

// The statements of a migration, split at semicolons outside quotes; empty ones dropped.
[[nodiscard]] std::vector<std::string> split_statements(std::string_view ddl);

}  // namespace quadrille::database
