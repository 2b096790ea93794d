#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

// The forms of `quadrille lab` on small generated data: which files an example needs, and command lines that try every
// option and every null.

namespace quadrille::tests {

// Files that make the example of `lab NAME` in its --help work, by name.
[[nodiscard]] std::map<std::string, std::string> example_files(std::string_view form);

struct Run {
  std::string_view form;          // "scan"
  std::string_view options;       // after `quadrille lab scan`
  std::string_view null_at = "";  // JSON pointer of what must be null here
};
// Run in a folder that has all of variant_files().
[[nodiscard]] std::vector<Run> variants();
[[nodiscard]] std::map<std::string, std::string> variant_files();

}  // namespace quadrille::tests
