#include <gtest/gtest.h>

#include "testing/ascii_map.h"

namespace quadrille::testing {
namespace {

TEST(AsciiMap, columns_go_east_and_lines_go_south) {
  const auto at = ascii_map(100_m, R"(
      A...B
      ....C
  )");
  EXPECT_EQ(at('A'), (Projected{0, 100'000}));
  EXPECT_EQ(at('B'), (Projected{400'000, 100'000}));
  EXPECT_EQ(at('C'), (Projected{400'000, 0}));
}

}  // namespace
}  // namespace quadrille::testing
