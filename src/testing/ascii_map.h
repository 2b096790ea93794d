#pragma once

#include <map>
#include <string_view>

#include "base/check.h"
#include "base/place.h"
#include "base/quantity.h"

// Draw the place: every letter or digit of the drawing is a named point; one column is one step east, one line one step
// south. The first column and last line are at east 0, north 0.
//
//   const auto at = ascii_map(100_m, R"(
//       A...B
//       ....C
//   )");
//   at('A') is 100 m north of the bottom line; at('B') is 400 m east of it.

namespace quadrille::testing {

class AsciiMap {
 public:
  AsciiMap(Metres step, std::string_view drawing);

  // The named point; the drawing must hold it exactly once.
  [[nodiscard]] Projected operator()(char name) const {
    const auto found = points_.find(name);
    CHECK(found != points_.end());
    return found->second;
  }
  [[nodiscard]] const std::map<char, Projected>& points() const { return points_; }

 private:
  std::map<char, Projected> points_;
};

[[nodiscard]] inline AsciiMap ascii_map(Metres step, std::string_view drawing) { return {step, drawing}; }

}  // namespace quadrille::testing
