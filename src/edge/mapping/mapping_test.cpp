#include <gtest/gtest.h>

#include "edge/mapping/mapping_json.h"
#include "testing/golden.h"

namespace quadrille::mapping {
namespace {

TEST(Mapping, the_shipped_mappings_are_read_and_keep_police_activity_apart) {
  const auto folder = testing::source_folder() / "mappings";
  for (const char* name : {"san-francisco.json", "chicago.json", "example.json"}) {
    const auto mapping = read_mapping(folder / name);
    ASSERT_TRUE(mapping) << mapping.error().message.en;
    for (const auto& [category, rule] : mapping->categories) {
      const auto code = facts::category_of(rule.category).code;
      const bool follows_police = code == "drugs" || code == "drug_use" || code == "prostitution" ||
                                  code == "warrant" || code == "weapons" || code == "alcohol" ||
                                  code == "driving_influence";
      EXPECT_EQ(rule.channel == facts::Channel::discovered, follows_police) << name << ' ' << category;
    }
  }
}

TEST(Mapping, every_fault_is_named) {
  const auto bad = parse_mapping(
      R"({"source":"","encoding":"ebcdic","columns":{"datetime":[],"category":"what","x":"lon"},"datetime":{"format":"%d","time_zone":"Europe/Paris"},
    "coordinates":{"bounds":[1,2,3]},"categories":{"A":{"as":"volcano"},"B":{"as":"drugs","channel":"guessed"}},"colour":1})");
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().message.en.find("/colour: unknown field"), std::string::npos) << bad.error().message.en;
  const auto worse = parse_mapping(
      R"({"source":"","encoding":"ebcdic","columns":{"datetime":[],"category":"what","x":"lon"},"datetime":{"format":"%d","time_zone":"Europe/Paris"},
    "coordinates":{"bounds":[1,2,3]},"categories":{"A":{"as":"volcano"},"B":{"as":"drugs","channel":"guessed"}}})");
  ASSERT_FALSE(worse);
  for (const char* pointer : {"/source", "/encoding", "/columns/id", "/columns/x", "/columns/datetime",
                              "/coordinates/bounds", "/datetime/format", "/categories/A/as", "/categories/B/channel"})
    EXPECT_NE(worse.error().message.en.find(pointer), std::string::npos)
        << pointer << " not in " << worse.error().message.en;
}

TEST(Mapping, an_absent_file_is_named) { EXPECT_EQ(read_mapping("/no/such.json").error().kind, ErrorKind::not_found); }

}  // namespace
}  // namespace quadrille::mapping
