#pragma once

#include <memory>
#include <string>

#include "host/database/database.h"

namespace quadrille::database {

// The database at a libpq URL (postgresql://user@host:port/name). Writers of all processes take turns by an advisory
// lock.
[[nodiscard]] Result<std::unique_ptr<Database>> open_postgresql(const std::string& url);

}  // namespace quadrille::database
