#include "services/retention/statement.h"

#include <cstdint>
#include <string_view>

#include "services/recall/statements.h"

// Statements of recalls, receipts and erasures: one value has one text, and what is no signed note is refused.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace quadrille;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto statement = retention::parse_statement(text); statement && format_statement(*statement) != text)
    __builtin_trap();
  if (const auto recall = recall::parse_recall(text); recall && recall::format_recall(*recall) != text)
    __builtin_trap();
  if (const auto receipt = recall::parse_receipt(text); receipt && recall::format_receipt(*receipt) != text)
    __builtin_trap();
  const audit::VerifierKey key{.name = "test", .id = 1, .key = {}};
  if (recall::verify_statement(text, {key})) __builtin_trap();
  return 0;
}
