#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string_view>

namespace quadrille::testing {

// Compares `text` with the file tests/golden/NAME. With UPDATE_GOLDEN=1 in the environment it writes the file instead
// and the test passes; look at the difference in version control before committing it.
[[nodiscard]] ::testing::AssertionResult matches_golden(std::string_view name, std::string_view text);

// The checkout's top folder, from the environment variable QUADRILLE_SOURCE or else the place the tests were built
// from.
[[nodiscard]] std::filesystem::path source_folder();

// Development data (shared/data beside the checkout, or QUADRILLE_DATA); empty when absent. A test that needs it then
// calls GTEST_SKIP() with a line that says what is missing; scripts/test fails on such a skip where the data are
// present.
[[nodiscard]] std::filesystem::path data_folder();

}  // namespace quadrille::testing
