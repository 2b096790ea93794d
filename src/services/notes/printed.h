#pragma once

#include <string>

// Tables of docs/notes.md, printed from the code; a test keeps the page equal.

namespace quadrille::notes {

[[nodiscard]] std::string printed_reception();
[[nodiscard]] std::string printed_readings();
[[nodiscard]] std::string printed_assertions();

}  // namespace quadrille::notes
