#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "edge/api/api.h"
#include "edge/api/jobs.h"
#include "edge/api/picture_cache.h"
#include "host/crypto/chance.h"
#include "services/access/compartment.h"
#include "services/access/person.h"
#include "services/notes/notes.h"
#include "services/sharing/targets.h"
#include "services/territory/territory.h"

// A small instance in which histories are played: two territories, their services, people of every role, each with a
// token. What a history does, and what a person is then answered, follow from the history alone: the clock stands where
// the act's label says, and what is drawn by chance is drawn from the label, so that an act gives the same codes
// whatever was done before it.

namespace quadrille::noninterference {

// Bytes that follow from a label.
class LabelledChance final : public crypto::Chance {
 public:
  void begin(std::uint64_t label) { random_ = Random(Seed{label}, 7); }
  void fill(std::span<std::uint8_t> bytes) override {
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random_.next_u32());
  }

 private:
  Random random_{Seed{0}, 7};
};

class LabelledClock final : public clock::Clock {
 public:
  static constexpr std::int64_t start_ms = 1'790'000'000'000;
  void begin(std::uint64_t label) { now_ = {start_ms + static_cast<std::int64_t>(label) * 60'000}; }
  [[nodiscard]] Instant now() const override { return now_; }
  [[nodiscard]] double steady_seconds() const override { return static_cast<double>(now_.utc_ms) / 1000; }

 private:
  Instant now_{start_ms};
};

// Of the keys of targets.
inline constexpr std::array<std::uint8_t, 32> target_seed{42};

// Somebody of the instance.
struct Somebody {
  std::string login;
  PersonId person;
  std::string secret;  // of their token
  std::string slug;    // where they stand
};

// The instance before any history, that worlds copy: a file, or a database of a PostgreSQL server.
struct Ground {
  std::filesystem::path folder;  // of the files of every world
  std::string url;
  std::vector<Somebody> people;
  std::map<std::string, territory::Territory> territories;
  std::map<std::string, std::vector<ServiceId>> services;                // by territory
  std::map<std::string, std::vector<access::Compartment>> compartments;  // by territory; opened by the analyst, the
                                                                         // commander and the analyst again
};
// `server` is the URL of a PostgreSQL database, or empty for SQLite files in the folder.
[[nodiscard]] Ground make_ground(const std::filesystem::path& folder, const std::string& server);
void drop_ground(const Ground& ground);

// What came back to a person, byte for byte.
struct Received {
  std::string what;   // "GET /api/v1/…"
  std::string bytes;  // status, headers, body
};

class World {
 public:
  explicit World(const Ground& ground);
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World();

  // Everything that follows is done at the label's moment with the label's chance.
  void begin(std::uint64_t label);
  [[nodiscard]] std::uint64_t label() const { return label_; }
  // The codes of what the act of a label made in this world.
  void keep_made(std::uint64_t label, std::vector<std::string> codes) { made_[label] = std::move(codes); }
  [[nodiscard]] const std::vector<std::string>& made(std::uint64_t label) const { return made_.at(label); }
  [[nodiscard]] access::Asker asker(const Somebody& somebody);
  [[nodiscard]] http::Response ask(const Somebody& somebody, const std::string& method, const std::string& target,
                                   const std::string& body = "");

  [[nodiscard]] const Ground& ground() const { return ground_; }
  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] database::Database& database() { return *database_; }
  [[nodiscard]] LabelledChance& chance() { return chance_; }
  [[nodiscard]] api::Context& context() { return *context_; }

 private:
  const Ground& ground_;
  std::string url_;
  std::filesystem::path key_;  // of the log
  std::uint64_t label_ = 0;
  std::map<std::uint64_t, std::vector<std::string>> made_;
  std::unique_ptr<database::Database> database_;
  LabelledClock clock_;
  LabelledChance chance_;
  api::PictureCache pictures_{1};
  std::unique_ptr<api::Jobs> jobs_;
  std::unique_ptr<audit::Recorder> recorder_;
  std::unique_ptr<audit::CheckpointSigner> signer_;
  std::unique_ptr<notes::Notes> notes_;
  sharing::TargetKeys target_keys_{target_seed};
  access::Access access_;
  access::SignIn sign_in_{crypto::cheapest_password_cost};
  api::Settings settings_;
  std::unique_ptr<api::Context> context_;
};

[[nodiscard]] std::string bytes_of(const http::Response& response);

}  // namespace quadrille::noninterference
