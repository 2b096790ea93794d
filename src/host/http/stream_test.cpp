#include "host/http/stream.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "host/http/server.h"

namespace quadrille::http {
namespace {

TEST(EventFormat, lines_of_data_are_told_apart_whatever_ends_them) {
  EXPECT_EQ(format_event({"conflict", "one"}), "event: conflict\ndata: one\n\n");
  EXPECT_EQ(format_event({"x", "a\nb\r\nc\rd"}), "event: x\ndata: a\ndata: b\ndata: c\ndata: d\n\n");
  EXPECT_EQ(format_event({"x", ""}), "event: x\ndata: \n\n");
}

TEST(StreamHub, reaches_those_who_listen_and_nobody_else) {
  StreamHub hub;
  const auto police = hub.open("a", {"desk:1", "news"}).value();
  const auto customs = hub.open("b", {"desk:2", "news"}).value();
  EXPECT_EQ(hub.publish("desk:1", {"conflict", "1"}), 1);
  EXPECT_EQ(hub.publish("desk:3", {"conflict", "3"}), 0);
  EXPECT_EQ(customs->take(), "");
  EXPECT_EQ(police->take(), "event: conflict\ndata: 1\n\n");
  EXPECT_EQ(hub.publish("news", {"n", ""}), 2);
}

TEST(StreamHub, a_reader_over_its_limit_is_refused_until_one_of_its_streams_ends) {
  StreamHub hub({.per_reader = 2});
  auto first = hub.open("a", {"t"}).value();
  const auto second = hub.open("a", {"t"}).value();
  const auto refused = hub.open("a", {"t"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
  EXPECT_TRUE(hub.open("b", {"t"}));
  first.reset();
  EXPECT_TRUE(hub.open("a", {"t"}));
  hub.close_reader("a");
  EXPECT_FALSE(second->is_open());
  EXPECT_EQ(hub.publish("t", {"n", ""}), 0);
}

TEST(EventStream, a_reader_who_does_not_read_is_dropped_with_what_waited) {
  EventStream stream(100);
  int woken = 0;
  stream.on_change([&] { ++woken; });
  EXPECT_TRUE(stream.send({"x", std::string(50, 'a')}));
  EXPECT_FALSE(stream.send({"x", std::string(50, 'b')}));
  EXPECT_FALSE(stream.is_open());
  EXPECT_EQ(stream.take(), "");
  EXPECT_FALSE(stream.send({"x", "c"}));
  EXPECT_EQ(woken, 2);
}

// A server whose only answer is a stream; "GET /reader/topic".
class StreamServer : public ::testing::Test {
 protected:
  void start(ServerOptions options) {
    auto made = Server::listen(options, [this](const Request& request) {
      auto stream = hub_.open(request.path, {"news", request.path});
      if (!stream) return Response{.status = 503, .headers = {}, .body = "", .gzip_body = {}};
      return Response{.headers = {}, .body = "", .gzip_body = {}, .stream = *stream};
    });
    ASSERT_TRUE(made);
    server_ = std::move(*made);
    thread_ = std::jthread([this] { server_->run(false); });
  }
  void TearDown() override { server_->stop(); }

  int ask(const std::string& method, const std::string& path, const std::string& version = "1.1") {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server_->port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    const std::string bytes = method + " " + path + " HTTP/" + version + "\r\nHost: localhost\r\n\r\n";
    EXPECT_EQ(send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
    return fd;
  }
  // Reads until the text was seen or the server closed.
  static std::string read_until(int fd, std::string_view text) {
    std::string seen;
    char block[4096];
    while (text.empty() || seen.find(text) == std::string::npos) {
      const ssize_t count = recv(fd, block, sizeof block, 0);
      if (count <= 0) break;
      seen.append(block, static_cast<std::size_t>(count));
    }
    return seen;
  }
  void wait_for_streams(std::size_t count) {
    while (hub_.open_streams() != count) std::this_thread::yield();
  }

  StreamHub hub_;
  std::unique_ptr<Server> server_;
  std::jthread thread_;
};

TEST_F(StreamServer, what_is_published_arrives_in_order_and_at_once) {
  start({.port = 0, .threads = 2});
  const int fd = ask("GET", "/a");
  const auto head = read_until(fd, "retry: 2000\n\n");
  EXPECT_NE(head.find("HTTP/1.1 200"), std::string::npos) << head;
  EXPECT_NE(head.find("Content-Type: text/event-stream"), std::string::npos);
  EXPECT_NE(head.find("Transfer-Encoding: chunked"), std::string::npos);
  for (int i = 0; i < 300; ++i) EXPECT_EQ(hub_.publish("news", {"n", std::to_string(i)}), 1);
  const auto seen = read_until(fd, "data: 299\n\n");
  std::size_t at = 0;
  for (int i = 0; i < 300; ++i) {
    at = seen.find("data: " + std::to_string(i) + "\n", at);
    ASSERT_NE(at, std::string::npos) << i;
  }
  close(fd);
}

TEST_F(StreamServer, a_silent_stream_says_that_it_lives_and_ends_at_its_time) {
  start({.port = 0, .threads = 1, .heartbeat_seconds = 1, .stream_seconds_max = 2});
  const int fd = ask("GET", "/a");
  const auto all = read_until(fd, "");  // ends when the server closes
  EXPECT_NE(all.find("\r\n:\n\n"), std::string::npos) << all;
  EXPECT_TRUE(all.ends_with("0\r\n\r\n")) << all;
  close(fd);
  wait_for_streams(0);
}

TEST_F(StreamServer, whoever_leaves_frees_the_place) {
  start({.port = 0, .threads = 2});
  for (int round = 0; round < 3; ++round) {
    std::vector<int> fds;
    for (int i = 0; i < 4; ++i) fds.push_back(ask("GET", "/same"));
    wait_for_streams(4);
    const int fifth = ask("GET", "/same");
    EXPECT_NE(read_until(fifth, "\r\n\r\n").find(" 503 "), std::string::npos);
    close(fifth);
    for (const int fd : fds) close(fd);
    wait_for_streams(0);
  }
}

TEST_F(StreamServer, a_head_request_and_an_old_reader_get_what_they_can_use) {
  start({.port = 0, .threads = 1, .stream_seconds_max = 1});
  const int head = ask("HEAD", "/a");
  EXPECT_NE(read_until(head, "\r\n\r\n").find(" 200 "), std::string::npos);
  close(head);
  wait_for_streams(0);
  const int old = ask("GET", "/a", "1.0");
  const auto all = read_until(old, "");
  EXPECT_EQ(all.find("chunked"), std::string::npos);
  EXPECT_TRUE(all.ends_with("retry: 2000\n\n")) << all;
  close(old);
}

TEST_F(StreamServer, over_the_servers_limit_streams_are_refused) {
  start({.port = 0, .threads = 2, .streams_max = 3});
  std::vector<int> fds;
  for (int i = 0; i < 3; ++i) {
    fds.push_back(ask("GET", "/" + std::to_string(i)));
    read_until(fds.back(), "retry");
  }
  const int fourth = ask("GET", "/4");
  EXPECT_NE(read_until(fourth, "\r\n\r\n").find(" 503 "), std::string::npos);
  close(fourth);
  for (const int fd : fds) close(fd);
}

TEST_F(StreamServer, a_reader_who_stops_reading_is_dropped_and_others_go_on) {
  start({.port = 0, .threads = 2, .stream_write_seconds = 1});
  const int slow = ask("GET", "/slow");
  const int quick = ask("GET", "/quick");
  read_until(quick, "retry");
  wait_for_streams(2);
  // Once the socket's buffers are full its queue fills and it is dropped.
  while (hub_.open_streams() == 2) {
    hub_.publish("/slow", {"n", std::string(30'000, 'x')});
    std::this_thread::yield();
  }
  EXPECT_EQ(hub_.publish("news", {"n", "last"}), 1);
  EXPECT_NE(read_until(quick, "last").find("last"), std::string::npos);
  close(slow);
  close(quick);
}

}  // namespace
}  // namespace quadrille::http
