#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "host/database/database.h"

// The same storage tests on SQLite and on PostgreSQL, each test in a fresh, empty database:
//
//   class TerritoryStore : public DatabaseTest {};
//   TEST_P(TerritoryStore, a_slug_is_taken_once) { auto tx = database().write(); ... }
//   INSTANTIATE_TEST_SUITE_P(Databases, TerritoryStore, every_database(), database_name);
//
// PostgreSQL takes part when QUADRILLE_TEST_POSTGRESQL holds the URL of a server where databases may be created
// (scripts/postgresql-for-tests starts one); otherwise its tests are skipped, and say so.

namespace quadrille::testing {

// A folder that is removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class DatabaseTest : public ::testing::TestWithParam<database::Dialect> {
 public:
  [[nodiscard]] database::Database& database() { return *database_; }
  [[nodiscard]] const std::string& url() const { return url_; }

 protected:
  void SetUp() override;
  void TearDown() override;

 private:
  TemporaryFolder folder_;
  std::string url_;
  std::unique_ptr<database::Database> database_;
};

[[nodiscard]] inline auto every_database() {
  return ::testing::Values(database::Dialect::sqlite, database::Dialect::postgresql);
}
[[nodiscard]] inline std::string database_name(const ::testing::TestParamInfo<database::Dialect>& info) {
  return info.param == database::Dialect::sqlite ? "sqlite" : "postgresql";
}

}  // namespace quadrille::testing
