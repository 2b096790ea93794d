#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "host/http/http.h"

// Asks another server: the identity provider. Blocks its thread for ten seconds at most.

namespace quadrille::http {

// Without TLS a password or a key can be read and changed on the way: never, but to this very machine in tests.
enum class Plain { refused, on_loopback };

struct Outgoing {
  std::string method = "GET";
  std::string url;  // "https://host[:port]/path?query"
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

// Certificates are checked against those the machine trusts, and the name against the certificate. Redirections are
// answers like others: they are not followed. Refused (unavailable): no such host, no connection, a wrong certificate,
// more than 1 MB, or nothing within ten seconds; (invalid_input) an address that is none.
[[nodiscard]] Result<Response> ask(const Outgoing& outgoing, Plain plain);

}  // namespace quadrille::http
