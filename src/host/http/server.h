#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/result.h"
#include "host/http/http.h"

namespace quadrille::http {

struct ServerOptions {
  std::uint16_t port = 8080;  // 0 = any free one
  int threads = 4;            // handlers at work at a time
  std::size_t body_bytes_max = 1 << 20;
  // More for some requests, by method and target as they were sent; nothing: body_bytes_max. Such a body gets a second
  // more for each 128 kB, and of bodies that use it `large_bodies_max` are taken at a time (503 beyond).
  std::function<std::size_t(std::string_view method, std::string_view target)> body_bytes_max_of = {};
  int large_bodies_max = 8;
  int header_seconds =
      10;                 // from the first byte of a request to the last of its header; then its body has as long again
  int idle_seconds = 60;  // between two requests of a connection
  int connections_max = 512;
  int streams_max = 4096;         // server-sent events, counted apart from the connections
  int heartbeat_seconds = 20;     // a stream that says nothing sends a comment, so that proxies keep it
  int stream_seconds_max = 900;   // then the stream ends and the page opens another: rights are looked at anew
  int stream_write_seconds = 10;  // a reader that takes longer to read a block is dropped
};

// An HTTP/1.1 server on the loopback only (127.0.0.1 and, where there is one, ::1): until there are accounts nobody
// else may ask. Requests whose Host is no loopback name are refused (another site's page must not reach it through a
// name of its own). Slow clients are cut at their deadline; a body too large is answered 413 and drained. A Response
// with a stream keeps its connection for server-sent events (about 6 kB of memory each); HEAD gets its headers only.
class Server {
 public:
  // Refused with a free port to try when the port is taken.
  [[nodiscard]] static Result<std::unique_ptr<Server>> listen(const ServerOptions& options, Handler handler);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  // Serves until stop() or, when asked for, SIGINT or SIGTERM; requests under way are finished.
  void run(bool until_signal);
  void stop();

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace quadrille::http
