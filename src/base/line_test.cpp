#include "base/line.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace quadrille {
namespace {

constexpr LineLength name{1, 5};

TEST(Line, names_of_every_alphabet_are_lines_and_counted_in_characters) {
  for (const char* good : {"a", "Zoé", "É. Ö.", "Αλφα", "Иван", "李小龙", "O’Ha", "🚓🚓"})
    EXPECT_TRUE(check_line(good, name, "name")) << good;
}

TEST(Line, what_nobody_sees_is_refused_and_the_field_is_named) {
  using namespace std::string_view_literals;
  for (const auto bad :
       {"a\0b"sv, "a\nb"sv, "a\tb"sv, "\x1b[1m"sv, "a\x7f"sv, "\u0085"sv, "a\u200b"sv, "\u202eab"sv, "\u2066a"sv,
        "\ufeffa"sv, "a\u2028"sv, "\u00ad"sv, "\xff"sv, "\xc3"sv, "\xed\xa0\x80"sv, "\xc0\x80"sv, "\U000E0041"sv}) {
    const auto refused = check_line(bad, name, "name");
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid_input);
    EXPECT_EQ(refused.error().field, "name");
  }
}

TEST(Line, too_short_too_long_and_blank_are_refused_with_what_would_be_right) {
  for (const char* bad : {"", " ", "     ", "abcdef", "éééééé", "\u00a0"}) {
    const auto refused = check_line(bad, name, "name");
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().message.en, "1 to 5 characters");
  }
  EXPECT_TRUE(check_line("", {0, 3}, "basis"));
  EXPECT_EQ(check_line("abcd", {0, 3}, "basis").error().message.fr, "au plus 3 caractères");
}

TEST(Line, what_is_fitted_is_a_line_whatever_it_was) {
  EXPECT_EQ(fit_line("  Camille\nRenard\x1b ", 120), "Camille Renard");
  EXPECT_EQ(fit_line("ééé", 2), "éé") << "cut between characters";
  EXPECT_EQ(fit_line("\xff\xfe", 9), "");
  Random random(Seed{3}, 0);
  for (int i = 0; i < 5'000; ++i) {
    std::string bytes;
    for (auto left = random.next_below(40); left > 0; --left) bytes += static_cast<char>(random.next_below(256));
    const auto line = fit_line(bytes, 10);
    EXPECT_TRUE(check_line("x" + line, {1, 11}, "x")) << i;
  }
}

}  // namespace
}  // namespace quadrille
