#include <cstdint>
#include <string_view>

#include "services/audit/checkpoint.h"
#include "services/audit/signed_note.h"

// Signed notes, checkpoints and keys: what is read must be written back to the same characters.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace quadrille::audit;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto note = parse_note(text)) {
    if (note->signatures.empty() || !note->text.ends_with('\n') || !text.starts_with(note->text)) __builtin_trap();
    static const std::vector<VerifierKey> known{
        parse_verifier_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").value()};
    (void)signers_of(*note, known);
  }
  if (const auto checkpoint = parse_checkpoint(text); checkpoint && format_checkpoint(*checkpoint) != text)
    __builtin_trap();
  if (const auto key = parse_verifier_key(text); key && format_key(*key) != text) __builtin_trap();
  return 0;
}
