// Does anything a person receives depend on what they may not see? Plays pairs of histories that differ in nothing but
// acts the reader may not learn of, asks everything that can be asked in both, and compares byte for byte; and the
// statements that each answer took of the database, which its time is made of.
//
//   noninterference --scenarios 10000 [--seed 1]      the property; each scenario asks a part drawn at random
//   noninterference --scenarios 100 --all             each scenario asks everything
//   noninterference --plants                          every defect put in on purpose must be found
//   noninterference --scenarios 300 --server URL      on databases of a PostgreSQL server instead of SQLite files
//
// Whatever the log recorded meanwhile must have words in the journal: every endpoint, command and act is there.
//
// Ends with "N passed, M failed" (the property counts as one, the words as one); a leak is printed with the acts that
// were hidden and both answers.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <mutex>
#include <set>
#include <thread>

#include "base/check.h"
#include "noninterference/commands.h"
#include "noninterference/history.h"
#include "noninterference/probes.h"
#include "noninterference/work.h"
#include "services/audit/audit.h"
#include "services/journal/words.h"

namespace quadrille::noninterference {
namespace {

// What the log recorded in these worlds and the journal has no words for.
class Wordless {
 public:
  void look_at(World& world) {
    auto snapshot = world.database().read();
    for (std::optional<std::int64_t> before;;) {
      const auto entries = audit::list(*snapshot, before, 500);
      if (entries.empty()) return;
      for (const auto& entry : entries)
        for (auto& what : journal::in_words(entry.act).unknown) {
          const std::lock_guard lock(mutex_);
          found_.insert(std::move(what));
        }
      before = entries.back().position;
    }
  }
  [[nodiscard]] const std::set<std::string>& found() const { return found_; }

 private:
  std::mutex mutex_;
  std::set<std::string> found_;
};

struct Leak {
  Probe probe;
  std::string with;
  std::string without;
  std::string hidden;  // the acts
};

enum class How { in_part, all };
constexpr std::size_t probes_in_part = 12;

struct Trial {
  Seed seed;
  How how = How::in_part;
  Plant plant = nullptr;
};

// What one scenario asks.
struct Asked {
  std::vector<Probe> probes;
  std::vector<std::vector<std::string>> commands;
  std::vector<std::string> codes;
};

template <class T>
void keep_some(std::vector<T>& all, std::size_t count, Random& random) {
  for (std::size_t i = 0; i < std::min(count, all.size()); ++i)
    std::swap(all[i], all[i + random.next_below(static_cast<std::uint32_t>(all.size() - i))]);
  all.resize(std::min(count, all.size()));
}

// Looks before changes: what a change answers may depend on no hidden act, but what is looked at afterwards may on it.
Asked draw(const std::vector<std::string>& codes, How how, Random random) {
  Asked asked{all_probes(codes), all_command_lines(codes), codes};
  if (how == How::in_part) {
    // A look shows nowhere else, and a dozen of thousands would hardly ever ask there.
    std::vector<Probe> of_looks;
    std::ranges::copy_if(asked.probes, std::back_inserter(of_looks), [](const Probe& probe) {
      return probe.target.ends_with("/holders") && probe.target.find("/nulle-part/") == std::string::npos;
    });
    keep_some(asked.probes, probes_in_part, random);
    std::ranges::move(of_looks, std::back_inserter(asked.probes));
    std::ranges::partition(asked.probes, [](const Probe& probe) { return probe.method == "GET"; });
    keep_some(asked.commands, random.next_below(4) == 0 ? 1 : 0, random);  // each opens the instance anew
  }
  return asked;
}

bool may_need_picture(const Probe& probe, const std::string& slug) {
  constexpr std::string_view parts[] = {"/picture", "/studies", "/exports", "/map", "/ogc/", "/jobs"};
  return probe.target.find("/" + slug) != std::string::npos &&
         std::ranges::any_of(parts, [&](auto part) { return probe.target.find(part) != std::string::npos; });
}

// What an instance keeps at hand for everybody costs whoever asks first: here others, who may see all of it.
void fill_what_is_kept(World& world, const Asked& asked, std::uint64_t& label) {
  for (const std::string slug : {"port", "gare"}) {
    const std::string base = "/api/v1/territories/" + slug;
    const auto& people = world.ground().people;
    const auto analyst =
        std::ranges::find_if(people, [&](const auto& one) { return one.login.starts_with("analyst." + slug); });
    CHECK(analyst != people.end());
    std::vector<std::string> kept{"/notes", "/notes/form"};
    if (std::ranges::any_of(asked.probes, [&](const auto& probe) { return may_need_picture(probe, slug); }))
      kept.push_back("/picture");
    for (const auto& what : kept) {
      world.begin(++label);
      CHECK(world.ask(*analyst, "GET", base + what).status == 200);
    }
  }
}

std::vector<std::string> receive_all(World& world, const Somebody& reader, const Asked& asked, Plant plant) {
  std::vector<std::string> received;
  const std::int64_t hidden = plant ? audit::size(*world.database().read()) : 0;
  std::uint64_t label = 100'000;
  fill_what_is_kept(world, asked, label);
  for (const auto& probe : asked.probes) {
    world.begin(++label);
    const WorkOfThread work;
    auto response = world.ask(reader, probe.method, probe.target, probe.body);
    if (plant) plant(probe, hidden, response);
    received.push_back(without_the_logs_size(bytes_of(response)) + work.in_lines());
  }
  if (!plant)
    for (const auto& words : asked.commands)
      received.push_back(without_the_logs_size(run_command(world, reader, words, asked.codes)));
  return received;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += " " + word;
  return text;
}

// One history, one reader.
std::optional<Leak> play_once(const Ground& ground, std::uint64_t number, const Trial& trial, Wordless& wordless) {
  Random random(trial.seed, number);
  const auto& reader = ground.people[random.next_below(static_cast<std::uint32_t>(ground.people.size()))];
  const auto history = random_history(random, ground);
  World with(ground);
  World without(ground);
  const Random members(trial.seed, number + (std::uint64_t{1} << 40));
  admit_at_random(with, members);
  admit_at_random(without, members);
  const access::Viewer viewer = with.asker(reader).viewer;
  std::vector<std::string> codes;
  std::string hidden;
  for (const auto& act : history) {
    with.begin(act.label);
    with.keep_made(act.label, act.run(with));
    std::ranges::copy(with.made(act.label), std::back_inserter(codes));
    if (!act.may_learn(viewer)) {
      const bool is_told = act.is_told_a_line && act.is_told_a_line(viewer);
      hidden += (hidden.empty() ? "" : ", ") + act.what + (is_told ? " (but for its line)" : "");
      if (!is_told) continue;
      without.begin(act.label);
      without.keep_made(act.label, act.run_otherwise(without));
      continue;
    }
    without.begin(act.label);
    without.keep_made(act.label, act.run(without));
  }
  const Asked asked = draw(codes, trial.how, Random(trial.seed, number + (std::uint64_t{1} << 41)));
  const auto seen_with = receive_all(with, reader, asked, trial.plant);
  const auto seen_without = receive_all(without, reader, asked, trial.plant);
  wordless.look_at(with);
  for (std::size_t i = 0; i < seen_with.size(); ++i)
    if (seen_with[i] != seen_without[i])
      return Leak{i < asked.probes.size() ? asked.probes[i]
                                          : Probe{"quadrille", joined(asked.commands[i - asked.probes.size()]), ""},
                  seen_with[i], seen_without[i], reader.login + " may not learn of: " + hidden};
  return std::nullopt;
}

// A command tells the machine's time to the minute, which may turn between two runs: what differs twice differs.
std::optional<Leak> play(const Ground& ground, std::uint64_t number, const Trial& trial, Wordless& wordless) {
  auto leak = play_once(ground, number, trial, wordless);
  return leak ? play_once(ground, number, trial, wordless) : leak;
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

int prove(const Ground& ground, std::uint64_t scenarios, const Trial& trial) {
  std::atomic<std::uint64_t> next{0};
  std::atomic<std::uint64_t> leaks{0};
  std::mutex printing;
  Wordless wordless;
  std::vector<std::jthread> workers;
  for (unsigned i = 0; i < 2 * std::max(1U, std::thread::hardware_concurrency()); ++i)  // half of them wait for commits
    workers.emplace_back([&] {
      for (std::uint64_t number = next++; number < scenarios && leaks < 5; number = next++)
        if (const auto leak = play(ground, number, trial, wordless)) {
          ++leaks;
          const std::lock_guard lock(printing);
          fmt::print("scenario {}: ", number);
          print(*leak);
        }
    });
  workers.clear();
  for (const auto& what : wordless.found()) fmt::print("the journal has no words for: {}\n", what);
  const int failed = (leaks == 0 ? 0 : 1) + (wordless.found().empty() ? 0 : 1);
  fmt::print("{} scenarios, {} leaks\n{} passed, {} failed\n", std::min(next.load(), scenarios), leaks.load(),
             2 - failed, failed);
  return failed == 0 ? 0 : 1;
}

int find_plants(const Ground& ground, Seed seed) {
  int found = 0;
  int missed = 0;
  Wordless ignored;
  for (const auto& [name, plant] : planted_leaks()) {
    bool is_found = false;
    for (std::uint64_t number = 0; number < 40 && !is_found; ++number)
      is_found = play(ground, number, {seed, How::all, plant}, ignored).has_value();
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
  std::string server;
  bool is_planting = false;
  auto how = noninterference::How::in_part;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    const char* value = i + 1 < count ? words[i + 1] : "";
    if (word == "--scenarios")
      scenarios = std::strtoull(value, nullptr, 10), ++i;
    else if (word == "--seed")
      seed = std::strtoull(value, nullptr, 10), ++i;
    else if (word == "--server")
      server = value, ++i;
    else if (word == "--all")
      how = noninterference::How::all;
    else if (word == "--plants")
      is_planting = true;
    else
      scenarios = 0;
  }
  if (scenarios == 0 && !is_planting) {
    fmt::print(stderr, "noninterference --scenarios N [--seed N] [--all] [--server URL] | --plants [--seed N]\n");
    return 2;
  }
  const noninterference::Folder folder;
  std::filesystem::current_path(folder.path());  // what a command writes goes with it
  const auto ground = noninterference::make_ground(folder.path(), server);
  const int code = is_planting ? noninterference::find_plants(ground, Seed{seed})
                               : noninterference::prove(ground, scenarios, {Seed{seed}, how});
  noninterference::drop_ground(ground);
  return code;
}
