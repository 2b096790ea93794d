// Notes: batch entry with audit, and the newest 50 visible of many.
//
//   build/release/quadrille_bench_notes entry DATABASE_URL [BATCHES]
//   build/release/quadrille_bench_notes newest DATABASE_URL [NOTES]
//
// `entry` adds batches of 200 notes with five typed assertions each (1,000 assertions a batch), with their audit
// entries, revisions, words and matches (an exact place, the hours of a product, a packaging), and prints assertions a
// second; the generator runs on the same cores. `newest` fills the table by bulk (10,000,000 notes by default, 300
// markings, 60 of them readable), then asks for the newest 50 as persons would, page after page and by stage, and
// prints p50, p99 and processor time, entries of the log included; a database that it filled before is used again.
// `entry` wants an empty one.

#include "services/notes/notes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/random.h"
#include "host/clock/clock.h"
#include "services/access/access.h"
#include "services/audit/audit.h"
#include "services/facts/facts.h"
#include "services/notes/reception.h"
#include "services/notes/store.h"
#include "services/sharing/note_matching.h"
#include "services/sharing/postings.h"
#include "services/territory/territory.h"

namespace {

using namespace quadrille;

constexpr std::int64_t now_ms = 1'792'800'000'000;

struct Bench {
  explicit Bench(const std::string& url) {
    auto opened = database::open_database(url);
    CHECK(opened.has_value());
    database = std::move(*opened);
    for (const auto steps : {audit::migrations(), access::migrations(), territory::migrations(), facts::migrations(),
                             notes::migrations(), sharing::migrations()})
      database::migrate(*database, steps);
    recorder.emplace(*database, clock::system_clock());
    notes.emplace(*database, access, *recorder, crypto::system_chance());
    sharing::match_notes(notes->hooks, crypto::system_chance());
    if (const auto known = territory::find(*database->read(), "port")) {
      reuse(*known);
      return;
    }
    auto tx = database->write();
    const territory::By by{"bench", {now_ms}};
    CHECK(territory::create(*tx, {"port", "Port", 2154, "Europe/Paris", true, same_text("")}, by).has_value());
    port = *territory::find(*tx, "port");
    for (int i = 0; i < 6; ++i)
      services.push_back(*territory::add_service(*tx, port, fmt::format("s{}", i), fmt::format("Service {}", i), by));
    const auto at = [](double lon, double lat) { return *LonLat::checked(lon, lat); };
    CHECK(
        territory::add_sectors(*tx, port,
                               {{{{{"name", "A"}, {"code", "A"}},
                                  {{{at(5.3, 43.2), at(5.4, 43.2), at(5.4, 43.3), at(5.3, 43.3), at(5.3, 43.2)}, {}}}}},
                                "name",
                                "code",
                                1},
                               by)
            .has_value());
    sector = territory::load_sectors(*tx, port.id).front().id;
    tx->commit();
  }
  void reuse(const territory::Territory& known) {
    auto snapshot = database->read();
    port = known;
    for (const auto& service : territory::load_services(*snapshot, port.id)) services.push_back(service.id);
    sector = territory::load_sectors(*snapshot, port.id).front().id;
  }
  access::Asker asker(std::size_t service) const {
    access::Viewer viewer;
    viewer.person = {1};
    viewer.login = "bench";
    viewer.standings = {{port.id, services[service], {access::Role::analyst}, access::Sensitivity::confidential}};
    return {viewer, "mesure", "", {now_ms}};
  }

  std::unique_ptr<database::Database> database;
  access::Access access;
  std::optional<audit::Recorder> recorder;
  std::optional<notes::Notes> notes;
  territory::Territory port;
  std::vector<ServiceId> services;
  SectorId sector;
};

const char* const texts[] = {"Deux vendeurs et trois guetteurs au pied du bloc 4, clients en voiture",
                             "Guetteur sur le toit, radio, vente hall 3",
                             "Vente en scooter le soir, sacoche noire près du transformateur",
                             "Passage de clients toutes les cinq minutes",
                             "Filtrage à l'entrée, mobilier en travers, point tenu depuis midi",
                             "Repli vers le parking après le passage"};

const char* const packagings[] = {"sachets verts agrafés", "pochons noirs",     "cônes de papier",
                                  "boîtes rondes",         "film et élastique", "sachets au lion"};

double seconds() { return clock::system_clock().steady_seconds(); }

notes::NewNote make_note(const Bench& bench, Random& random) {
  notes::NewNote note;
  note.channel = notes::Channel::patrol;
  note.content.facts = fmt::format("{}, vers {} h", texts[random.next_below(6)], random.next_below(24));
  // Of a town of 12 by 9 km, where 200 places hold most of what is seen.
  const double at = random.next_below(4) == 0 ? random.next_uniform() : random.next_below(200) / 200.0;
  note.content.point = LonLat::checked(5.30 + 0.1 * at, 43.20 + 0.1 * (at * 97 - std::floor(at * 97)));
  note.content.window = {{now_ms - 3'600'000}, {now_ms}};
  note.content.product = notes::products[random.next_below(4)];
  note.content.evaluation = *notes::make_evaluation(notes::Scale::letters_and_digits, "B2");
  const auto count = [&](std::uint32_t most) { return std::int64_t{random.next_below(most)}; };
  const auto sellers = count(6);
  const auto lookouts = count(9);
  const auto price = 500 + 500 * count(10);
  note.content.assertions = {{notes::AssertionKind::sellers, sellers, sellers, ""},
                             {notes::AssertionKind::lookouts, lookouts, lookouts, ""},
                             {notes::AssertionKind::price, price, price + 1000, ""},
                             {notes::AssertionKind::hours, 720, 1320, ""},
                             {notes::AssertionKind::packaging, 0, 0, packagings[random.next_below(6)]}};
  note.marking = notes::first_marking(note.channel, bench.port.id, bench.services[0], bench.services);
  return note;
}

int run_entry(const std::string& url, int batches) {
  Bench bench(url);
  Random random(Seed{1}, 0);
  std::int64_t assertions = 0;
  std::vector<double> times;
  const double started = seconds();
  const std::clock_t cpu = std::clock();
  for (int batch = 0; batch < batches; ++batch) {
    const double begun = seconds();
    std::vector<notes::NewNote> list;
    for (int i = 0; i < 200; ++i) list.push_back(make_note(bench, random));
    const auto added = bench.notes->add_all(bench.port, list, bench.asker(0));
    CHECK(added.has_value());
    for (const auto& note : list) assertions += static_cast<std::int64_t>(note.content.assertions.size());
    times.push_back(seconds() - begun);
  }
  const double spent = seconds() - started;
  const double cpu_s = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
  std::ranges::sort(times);
  fmt::print(
      "entry: {} assertions in {} batches of 1,000 with audit and matches: {:.0f} assertions/s (p50 {:.1f} ms, p99 "
      "{:.1f} ms a "
      "batch); {:.0f} a second of this process's processor time\n",
      assertions, batches, static_cast<double>(assertions) / spent, times[times.size() / 2] * 1e3,
      times[times.size() * 99 / 100] * 1e3, static_cast<double>(assertions) / cpu_s);
  return 0;
}

// 300 distinct sets; each fifth is shared with service 1, whose person will ask.
std::vector<MarkingId> make_markings(Bench& bench) {
  std::vector<MarkingId> markings;
  auto tx = bench.database->write();
  for (std::int64_t i = 0; i < 300; ++i) {
    auto marking = notes::first_marking(notes::Channel::service, bench.port.id, bench.services[0], {});
    marking.denied = {{1000 + i}};
    if (i % 5 == 0) marking.services = {bench.services[1]};
    markings.push_back(access::intern(*tx, marking));
  }
  tx->commit();
  return markings;
}

void fill(Bench& bench, std::int64_t count) {
  const auto markings = make_markings(bench);
  Random random(Seed{2}, 0);
  const double started = seconds();
  auto tx = bench.database->write();
  const bool is_sqlite = tx->dialect() == database::Dialect::sqlite;
  // Indexes are made once all rows are there; the unique one on the code stays.
  for (const char* index : {"note_newest", "note_mine", "note_expiry", "note_stage"})
    tx->execute(fmt::format("DROP INDEX {}", index));
  {
    notes::store::NoteRows rows(*tx);
    notes::Note note;
    note.territory = bench.port.id;
    note.originator = bench.services[0];
    note.author = note.editor = {2};
    note.channel = notes::Channel::patrol;
    note.content.sector = bench.sector;
    note.content.evaluation = *notes::make_evaluation(notes::Scale::letters_and_digits, "B2");
    note.retain_until = {now_ms + 86'400'000'000};
    for (std::int64_t i = 1; i <= count; ++i) {
      const Instant at{now_ms - (count - i) * 1000};
      note.id = {i};
      // Codes in order, so that filling does not measure the page cache; lists never look at their order.
      note.code = fmt::format("{:016x}", i);
      note.marking = markings[random.next_below(300)];
      note.received = note.stage_since = at;
      note.order_ms = at.utc_ms;
      note.lot = static_cast<std::int64_t>(random.next_u32());
      note.content.facts = texts[random.next_below(6)];
      note.content.window = note.shown_window = {{at.utc_ms - 3'600'000}, at};
      note.content.product = notes::products[random.next_below(4)];
      note.stage = notes::stages[random.next_below(8)];
      rows.add(note);
    }
    rows.finish();
  }
  tx->execute("CREATE INDEX note_newest ON note (marking, order_ms, lot)");
  tx->execute("CREATE INDEX note_stage ON note (marking, stage, order_ms, lot)");
  tx->execute("UPDATE note_number SET last = ?", {count});
  tx->commit();
  if (!is_sqlite) {
    auto analysing = bench.database->write();
    analysing->execute("ANALYZE note");
    analysing->commit();
  }
  fmt::print("newest: {} notes in {:.0f} s\n", count, seconds() - started);
}

void measure(const char* name, int times, const auto& ask) {
  std::vector<double> spent;
  const std::clock_t cpu = std::clock();
  for (int i = 0; i < times; ++i) {
    const double begun = seconds();
    ask(i);
    spent.push_back((seconds() - begun) * 1e3);
  }
  std::ranges::sort(spent);
  // The processor's own time beside the clock on the wall: on a machine that is shared only the first says what it
  // costs.
  const double cpu_ms = 1e3 * static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC / times;
  fmt::print("newest: {:<44} p50 {:6.2f} ms  p99 {:6.2f} ms  worst {:6.2f} ms  processor {:5.2f} ms each\n", name,
             spent[spent.size() / 2], spent[spent.size() * 99 / 100], spent.back(), cpu_ms);
}

int run_newest(const std::string& url, std::int64_t count) {
  Bench bench(url);
  const bool is_filled = bench.database->read()->query("SELECT 1 FROM note LIMIT 1")->next();
  if (!is_filled) fill(bench, count);
  std::string cursor;
  const auto page = [&](const notes::Filter& filter, const std::string& from) {
    const auto found = bench.notes->list(bench.port, filter, {50, from}, bench.asker(1));
    CHECK(found.has_value());
    cursor = found->next;
    return found->notes.size();
  };
  CHECK(page({}, "") == std::min<std::size_t>(50, static_cast<std::size_t>(count)));
  measure("newest 50 visible, looks in the log", 500, [&](int) { page({}, ""); });
  cursor.clear();
  measure("50 more, page after page, looks in the log", 500, [&](int) { page({}, cursor); });
  measure("newest 50 of one stage, looks in the log", 200,
          [&](int i) { page({.stage = notes::stages[static_cast<std::size_t>(i) % 8]}, ""); });
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  if (argc < 3 || (what != "entry" && what != "newest")) {
    fmt::print(stderr, "usage: quadrille_bench_notes entry|newest DATABASE_URL [COUNT]\n");
    return 2;
  }
  const std::int64_t count = argc > 3 ? std::atoll(argv[3]) : (what == "entry" ? 100 : 10'000'000);
  return what == "entry" ? run_entry(argv[2], static_cast<int>(count)) : run_newest(argv[2], count);
}
