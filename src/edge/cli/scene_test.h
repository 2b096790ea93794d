#pragma once

#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "edge/cli/instance.h"
#include "host/crypto/secret_file.h"
#include "services/access/person.h"
#include "services/access/token.h"
#include "testing/databases.h"

// An instance with the territory `port` and people who type commands, each with a token in a file of their name.

namespace quadrille::cli {

struct Typist {
  std::string name;     // their token's file, and their login
  std::string service;  // none: a role of the whole instance
  access::Role role = access::Role::analyst;
};

class CommandScene : public ::testing::Test {
 protected:
  // Tokens of these capabilities and that purpose, good for an hour.
  void make_instance(const std::vector<Typist>& people, const std::set<access::Capability>& capabilities,
                     const std::string& purpose) {
    ASSERT_EQ(run({"init"}).code, 0);
    ASSERT_EQ(run({"territory", "create", "port", "--name", "Port", "--crs", "EPSG:2154"}).code, 0);
    const auto database = *database::open_database("sqlite:" + (folder_.path() / "quadrille.db").string());
    auto tx = database->write();
    const Instant now = clock::system_clock().now();
    const access::Asker by{access::local_viewer("local:test", {}), "", "", now};
    const auto port = *territory::find(*tx, "port");
    auto& chance = crypto::system_chance();
    for (const auto& typist : people) {
      std::optional<ServiceId> service;
      for (const auto& known : territory::load_services(*tx, port.id))
        if (known.code == typist.service) service = known.id;
      if (!service && !typist.service.empty())
        service = territory::add_service(*tx, port, typist.service, typist.service, {"local:test", now}).value();
      const auto person = access::create_person(*tx, {typist.name, "Agent"}, chance, by).value();
      ASSERT_TRUE(access::grant(*tx,
                                {person.id,
                                 typist.role,
                                 service ? std::optional(port.id) : std::nullopt,
                                 service,
                                 access::Sensitivity::confidential,
                                 "acte",
                                 now,
                                 {}},
                                chance, by));
      const auto token =
          access::issue_token(
              *tx, {person.id, "test", capabilities, purpose, {now.utc_ms + 3'600'000}, access::Proof::two_factors},
              chance, by)
              .value();
      ASSERT_TRUE(crypto::save_secret(folder_.path() / typist.name, token.secret + "\n"));
    }
    tx->commit();
  }

  struct Outcome {
    int code = 0;
    std::string out;
    std::string err;
  };
  Outcome run(std::vector<std::string> typed, const std::string& as = "") {
    typed.insert(typed.end(), {"--data-dir", folder_.path().string()});
    if (!as.empty()) typed.insert(typed.end(), {"--token-file", (folder_.path() / as).string()});
    std::ostringstream out;
    std::ostringstream err;
    Terminal terminal{out, err, Language::en};
    const auto all = commands();
    const int code = run_command_line(all, typed, terminal);
    return {code, out.str(), err.str()};
  }

  testing::TemporaryFolder folder_;
};

}  // namespace quadrille::cli
