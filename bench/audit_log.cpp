// Measures the audit log. Built when asked for: cmake --build build/release --target audit_bench
//
//   audit_bench rates URL [READERS]     rows a second: one transaction each, against a Recorder's groups
//   audit_bench build URL ENTRIES       fills a new log with a year of consultations, by batches of 50,000
//   audit_bench ask URL                 verification, proofs and searches of what is there, beside raw SHA-256

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/random.h"
#include "host/clock/clock.h"
#include "services/audit/audit.h"
#include "services/audit/checkpoint.h"
#include "services/audit/leaf.h"
#include "services/audit/recorder.h"
#include "services/audit/search.h"
#include "services/audit/tiles.h"
#include "services/audit/verification.h"

namespace {

using namespace quadrille;

double seconds() { return clock::system_clock().steady_seconds(); }

// A cell of 400 persons and 200,000 notes; purposes are a few words and a file number; one act in 5,000 is an erasure.
audit::Occurrence occurrence(std::int64_t i) {
  Random random(Seed{2026}, static_cast<std::uint64_t>(i));
  const auto kind = random.next_below(5000);
  static constexpr const char* reasons[] = {"vérification", "préparation du comité",  "réquisition",
                                            "recoupement",  "suite d'un signalement", "contrôle hiérarchique"};
  const auto action = kind == 0    ? audit::Action::erasure
                      : kind < 50  ? audit::Action::disclosure
                      : kind < 900 ? audit::Action::alteration
                                   : audit::Action::consultation;
  return {{.actor = "person:" + std::to_string(random.next_below(400)),
           .action = action,
           .territory = TerritoryId{static_cast<std::int64_t>(random.next_below(100))},
           .subject = "note",
           .details = "",
           .purpose = fmt::format("{}, dossier {}", reasons[random.next_below(6)], random.next_below(50'000)),
           .legal_basis = "CSI L235-1",
           .recipient = "",
           .outcome = "shown",
           .object = audit::Object("note", random.next_below(200'000))},
          {1'767'225'600'000 + i * 3154}};
}

std::unique_ptr<database::Database> open(const std::string& url) {
  auto database = database::open_database(url);
  if (!database) {
    fmt::print(stderr, "{}\n", database.error().message.en);
    std::exit(2);
  }
  database::migrate(**database, audit::migrations());
  return std::move(*database);
}

void rates(database::Database& database, int readers) {
  constexpr double budget_s = 5;
  const double started = seconds();
  std::int64_t single = 0;
  for (; seconds() - started < budget_s; ++single) {
    auto tx = database.write();
    const auto one = occurrence(single);
    audit::record(*tx, one.act, one.at);
    tx->commit();
  }
  const double single_rate = static_cast<double>(single) / (seconds() - started);
  fmt::print("one transaction each: {:.0f} rows/s\n", single_rate);
  for (const int crowd : {4, 16, 64, readers}) {
    audit::Recorder recorder(database, clock::system_clock());
    std::vector<std::vector<double>> waits(static_cast<std::size_t>(crowd));
    const double begun = seconds();
    {
      std::vector<std::jthread> threads;
      for (int t = 0; t < crowd; ++t)
        threads.emplace_back([&, t] {
          auto& own = waits[static_cast<std::size_t>(t)];
          for (std::int64_t i = t; seconds() - begun < budget_s; i += crowd) {
            const double asked = seconds();
            recorder.record(occurrence(i).act);
            own.push_back(seconds() - asked);
          }
        });
    }
    const double took = seconds() - begun;
    std::vector<double> all;
    for (const auto& own : waits) all.insert(all.end(), own.begin(), own.end());
    std::ranges::sort(all);
    const double rate = static_cast<double>(all.size()) / took;
    fmt::print("{} readers, groups: {:.0f} rows/s ({:.1f} times), wait median {:.1f} ms, p99 {:.1f} ms\n", crowd, rate,
               rate / single_rate, 1000 * all[all.size() / 2], 1000 * all[all.size() * 99 / 100]);
  }
  const double begun = seconds();
  std::vector<audit::Occurrence> batch;
  for (std::int64_t i = 0; i < 1000; ++i) batch.push_back(occurrence(i));
  for (int round = 0; round < 50; ++round) {
    auto tx = database.write();
    audit::record(*tx, batch);
    tx->commit();
  }
  fmt::print("batches of 1,000: {:.0f} rows/s\n", 50'000 / (seconds() - begun));
}

void build(database::Database& database, std::int64_t entries) {
  const double started = seconds();
  std::vector<audit::Occurrence> batch;
  for (std::int64_t i = audit::size(*database.read()); i < entries;) {
    batch.clear();
    for (; batch.size() < 50'000 && i < entries; ++i) batch.push_back(occurrence(i));
    auto tx = database.write();
    audit::record(*tx, batch);
    tx->commit();
    if (i % 500'000 == 0) fmt::print(stderr, "{} entries, {:.0f} s\n", i, seconds() - started);
  }
  fmt::print("{} entries written in {:.0f} s\n", entries, seconds() - started);
}

// Hashing 64 bytes behind a prefix, as a node of the tree is: what no implementation on this machine can go below.
double node_hash_ns() {
  audit::Digest hash{};
  constexpr int rounds = 2'000'000;
  const double started = seconds();
  for (int i = 0; i < rounds; ++i) hash = audit::hash_pair(hash, hash);
  const double took = seconds() - started;
  return hash[0] == 0 && hash[1] == 0 && hash[2] == 0 ? 0 : 1e9 * took / rounds;
}

void ask_search(database::Database& database, const char* name, int rounds,
                const std::function<audit::Question(Random&)>& make) {
  std::vector<double> took;
  Random random(Seed{5}, 1);
  std::size_t found = 0;
  for (int i = 0; i < rounds; ++i) {
    const auto question = make(random);
    const double asked = seconds();
    found += audit::search(*database.read(), question, {}).entries.size();
    took.push_back(seconds() - asked);
  }
  std::ranges::sort(took);
  fmt::print("search by {}: median {:.2f} ms, p99 {:.2f} ms ({:.0f} entries a page)\n", name,
             1000 * took[took.size() / 2], 1000 * took[took.size() * 99 / 100], static_cast<double>(found) / rounds);
}

void searches(database::Database& database) {
  ask_search(database, "object", 300, [](Random& random) {
    return audit::Question{.object = audit::Object("note", random.next_below(200'000))};
  });
  ask_search(database, "person", 300, [](Random& random) {
    return audit::Question{.actors = {{"person:" + std::to_string(random.next_below(400))}}};
  });
  ask_search(database, "person and erasure", 100, [](Random& random) {
    return audit::Question{.actors = {{"person:" + std::to_string(random.next_below(400))}},
                           .action = audit::Action::erasure};
  });
  ask_search(database, "erasure", 100, [](Random&) { return audit::Question{.action = audit::Action::erasure}; });
  ask_search(database, "day and territory", 100, [](Random& random) {
    const std::int64_t from = 1'767'225'600'000 + std::int64_t{random.next_below(300)} * 86'400'000;
    return audit::Question{.from = Instant{from},
                           .until = Instant{from + 86'400'000},
                           .territory = TerritoryId{static_cast<std::int64_t>(random.next_below(100))}};
  });
  ask_search(database, "purpose, frequent words", 20, [](Random&) { return audit::Question{.purpose = "comité"}; });
  ask_search(database, "purpose, rare words", 10, [](Random& random) {
    return audit::Question{.purpose = fmt::format("dossier {}", 10'000 + random.next_below(40'000))};
  });
  ask_search(database, "purpose, absent words", 5, [](Random&) { return audit::Question{.purpose = "nulle part"}; });
}

void ask(database::Database& database) {
  const double node_ns = node_hash_ns();
  auto snapshot = database.read();
  const double started = seconds();
  const auto report = audit::verify(*snapshot, {}, [](double) {});
  const double took = seconds() - started;
  const auto size = static_cast<double>(report.size);
  // An entry costs a leaf of 4 blocks, 12 short hashes for its commitments, and one node: about 16 node hashes.
  fmt::print("verify: {} entries in {:.1f} s, {} ({:.2f} us an entry; its hashes alone {:.2f} us)\n", report.size, took,
             report.is_sound() ? "sound" : "NOT SOUND", 1e6 * took / size, 16 * node_ns / 1000);
  const audit::SignerKey key("bench", crypto::make_signing_key(crypto::system_chance()));
  const auto checkpoint = audit::sign_note(audit::format_checkpoint({"bench", report.size, report.root}), {&key, 1});
  std::vector<double> proofs;
  Random random(Seed{5}, 0);
  for (int i = 0; i < 300; ++i) {
    const auto index = static_cast<std::int64_t>(random.next_u64() % static_cast<std::uint64_t>(report.size));
    const double asked = seconds();
    (void)audit::proof_text(*snapshot, index, checkpoint);
    proofs.push_back(seconds() - asked);
  }
  std::ranges::sort(proofs);
  fmt::print("proof: median {:.2f} ms, p99 {:.2f} ms\n", 1000 * proofs[150], 1000 * proofs[297]);
  searches(database);
}

}  // namespace

int main(int count, char** words) {
  const std::vector<std::string> given(words + 1, words + count);
  if (given.size() < 2) {
    fmt::print(stderr, "audit_bench rates URL [READERS] | build URL ENTRIES | ask URL\n");
    return 2;
  }
  auto database = open(given[1]);
  if (given[0] == "rates") rates(*database, given.size() > 2 ? std::stoi(given[2]) : 256);
  if (given[0] == "build") build(*database, given.size() > 2 ? std::stoll(given[2]) : 1'000'000);
  if (given[0] == "ask") ask(*database);
  return 0;
}
