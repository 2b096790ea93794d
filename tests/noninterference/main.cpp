// Does anything a person receives depend on what they may not see? Plays pairs of histories that differ in nothing but
// acts the reader may not learn of, asks everything that can be asked in both, and compares byte for byte.
//
//   noninterference --scenarios 10000 [--seed 1]      the property
//   noninterference --plants                          every defect put in on purpose must be found
//
// Ends with "N passed, M failed"; a leak is printed with the acts that were hidden and both answers.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <thread>

#include "noninterference/history.h"
#include "noninterference/probes.h"

namespace quadrille::noninterference {
namespace {

struct Leak {
  Probe probe;
  std::string with;
  std::string without;
  std::string hidden;  // the acts
};

std::int64_t rows_of_log(World& world) {
  auto snapshot = world.database().read();
  auto rows = snapshot->query("SELECT COUNT(*) FROM audit_entry");
  rows->next();
  return rows->integer(0);
}

std::vector<std::string> receive_all(World& world, const Somebody& reader, const std::vector<Probe>& probes,
                                     Plant plant) {
  std::vector<std::string> received;
  const std::int64_t hidden = plant ? rows_of_log(world) : 0;
  std::uint64_t label = 100'000;
  for (const auto& probe : probes) {
    world.begin(++label);
    auto response = world.ask(reader, probe.method, probe.target, probe.body);
    if (plant) plant(probe, hidden, response);
    received.push_back(bytes_of(response));
  }
  return received;
}

// One history, one reader. Pictures are asked for in one scenario of eight: each takes as long as everything else.
std::optional<Leak> play(const Ground& ground, const std::filesystem::path& folder, std::uint64_t number, Seed seed,
                         Plant plant) {
  Random random(seed, number);
  const auto& reader = ground.people[random.next_below(static_cast<std::uint32_t>(ground.people.size()))];
  const auto history = random_history(random, ground);
  World with(ground, folder);
  World without(ground, folder);
  const Random members(seed, number + (std::uint64_t{1} << 40));
  admit_at_random(with, members);
  admit_at_random(without, members);
  const access::Viewer viewer = with.asker(reader).viewer;
  std::vector<std::string> codes;
  std::string hidden;
  for (const auto& act : history) {
    with.begin(act.label);
    act.run(with);
    codes.insert(codes.end(), act.codes.begin(), act.codes.end());
    if (!act.may_learn(viewer)) {
      hidden += (hidden.empty() ? "" : ", ") + act.what;
      continue;
    }
    without.begin(act.label);
    act.run(without);
  }
  auto probes = all_probes(codes);
  if (number % 8 != 0 && !plant)
    std::erase_if(probes, [](const Probe& probe) {
      return probe.target.find("/picture") != std::string::npos || probe.target.find("hotspots") != std::string::npos ||
             probe.target.ends_with("/rerun");
    });
  const auto seen_with = receive_all(with, reader, probes, plant);
  const auto seen_without = receive_all(without, reader, probes, plant);
  for (std::size_t i = 0; i < probes.size(); ++i)
    if (seen_with[i] != seen_without[i])
      return Leak{probes[i], seen_with[i], seen_without[i], reader.login + " may not learn of: " + hidden};
  return std::nullopt;
}

void print(const Leak& leak) {
  const auto differ = std::ranges::mismatch(leak.with, leak.without).in1 - leak.with.begin();
  const auto from = static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, differ - 120));
  fmt::print("LEAK {} {}\n  {}\n  with    …{}\n  without …{}\n", leak.probe.method, leak.probe.target, leak.hidden,
             leak.with.substr(from, 400), leak.without.substr(from, 400));
}

// Memory is the fastest disk; where there is none, the usual temporary folder.
std::filesystem::path fast_folder() {
  const std::filesystem::path memory = "/dev/shm";
  return std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
}

class Folder {
 public:
  Folder() : path_(fast_folder() / fmt::format("quadrille-noninterference-{}", ::getpid())) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

int prove(std::uint64_t scenarios, Seed seed) {
  const Folder folder;
  const Ground ground = make_ground(folder.path());
  std::atomic<std::uint64_t> next{0};
  std::atomic<std::uint64_t> leaks{0};
  std::mutex printing;
  std::vector<std::jthread> workers;
  for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i)
    workers.emplace_back([&] {
      for (std::uint64_t number = next++; number < scenarios && leaks < 5; number = next++)
        if (const auto leak = play(ground, folder.path(), number, seed, nullptr)) {
          ++leaks;
          const std::lock_guard lock(printing);
          fmt::print("scenario {}: ", number);
          print(*leak);
        }
    });
  workers.clear();
  fmt::print("{} passed, {} failed\n", scenarios - leaks, leaks.load());
  return leaks == 0 ? 0 : 1;
}

int find_plants(Seed seed) {
  const Folder folder;
  const Ground ground = make_ground(folder.path());
  int found = 0;
  int missed = 0;
  for (const auto& [name, plant] : planted_leaks()) {
    bool is_found = false;
    for (std::uint64_t number = 0; number < 40 && !is_found; ++number)
      is_found = play(ground, folder.path(), number, seed, plant).has_value();
    if (!is_found) fmt::print("not found: {}\n", name);
    ++(is_found ? found : missed);
  }
  fmt::print("{} passed, {} failed\n", found, missed);
  return missed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace quadrille::noninterference

int main(int count, char** words) {
  using namespace quadrille;
  std::uint64_t scenarios = 0;
  std::uint64_t seed = 1;
  bool is_planting = false;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    const char* value = i + 1 < count ? words[i + 1] : "";
    if (word == "--scenarios")
      scenarios = std::strtoull(value, nullptr, 10), ++i;
    else if (word == "--seed")
      seed = std::strtoull(value, nullptr, 10), ++i;
    else if (word == "--plants")
      is_planting = true;
    else
      scenarios = 0;
  }
  if (is_planting) return noninterference::find_plants(Seed{seed});
  if (scenarios == 0) {
    fmt::print(stderr, "noninterference --scenarios N [--seed N] | --plants [--seed N]\n");
    return 2;
  }
  return noninterference::prove(scenarios, Seed{seed});
}
