#pragma once

#include <memory>
#include <string>

#include "host/database/database.h"

namespace quadrille::database {

// The database in the file at `path` (":memory:" is refused: readers and the writer need one file). Write-ahead log,
// synchronous=FULL: a commit that returned survives a power cut.
[[nodiscard]] Result<std::unique_ptr<Database>> open_sqlite(const std::string& path);

}  // namespace quadrille::database
