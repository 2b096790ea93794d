#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"

// What can happen is returned. An Error says what is wrong and what would be right, and names the field, so that the
// command line, the API and the page can all point at it.

namespace quadrille {

enum class ErrorKind { invalid_input, not_found, forbidden, conflict, too_large, unavailable };

struct Error {
  ErrorKind kind = ErrorKind::invalid_input;
  Text message;
  // Which input it is about: an option ("--from"), a JSON pointer ("/columns/lon"), a column name; empty when it is the
  // whole.
  std::string field;

  friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
using Result = std::expected<T, Error>;

using Failure = std::unexpected<Error>;

// Example: return refuse(ErrorKind::invalid_input, {"rayon négatif", "negative radius"}, "--radius-max-m");
[[nodiscard]] inline Failure refuse(ErrorKind kind, Text message, std::string field = {}) {
  return Failure(Error{kind, std::move(message), std::move(field)});
}
[[nodiscard]] inline Failure invalid(Text message, std::string field = {}) {
  return refuse(ErrorKind::invalid_input, std::move(message), std::move(field));
}

// One imperfection of a source, kept and shown with its place; rows around it are still read.
struct Issue {
  std::int64_t line = 0;  // 1 = the first line of the file, header included; 0 = the file as a whole
  std::string field;
  Text message;
  std::string found;  // the text as it stood in the source, shortened

  friend bool operator==(const Issue&, const Issue&) = default;
};

// Imperfect data: what could be read, and what could not.
template <class Row>
struct Import {
  std::vector<Row> rows;
  std::vector<Issue> issues;
};

}  // namespace quadrille
