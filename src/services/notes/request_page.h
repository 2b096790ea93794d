#pragma once

#include <string>

// The procedure of requests as docs/requests.md holds it, printed from the tables.

namespace quadrille::notes {

// Markdown: limits, steps, grounds of refusal, reasons of urgency.
[[nodiscard]] std::string printed_request_procedure();

}  // namespace quadrille::notes
