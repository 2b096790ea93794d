#include <cstdint>
#include <string>

#include "edge/api/note_form.h"
#include "edge/api/note_wire.h"

// Bodies that people and programs send about notes: read, turned into what the service takes, and checked.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace quadrille;
  static const api::NoteNames names{
      {.id = {1}, .slug = "port", .name = "Port", .epsg = 2154, .time_zone = "Europe/Paris"},
      {{{1}, "police", "Police"}},
      std::make_shared<const std::vector<notes::PlaceName>>(
          std::vector<notes::PlaceName>{{{1}, "A", "Bassin", std::nullopt, true}}),
      {},
      {}};
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto wish = api::wire::read_note(text)) {
    const auto note = api::to_note(*wish, names, ServiceId{1});
    if (note && notes::check_content(note->content, {1'800'000'000'000}))
      if (notes::canonical_text(note->content).empty()) __builtin_trap();
    if (!note && note.error().field.empty()) __builtin_trap();
  }
  if (const auto wish = api::wire::read_step(text)) (void)api::to_step(*wish, names);
  if (const auto wish = api::wire::read_addition(text)) (void)api::to_addition(*wish, names);
  if (const auto wish = api::wire::read_marking(text)) {
    const auto marking = api::to_marking(*wish, names, "");
    if (marking && access::normalised(*marking) && access::canonical_text(*marking).empty()) __builtin_trap();
    if (!marking && marking.error().field.empty()) __builtin_trap();
  }
  if (const auto wish = api::wire::read_retention(text))
    if (api::end_of(wish->retain_until, names.territory).utc_ms == 0) __builtin_trap();
  (void)api::wire::read_revision(text);
  (void)api::wire::read_answer(text);
  (void)api::wire::read_notes(text);
  (void)api::parse_moment(text);
  return 0;
}
