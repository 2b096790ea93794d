#pragma once

#include <memory>
#include <string>

#include "edge/api/api.h"
#include "edge/api/jobs.h"
#include "edge/api/picture_cache.h"
#include "services/access/sign_in.h"
#include "services/audit/checkpoint.h"
#include "services/audit/recorder.h"
#include "services/notes/notes.h"
#include "testing/databases.h"
#include "testing/fake_host.h"

// What endpoints are served with, over a test's own database, clock and chance; made after the migrations.

namespace quadrille::api {

class Served {
 public:
  Served(database::Database& database, testing::ManualClock& clock, crypto::Chance& chance)
      : database_(database),
        clock_(clock),
        chance_(chance),
        jobs_(clock, 1),
        recorder(database, clock, chance),
        notes(database, access, recorder, chance),
        signer_(
            audit::CheckpointSigner::open(folder_.path() / "audit.key", database, clock, "log.test", chance).value()) {}

  [[nodiscard]] Context context() {
    return {database_, clock_,   pictures_, jobs_,    access, recorder,
            chance_,   sign_in_, settings,  *signer_, notes,  "no/such/folder"};
  }

 private:
  database::Database& database_;
  clock::Clock& clock_;
  crypto::Chance& chance_;
  testing::TemporaryFolder folder_;
  PictureCache pictures_{1};
  Jobs jobs_;
  access::SignIn sign_in_{crypto::cheapest_password_cost};

 public:
  Settings settings;
  access::Access access;
  audit::Recorder recorder;
  notes::Notes notes;

 private:
  std::unique_ptr<audit::CheckpointSigner> signer_;
};

// `target` follows /api/v1, with its query; the token is a program's.
inline http::Request request_with_token(const std::string& token, const std::string& method, const std::string& target,
                                        const std::string& body) {
  const auto parsed = http::parse_target("/api/v1" + target);
  http::Request request{
      method,        parsed->path,
      parsed->query, {{"host", "localhost:8080"}, {"accept-language", "en"}, {"authorization", "Bearer " + token}},
      body,          "::1"};
  if (!body.empty()) request.headers["content-type"] = "application/json";
  return request;
}

}  // namespace quadrille::api
