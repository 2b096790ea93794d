#include "testing/databases.h"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <stdexcept>

#include "testing/server_databases.h"

namespace quadrille::testing {
namespace {

// A name no other test of this or another process uses.
std::string fresh_name() {
  static std::atomic<int> count{0};
  return "quadrille_test_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
}

std::unique_ptr<database::Database> open_or_throw(const std::string& url) {
  auto opened = database::open_database(url);
  if (!opened) throw std::runtime_error(opened.error().message.en);
  return std::move(*opened);
}

}  // namespace

TemporaryFolder::TemporaryFolder() : path_(std::filesystem::temp_directory_path() / fresh_name()) {
  std::filesystem::create_directories(path_);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void DatabaseTest::SetUp() {
  if (GetParam() == database::Dialect::sqlite) {
    url_ = "sqlite:" + (folder_.path() / "test.db").string();
  } else {
    const char* server = std::getenv("QUADRILLE_TEST_POSTGRESQL");
    if (server == nullptr) GTEST_SKIP() << "QUADRILLE_TEST_POSTGRESQL is not set: PostgreSQL NOT TESTED";
    url_ = create_database(server, fresh_name());
  }
  database_ = open_or_throw(url_);
}

void DatabaseTest::TearDown() {
  database_.reset();
  if (GetParam() == database::Dialect::postgresql && !url_.empty()) drop_database(url_);
}

}  // namespace quadrille::testing
