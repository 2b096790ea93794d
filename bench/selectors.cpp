// Ten million postings: bytes on disk each, and how long a look-up takes.
//
//   cmake --build build/release --target bench_selectors
//   build/release/bench_selectors sqlite:/tmp/selectors.db 10000000
//   build/release/bench_selectors postgresql://user@host:port/database 10000000
//
// Three of ten values are one object's own, six are shared by two to twenty, one of ten postings is of 2,000 values
// that everybody mentions. A thousand markings; the reader may read two hundred of them.
#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <vector>

#include "base/random.h"
#include "host/database/database.h"
#include "services/access/access.h"
#include "services/sharing/postings.h"

namespace {

using namespace quadrille;
using Steady = std::chrono::steady_clock;

constexpr int markings = 1000;
constexpr int readable_markings = 200;
constexpr std::int64_t day = 20'000;
constexpr std::int64_t hot_values = 2'000;

// Of this thread: what the look-up costs, whatever else runs on the machine.
double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double seconds_since(Steady::time_point start) { return std::chrono::duration<double>(Steady::now() - start).count(); }

sharing::Selector selector_of(std::int64_t value) {
  return {sharing::SelectorKind::address, fmt::format("{} rue paix marseille", value)};
}

// Ranks by how often: hot, shared, own.
std::int64_t draw_value(Random& random, std::int64_t count) {
  const double kind = random.next_uniform();
  if (kind < 0.1) return random.next_below(hot_values);
  if (kind < 0.7) return hot_values + static_cast<std::int64_t>(random.next_uniform() * static_cast<double>(count) / 8);
  return count + static_cast<std::int64_t>(random.next_u64() >> 16U);
}

void fill(database::Database& database, std::int64_t count) {
  constexpr std::int64_t batch = 250'000;
  constexpr database::BulkColumn columns[] = {
      {"value", database::ColumnType::integer},  {"marking", database::ColumnType::integer},
      {"object", database::ColumnType::integer}, {"object_kind", database::ColumnType::integer},
      {"kind", database::ColumnType::integer},   {"seen_day", database::ColumnType::integer}};
  struct Row {
    std::int64_t value, marking, object;
  };
  Random random({1}, 0);
  const auto start = Steady::now();
  for (std::int64_t done = 0; done < count; done += batch) {
    std::vector<Row> rows;
    for (std::int64_t i = done; i < std::min(count, done + batch); ++i)
      rows.push_back({selector_of(draw_value(random, count)).fingerprint(), 1 + random.next_below(markings), i + 1});
    // In the order of the key: what a batch of notes would be after a minute's sorting, and kinder to the disk.
    std::ranges::sort(rows, {}, &Row::value);
    auto tx = database.write();
    auto bulk = tx->bulk("posting", columns);
    for (const auto& row : rows) bulk->add({row.value, row.marking, row.object, 1, 1, day});
    bulk->finish();
    bulk.reset();
    tx->commit();
    if ((done / batch) % 8 == 0) std::cerr << fmt::format("{} in {:.0f} s\n", done + batch, seconds_since(start));
  }
  std::cout << fmt::format("filled {} postings in {:.0f} s\n", count, seconds_since(start));
}

// The way a note's selectors are written, one by one, in transactions of a thousand.
void post_some(database::Database& database, std::int64_t count) {
  constexpr int posted = 50'000;
  Random random({2}, 0);
  const auto start = Steady::now();
  for (int done = 0; done < posted; done += 1000) {
    auto tx = database.write();
    for (int i = 0; i < 1000; ++i) {
      const std::array selectors{selector_of(draw_value(random, count))};
      if (!sharing::post(*tx, {1}, {sharing::ObjectKind::note, 2 * count + done + i}, {1 + random.next_below(markings)},
                         selectors, {day * 86'400'000}))
        std::cerr << "refused\n";
    }
    tx->commit();
  }
  std::cout << fmt::format("post(): {:.0f} selectors/s\n", posted / seconds_since(start));
}

void look_up(database::Database& database, std::int64_t count, bool hot_only, const char* name) {
  std::vector<MarkingId> ids;
  for (int i = 0; i < readable_markings; ++i) ids.push_back({1 + i * (markings / readable_markings)});
  const access::Readable readable(ids);
  const Instant now{day * 86'400'000};
  Random random({1}, 0);  // values that exist: the same stream as filling
  std::vector<double> wall_ms;
  std::vector<double> processor_ms;
  std::int64_t objects = 0;
  while (wall_ms.size() < 20'000) {
    auto value = draw_value(random, count);
    (void)random.next_below(markings);
    if (hot_only) value = static_cast<std::int64_t>(wall_ms.size()) % hot_values;
    const auto selector = selector_of(value);
    auto snapshot = database.read();
    const auto start = Steady::now();
    const double processor_start = processor_seconds();
    objects += static_cast<std::int64_t>(sharing::look_up(*snapshot, readable, selector, now).objects.size());
    processor_ms.push_back(1000 * (processor_seconds() - processor_start));
    wall_ms.push_back(1000 * seconds_since(start));
  }
  std::ranges::sort(wall_ms);
  std::ranges::sort(processor_ms);
  const auto at = [](const std::vector<double>& ms, double share) {
    return ms[static_cast<std::size_t>(share * static_cast<double>(ms.size()))];
  };
  std::cout << fmt::format(
      "{}: {} look-ups, {} objects; wall p50 {:.3f} ms, p99 {:.3f} ms; of the processor p50 {:.3f} ms, p99 {:.3f} ms\n",
      name, wall_ms.size(), objects, at(wall_ms, 0.5), at(wall_ms, 0.99), at(processor_ms, 0.5),
      at(processor_ms, 0.99));
}

}  // namespace

int main(int argc, char** argv) {
  const std::string url = argc > 1 ? argv[1] : "";
  const std::int64_t count = argc > 2 ? std::stoll(argv[2]) : 10'000'000;
  auto opened = database::open_database(url);
  if (!opened) {
    std::cerr << opened.error().message.en << "\n";
    return 2;
  }
  auto& database = **opened;
  database::migrate(database, sharing::migrations());
  const bool is_filled = database.read()->query("SELECT 1 FROM posting LIMIT 1")->next();
  if (!is_filled) fill(database, count);
  if (database.dialect() == database::Dialect::postgresql) {
    auto tx = database.write();
    tx->execute("ANALYZE posting");
    tx->commit();
    auto snapshot = database.read();
    auto rows = snapshot->query("SELECT pg_total_relation_size('posting')");
    if (rows->next())
      std::cout << fmt::format("{:.1f} bytes a posting\n", static_cast<double>(rows->integer(0)) / count);
  } else {
    const auto bytes = std::filesystem::file_size(url.substr(url.find(':') + 1));
    std::cout << fmt::format("{:.1f} bytes a posting (without the log that the next checkpoint empties)\n",
                             static_cast<double>(bytes) / static_cast<double>(count));
  }
  look_up(database, count, false, "any value");
  look_up(database, count, true, "values that everybody mentions");
  post_some(database, count);
  return 0;
}
