#pragma once

#include <string>

// Databases made and dropped on a PostgreSQL server, by psql: neither can be done in a transaction.

namespace quadrille::testing {

// `server` is the URL of any database there; the answer is that of the new one, empty or a copy of the database named
// `like`, to which nobody may be connected. Throws std::runtime_error when psql fails.
[[nodiscard]] std::string create_database(const std::string& server, const std::string& name,
                                          const std::string& like = "");
void drop_database(const std::string& url);

}  // namespace quadrille::testing
