#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/notes/evaluation.h"
#include "services/notes/letters.h"
#include "services/notes/persons.h"

// The rules on persons over any bytes: mentions in order, apart, inside the text, and the refusal can be said.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace quadrille::notes;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const std::vector<std::string> names{"Rue Jean Jaurès", "Place Carnot", "Le Vieux Bassin"};
  static const Gazetteer places(names);
  std::size_t last = 0;
  const auto found = find_persons(text, places);
  for (const auto& mention : found) {
    if (mention.begin < last || mention.end <= mention.begin || mention.end > size) __builtin_trap();
    last = mention.end;
  }
  if (check_no_person(text, places, "facts").has_value() != found.empty()) __builtin_trap();
  (void)count_characters(text);
  (void)search_words(text);
  for (const Scale scale : scales) (void)make_evaluation(scale, text);
  return 0;
}
