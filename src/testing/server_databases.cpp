#include "testing/server_databases.h"

#include <cstdlib>
#include <stdexcept>

namespace quadrille::testing {
namespace {

void on_server(const std::string& server, const std::string& sql) {
  const std::string command = "psql -q -d '" + server + "' -c '" + sql + "' > /dev/null";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("psql failed: " + sql);
}

std::string with_database(const std::string& url, const std::string& name) {
  return url.substr(0, url.rfind('/') + 1) + name;
}

}  // namespace

std::string create_database(const std::string& server, const std::string& name, const std::string& like) {
  on_server(with_database(server, "postgres"), "CREATE DATABASE " + name + (like.empty() ? "" : " TEMPLATE " + like));
  return with_database(server, name);
}

void drop_database(const std::string& url) {
  on_server(with_database(url, "postgres"), "DROP DATABASE " + url.substr(url.rfind('/') + 1) + " WITH (FORCE)");
}

}  // namespace quadrille::testing
