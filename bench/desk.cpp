// How long from a declaration to both duty desks, over server-sent events, while others work and many streams are open.
//
//   cmake --build build/release --target bench_desk && build/release/bench_desk
//
// Everything in one process: the server with two threads, two thousand idle streams, two clients that load answers of
// 10 kB without pause, two desks that listen, and one writer. "At once": the declaring process is the server; "by
// looking": another process (the command line) declared.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "edge/api/desk_line.h"
#include "host/clock/clock.h"
#include "host/http/server.h"
#include "services/audit/audit.h"
#include "services/sharing/operations.h"
#include "services/sharing/postings.h"

namespace {

using namespace quadrille;
using Steady = std::chrono::steady_clock;

constexpr int idle_streams = 2000;
constexpr int alerts = 150;

int ask(std::uint16_t port, const std::string& path) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return -1;
  const std::string bytes = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  (void)send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  return fd;
}

double resident_kb() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:")) return std::stod(line.substr(6));
  return 0;
}

// When each conflict was heard of, by its code.
class Listener {
 public:
  Listener(std::uint16_t port, const std::string& topic)
      : fd_(ask(port, "/events/" + topic)), thread_([this] { listen(); }) {}
  ~Listener() {
    shutdown(fd_, SHUT_RDWR);
    thread_.join();
    close(fd_);
  }
  Steady::time_point wait_for(const std::string& code) {
    for (;;) {
      {
        const std::lock_guard lock(mutex_);
        if (const auto found = heard_.find(code); found != heard_.end()) return found->second;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

 private:
  void listen() {
    std::string text;
    char block[4096];
    for (ssize_t count = recv(fd_, block, sizeof block, 0); count > 0; count = recv(fd_, block, sizeof block, 0)) {
      text.append(block, static_cast<std::size_t>(count));
      constexpr std::string_view mark = R"("conflict":")";
      for (auto at = text.find(mark); at != std::string::npos && at + mark.size() + 16 <= text.size();
           at = text.find(mark)) {
        const std::lock_guard lock(mutex_);
        heard_.try_emplace(text.substr(at + mark.size(), 16), Steady::now());
        text.erase(0, at + mark.size() + 16);
      }
    }
  }
  int fd_;
  std::mutex mutex_;
  std::map<std::string, Steady::time_point> heard_;
  std::thread thread_;
};

struct Ground {
  territory::Territory territory;
  ServiceId police;
  ServiceId customs;
};

Ground make_ground(database::Database& database, Instant now) {
  for (const auto steps : {audit::migrations(), access::migrations(), territory::migrations(), sharing::migrations()})
    database::migrate(database, steps);
  auto tx = database.write();
  const territory::By by{"local:bench", now};
  (void)territory::create(*tx, {"port", "Port", 2154, "Europe/Paris", true, same_text("bench")}, by);
  Ground ground{*territory::find(*tx, "port"), {}, {}};
  ground.police = *territory::add_service(*tx, ground.territory, "pn", "Police", by);
  ground.customs = *territory::add_service(*tx, ground.territory, "dg", "Douane", by);
  tx->commit();
  return ground;
}

sharing::Declared declare(database::Database& database, const Ground& ground, ServiceId service, int place) {
  access::Asker by;
  by.viewer.person = {service.value};
  by.viewer.standings = {
      {ground.territory.id, service, {access::Role::duty_officer}, access::Sensitivity::confidential}};
  by.purpose = "bench";
  by.at = clock::system_clock().now();
  const auto centre = LonLat::checked(5.0 + 0.01 * (place % 50), 43.0 + 0.01 * (place / 50));
  auto tx = database.write();
  const auto declared = sharing::declare(*tx, ground.territory,
                                         {sharing::OperationKind::operation,
                                          "bench",
                                          sharing::CirclePlace{*centre, 100},
                                          {by.at, {by.at.utc_ms + 3'600'000}},
                                          {ground.territory.id,
                                           access::Sensitivity::confidential,
                                           access::Handling::h2,
                                           access::Regime::judicial,
                                           service,
                                           {},
                                           {},
                                           {}}},
                                         crypto::system_chance(), by);
  tx->commit();
  return *declared;
}

void print(const char* name, std::vector<double> ms) {
  std::ranges::sort(ms);
  const auto at = [&](double share) {
    return ms[static_cast<std::size_t>(share * static_cast<double>(ms.size() - 1))];
  };
  std::cout << fmt::format("{}: {} alerts to two desks; p50 {:.0f} ms, p99 {:.0f} ms, worst {:.0f} ms\n", name,
                           ms.size() / 2, at(0.5), at(0.99), ms.back());
}

}  // namespace

int main() {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  const auto folder = std::filesystem::temp_directory_path() / fmt::format("bench-desk-{}", getpid());
  std::filesystem::create_directories(folder);
  {
    auto database = *database::open_database("sqlite:" + (folder / "desk.db").string());
    const auto ground = make_ground(*database, clock::system_clock().now());
    api::DeskLine line(*database, clock::system_clock());
    std::atomic<int> readers{0};
    auto server = *http::Server::listen({.port = 0, .threads = 2}, [&](const http::Request& request) {
      if (!request.path.starts_with("/events/"))
        return http::Response{.headers = {}, .body = std::string(10'000, 'x'), .gzip_body = {}};
      return http::Response{.headers = {},
                            .body = {},
                            .gzip_body = {},
                            .stream = *line.hub().open(std::to_string(++readers), {request.path.substr(8)})};
    });
    std::jthread serving([&] { server->run(false); });
    const double before_kb = resident_kb();
    std::vector<int> idle;
    for (int i = 0; i < idle_streams; ++i) idle.push_back(ask(server->port(), "/events/idle"));
    while (line.hub().open_streams() < idle_streams) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    std::cout << fmt::format("{} streams open, {:.1f} kB of memory each\n", idle_streams,
                             (resident_kb() - before_kb) / idle_streams);
    {
      Listener police(server->port(), api::DeskLine::topic_of(ground.territory.id, ground.police));
      Listener customs(server->port(), api::DeskLine::topic_of(ground.territory.id, ground.customs));
      while (line.hub().open_streams() < idle_streams + 2) std::this_thread::sleep_for(std::chrono::milliseconds(10));
      std::atomic<bool> is_over{false};
      std::atomic<std::int64_t> answers{0};
      std::vector<std::jthread> load;
      for (int i = 0; i < 2; ++i)
        load.emplace_back([&] {
          char block[16'384];
          while (!is_over) {
            const int fd = ask(server->port(), "/load");
            std::size_t got = 0;
            for (ssize_t n = 0; got < 10'000 && (n = recv(fd, block, sizeof block, 0)) > 0;)
              got += static_cast<std::size_t>(n);
            close(fd);
            ++answers;
          }
        });
      const auto start = Steady::now();
      for (const bool is_nudged : {true, false}) {
        std::vector<double> ms;
        for (int i = 0; i < alerts; ++i) {
          const int place = (is_nudged ? 0 : alerts) + i;
          (void)declare(*database, ground, ground.customs, place);
          const auto declared_at = Steady::now();
          const auto declared = declare(*database, ground, ground.police, place);
          if (is_nudged) line.nudge();
          for (auto* desk : {&police, &customs})
            ms.push_back(
                std::chrono::duration<double, std::milli>(desk->wait_for(declared.hits.at(0).conflict) - declared_at)
                    .count());
        }
        print(is_nudged ? "at once" : "by looking", std::move(ms));
      }
      is_over = true;
      load.clear();
      std::cout << fmt::format(
          "meanwhile {:.0f} answers/s of 10 kB\n",
          static_cast<double>(answers) / std::chrono::duration<double>(Steady::now() - start).count());
    }
    for (const int fd : idle) close(fd);
    server->stop();
  }
  std::filesystem::remove_all(folder);
  return 0;
}
