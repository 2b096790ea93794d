#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Statements that the instance signs (audit/signed_note.h holds the signature): a head line, then one line a fact.
//
//   quadrille-receipt/v1
//   recall abcdefghijklmnop
//   answer destroyed
//
// One statement has one text, so that what was signed can be compared by eye and by program.

namespace quadrille::retention {

struct Statement {
  std::string head;  // "quadrille-receipt/v1"
  std::vector<std::pair<std::string, std::string>> lines;

  // The value of the first line of that name; nothing when there is none.
  [[nodiscard]] std::optional<std::string> find(std::string_view name) const;
  friend bool operator==(const Statement&, const Statement&) = default;
};

// Names are small letters, digits and '-'; values one line of text without control characters (CHECK: use one_line).
[[nodiscard]] std::string format_statement(const Statement& statement);
// Nothing for what format_statement would not write: at most 64 lines of at most 4,096 bytes.
[[nodiscard]] std::optional<Statement> parse_statement(std::string_view text);

// Free words as they stand on a line: ends of line and control characters become spaces, ends are trimmed.
[[nodiscard]] std::string one_line(std::string_view words);

}  // namespace quadrille::retention
