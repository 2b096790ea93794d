#include "host/json/describe.h"

#include <gtest/gtest.h>

#include <limits>

namespace quadrille::json {
namespace {

enum class Colour { red, green };
BOOST_DESCRIBE_ENUM(Colour, red, green)

struct Leaf {
  std::int64_t count = 0;
  std::optional<double> rate;
};
BOOST_DESCRIBE_STRUCT(Leaf, (), (count, rate))

struct Tree {
  std::string name;
  Colour colour = Colour::red;
  CivilDate day;
  std::vector<Leaf> leaves;
};
BOOST_DESCRIBE_STRUCT(Tree, (), (name, colour, day, leaves))

const Tree tree{"l'\"orme\"", Colour::green, *parse_date("2026-03-01"), {{3, 0.1}, {4, std::nullopt}}};

TEST(Json, structs_are_written_in_their_order_and_read_back) {
  const std::string text = text_of(tree);
  EXPECT_EQ(
      text,
      R"({"name":"l'\"orme\"","colour":"green","day":"2026-03-01","leaves":[{"count":3,"rate":0.1},{"count":4,"rate":null}]})");
  const auto back = read<Tree>(text);
  ASSERT_TRUE(back);
  EXPECT_EQ(text_of(*back), text);
}

TEST(Json, every_fault_is_named_by_its_pointer) {
  const auto bad =
      read<Tree>(R"({"colour":"blue","day":"2026-02-30","leaves":[{"count":1.5},{"count":"3"}],"size":1})");
  ASSERT_FALSE(bad);
  for (const char* words :
       {"/name: this field is missing", "/colour: one of these is needed: red, green", "/day: a date",
        "/leaves/0/count: a whole number", "/leaves/1/count", "/size: unknown field"})
    EXPECT_NE(bad.error().message.en.find(words), std::string::npos) << words << " not in " << bad.error().message.en;
}

TEST(Json, unreadable_text_says_where) {
  for (const char* text : {"", "{", "{\"a\":}", "[1,2", "{} x", "nul"}) {
    const auto bad = parse(text);
    ASSERT_FALSE(bad) << text;
    EXPECT_NE(bad.error().message.en.find("near byte"), std::string::npos);
  }
  EXPECT_FALSE(parse(std::string(1000, '[')));
}

TEST(Json, what_is_not_finite_is_null) {
  EXPECT_EQ(text_of(std::vector<double>{1, std::numeric_limits<double>::quiet_NaN(), 1e300}), "[1,null,1e+300]");
}

TEST(Schemas, describe_what_is_written) {
  Schemas schemas;
  EXPECT_EQ(compact(schemas.of<Tree>()), R"({"$ref":"#/components/schemas/Tree"})");
  EXPECT_TRUE(schemas.components().contains("Leaf"));
  EXPECT_NE(compact(schemas.components()).find(R"("enum":["red","green"])"), std::string::npos);
}

}  // namespace
}  // namespace quadrille::json
