#include "host/http/http.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <semaphore>
#include <thread>

#include "base/random.h"
#include "host/http/server.h"

namespace quadrille::http {
namespace {

TEST(Target, paths_and_queries_are_decoded) {
  const auto target = parse_target("/sf/physionomie?du=2015-02-13&categories=a%2Cb&q=caf%C3%A9+noir&vide");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/sf/physionomie");
  EXPECT_EQ(target->query.at("categories"), "a,b");
  EXPECT_EQ(target->query.at("q"), "café noir");
  EXPECT_EQ(target->query.at("vide"), "");
  EXPECT_EQ(escape("café noir"), "caf%C3%A9%20noir");
}

TEST(Target, what_is_malformed_or_climbs_is_refused) {
  for (const char* bad : {"", "x", "/a%2", "/a%zz", "/%00", "/../etc/passwd", "/a/%2e%2e/b", "/a\\b", "/a?x=%0a"})
    EXPECT_FALSE(parse_target(bad)) << bad;
}

TEST(Target, any_bytes_are_parsed_or_refused) {
  Random random({4}, 0);
  for (int i = 0; i < 20'000; ++i) {
    std::string text = "/";
    for (auto n = random.next_below(30); n > 0; --n)
      text += static_cast<char>(random.next_below(4) == 0 ? "%&=?+./"[random.next_below(7)]
                                                          : static_cast<char>(random.next_below(256)));
    const auto target = parse_target(text);
    if (target) EXPECT_EQ(target->path.front(), '/');
  }
}

// A server that says what it was asked, and a client that sends bytes as they are.
class ServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made =
        Server::listen({.port = 0,
                        .threads = 2,
                        .body_bytes_max = 1000,
                        .body_bytes_max_of = [](std::string_view method, std::string_view target) -> std::size_t {
                          return method == "POST" && target.starts_with("/large") ? 200'000 : 0;
                        },
                        .large_bodies_max = 1,
                        .header_seconds = 1,
                        .idle_seconds = 2},
                       [this](const Request& request) {
                         if (request.path == "/large/held") {
                           handling_.release();
                           let_go_.acquire();
                         }
                         if (request.path == "/fail") throw std::runtime_error("disk full");
                         Response response{.content_type = "text/plain",
                                           .headers = {},
                                           .body = request.method + " " + request.path + " " + request.body,
                                           .gzip_body = {}};
                         if (request.path == "/tagged") response.headers = {{"ETag", "\"v1\""}};
                         if (request.path == "/long") response.body = std::string(100'000, 'x');
                         return response;
                       });
    ASSERT_TRUE(made);
    server_ = std::move(*made);
    thread_ = std::jthread([this] { server_->run(false); });
  }
  void TearDown() override { server_->stop(); }

  int open_socket() {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server_->port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    return fd;
  }
  static std::string read_all(int fd) {
    std::string text;
    char block[4096];
    for (ssize_t count = recv(fd, block, sizeof block, 0); count > 0; count = recv(fd, block, sizeof block, 0))
      text.append(block, static_cast<std::size_t>(count));
    close(fd);
    return text;
  }
  std::string ask(const std::string& bytes) {
    const int fd = open_socket();
    EXPECT_EQ(send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
    return read_all(fd);
  }

  std::binary_semaphore handling_{0};
  std::binary_semaphore let_go_{0};
  std::unique_ptr<Server> server_;
  std::jthread thread_;
};

const std::string host = "Host: localhost\r\nConnection: close\r\n";

TEST_F(ServerTest, answers_with_the_headers_that_protect) {
  const auto answer = ask("GET /hello?x=1 HTTP/1.1\r\n" + host + "\r\n");
  EXPECT_NE(answer.find("HTTP/1.1 200"), std::string::npos);
  EXPECT_NE(answer.find("GET /hello"), std::string::npos);
  for (const char* header :
       {"Content-Security-Policy: default-src 'self'", "X-Content-Type-Options: nosniff", "Cache-Control: no-store"})
    EXPECT_NE(answer.find(header), std::string::npos) << header;
}

TEST_F(ServerTest, refuses_what_it_must) {
  EXPECT_NE(ask("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n").find(" 421 "), std::string::npos);
  EXPECT_NE(ask("GET /../x HTTP/1.1\r\n" + host + "\r\n").find(" 400 "), std::string::npos);
  EXPECT_NE(ask("NONSENSE\r\n\r\n").find(" 400 "), std::string::npos);
  EXPECT_NE(ask("POST /x HTTP/1.1\r\n" + host + "Content-Length: 5000\r\n\r\n" + std::string(5000, 'a')).find(" 413 "),
            std::string::npos);
  EXPECT_NE(ask("GET / HTTP/1.1\r\n" + host + "X: " + std::string(20'000, 'a') + "\r\n\r\n").find(" 431 "),
            std::string::npos);
}

TEST_F(ServerTest, some_requests_may_bring_a_larger_body_and_no_others) {
  const auto post = [&](const std::string& path, std::size_t bytes) {
    return ask("POST " + path + " HTTP/1.1\r\n" + host + "Content-Length: " + std::to_string(bytes) + "\r\n\r\n" +
               std::string(bytes, 'a'));
  };
  const auto taken = post("/large", 200'000);
  EXPECT_NE(taken.find(" 200 "), std::string::npos);
  EXPECT_GE(taken.size(), 200'000U);
  EXPECT_NE(post("/large?x=1", 200'001).find(" 413 "), std::string::npos);
  EXPECT_NE(post("/other", 1'001).find(" 413 "), std::string::npos);
  EXPECT_NE(post("/other", 1'000).find(" 200 "), std::string::npos);
  // In pieces, without its length: cut where it passes the limit.
  EXPECT_NE(ask("POST /other HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n7d0\r\n" +
                std::string(2000, 'a') + "\r\n0\r\n\r\n")
                .find(" 413 "),
            std::string::npos);
}

TEST_F(ServerTest, so_many_large_bodies_are_taken_at_a_time) {
  const std::string one_byte = "Content-Length: 1\r\n\r\na";
  const int first = open_socket();
  const std::string held = "POST /large/held HTTP/1.1\r\n" + host + one_byte;
  send(first, held.data(), held.size(), MSG_NOSIGNAL);
  handling_.acquire();
  EXPECT_NE(ask("POST /large HTTP/1.1\r\n" + host + one_byte).find(" 503 "), std::string::npos);
  // This one is refused too and its client lingers; it holds no place meanwhile.
  const int lingering = open_socket();
  const std::string unfinished = "POST /large HTTP/1.1\r\n" + host + "Content-Length: 10\r\n\r\nabc";
  send(lingering, unfinished.data(), unfinished.size(), MSG_NOSIGNAL);
  char status[12];
  EXPECT_EQ(recv(lingering, status, sizeof status, MSG_WAITALL), static_cast<ssize_t>(sizeof status));
  EXPECT_EQ(std::string(status, sizeof status), "HTTP/1.1 503");
  let_go_.release();
  EXPECT_NE(read_all(first).find("POST /large/held a"), std::string::npos);
  EXPECT_NE(ask("POST /large HTTP/1.1\r\n" + host + one_byte).find(" 200 "), std::string::npos);
  close(lingering);
}

TEST_F(ServerTest, a_failing_handler_is_an_answer_and_the_server_goes_on) {
  EXPECT_NE(ask("GET /fail HTTP/1.1\r\n" + host + "\r\n").find(" 503 "), std::string::npos);
  EXPECT_NE(ask("GET /ok HTTP/1.1\r\n" + host + "\r\n").find(" 200 "), std::string::npos);
}

TEST_F(ServerTest, a_client_that_trickles_its_header_is_cut) {
  const int fd = open_socket();
  const std::string start = "GET / HTTP/1.1\r\nHost: local";
  send(fd, start.data(), start.size(), MSG_NOSIGNAL);
  const auto answer = read_all(fd);  // ends when the server closes
  EXPECT_TRUE(answer.empty() || answer.find(" 408 ") != std::string::npos) << answer;
}

TEST_F(ServerTest, compresses_answers_and_knows_what_has_not_changed) {
  const auto packed = ask("GET /long HTTP/1.1\r\n" + host + "Accept-Encoding: gzip\r\n\r\n");
  EXPECT_NE(packed.find("Content-Encoding: gzip"), std::string::npos);
  EXPECT_LT(packed.size(), 2000U);
  EXPECT_NE(ask("GET /tagged HTTP/1.1\r\n" + host + "If-None-Match: \"v1\"\r\n\r\n").find(" 304 "), std::string::npos);
  const auto head = ask("HEAD /long HTTP/1.1\r\n" + host + "\r\n");
  EXPECT_NE(head.find("Content-Length: 100000"), std::string::npos);
  EXPECT_LT(head.size(), 1000U);
}

TEST_F(ServerTest, many_clients_at_once_each_get_their_own_answer) {
  std::vector<std::jthread> clients;
  std::atomic<int> right{0};
  for (int c = 0; c < 8; ++c) {
    clients.emplace_back([&, c] {
      for (int i = 0; i < 25; ++i) {
        const std::string path = "/c" + std::to_string(c) + "-" + std::to_string(i);
        right +=
            ask("GET " + path + " HTTP/1.1\r\n" + host + "\r\n").find("GET " + path + " ") != std::string::npos ? 1 : 0;
      }
    });
  }
  clients.clear();
  EXPECT_EQ(right, 200);
}

TEST_F(ServerTest, a_taken_port_is_refused_with_a_free_one) {
  const auto second = Server::listen({.port = server_->port()}, [](const Request&) { return Response{}; });
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().field, "--port");
  EXPECT_NE(second.error().message.en.find("is free"), std::string::npos);
}

}  // namespace
}  // namespace quadrille::http
