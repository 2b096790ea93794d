#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// HTTP as plain values: a handler is a function from Request to Response. server.h speaks the protocol.

namespace quadrille::http {

using Query = std::map<std::string, std::string, std::less<>>;

struct Request {
  std::string method;                                       // "GET"
  std::string path;                                         // decoded, begins with '/'
  Query query;                                              // decoded; of a name given twice, the last
  std::map<std::string, std::string, std::less<>> headers;  // names in lower case
  std::string body;
  std::string address = {};  // of the peer, as text; a proxy's where there is one

  [[nodiscard]] std::optional<std::string> parameter(std::string_view name) const {
    const auto found = query.find(name);
    return found == query.end() ? std::nullopt : std::optional(found->second);
  }
  [[nodiscard]] std::string header(std::string_view name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
  }
};

class EventStream;

struct Response {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  // The body compressed before, where the handler keeps one; otherwise the server compresses what is worth it.
  std::shared_ptr<const std::string> gzip_body;
  // An answer that goes on (stream.h): status and headers are sent, then what is published; the body is not used.
  std::shared_ptr<EventStream> stream = nullptr;
};

using Handler = std::function<Response(const Request&)>;

// "/a%20b?x=1&y=%C3%A9+z" -> path and query. Refused: bytes that are not UTF-8 once decoded, NUL, broken escapes, ".."
// segments.
struct Target {
  std::string path;
  Query query;
};
[[nodiscard]] Result<Target> parse_target(std::string_view target);

// "a b" -> "a%20b", for links.
[[nodiscard]] std::string escape(std::string_view text);

[[nodiscard]] std::string gzip(std::string_view bytes);

}  // namespace quadrille::http
