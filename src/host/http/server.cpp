#include "host/http/server.h"

#include <fmt/format.h>

#include <atomic>
#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <iostream>
#include <thread>
#include <utility>

#include "host/http/stream.h"

namespace quadrille::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = beast::http;
using Tcp = asio::ip::tcp;
using Wire = bhttp::response<bhttp::string_body>;

constexpr std::size_t compress_from_bytes = 1024;

bool is_compressible(std::string_view type) {
  return type.starts_with("text/") || type.starts_with("application/json") ||
         type.starts_with("application/geo+json") || type.starts_with("application/problem+json") ||
         type.starts_with("application/vnd.oai.openapi+json") || type.starts_with("text/javascript") ||
         type.starts_with("image/svg");
}

// The page's own files only; map tiles are drawn from GeoJSON by a worker; MapLibre sets style attributes.
constexpr const char* content_security_policy =
    "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

bool is_loopback_name(std::string_view host) {
  if (host.starts_with("[")) return host.substr(0, host.find(']') + 1) == "[::1]";
  const auto name = host.substr(0, host.rfind(':'));
  return name == "localhost" || name == "127.0.0.1";
}

Request to_request(bhttp::request<bhttp::string_body>& wire, Target target) {
  Request request{
      std::string(wire.method_string()), std::move(target.path), std::move(target.query), {}, std::move(wire.body())};
  for (const auto& field : wire) {
    std::string name(field.name_string());
    for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    request.headers[name] = std::string(field.value());
  }
  return request;
}

Response plain_problem(int status, const char* title) {
  return {.status = status,
          .content_type = "application/problem+json",
          .headers = {},
          .body = fmt::format(R"({{"type":"about:blank","title":"{}","status":{}}})", title, status),
          .gzip_body = {}};
}

Wire to_wire(const Request& request, Response response, unsigned version, bool keep_alive) {
  Wire wire(static_cast<bhttp::status>(response.status), version);
  wire.set(bhttp::field::content_type, response.content_type);
  wire.set("X-Content-Type-Options", "nosniff");
  wire.set("Referrer-Policy", "no-referrer");
  wire.set("Content-Security-Policy", content_security_policy);
  wire.set("Cross-Origin-Opener-Policy", "same-origin");
  std::string etag;
  bool has_cache_control = false;
  for (const auto& [name, value] : response.headers) {
    wire.set(name, value);
    if (name == "ETag") etag = value;
    if (name == "Cache-Control") has_cache_control = true;
  }
  if (!has_cache_control) wire.set(bhttp::field::cache_control, "no-store");
  wire.keep_alive(keep_alive);
  if (!etag.empty() && request.header("if-none-match") == etag) {
    wire.result(bhttp::status::not_modified);
    wire.prepare_payload();
    return wire;
  }
  const bool takes_gzip = request.header("accept-encoding").find("gzip") != std::string::npos;
  if (takes_gzip && response.gzip_body) {
    wire.set(bhttp::field::content_encoding, "gzip");
    wire.body() = *response.gzip_body;
  } else if (takes_gzip && response.body.size() >= compress_from_bytes && is_compressible(response.content_type)) {
    wire.set(bhttp::field::content_encoding, "gzip");
    wire.body() = gzip(response.body);
  } else {
    wire.body() = std::move(response.body);
  }
  wire.set(bhttp::field::vary, "Accept-Encoding, Accept-Language");
  wire.prepare_payload();
  return wire;
}

}  // namespace

struct Server::Impl {
  ServerOptions options;
  Handler handler;
  asio::io_context context;
  std::vector<Tcp::acceptor> acceptors;
  std::atomic<int> connections{0};
  std::atomic<int> streams{0};
  std::atomic<int> large_bodies{0};
  std::uint16_t port = 0;

  Response answer(bhttp::request<bhttp::string_body>& wire, Request& request) {
    if (!is_loopback_name(std::string_view(wire[bhttp::field::host])))
      return plain_problem(421, "This server answers to localhost only");
    auto target = parse_target(std::string_view(wire.target()));
    if (!target) return plain_problem(400, "Malformed address");
    std::string address = std::move(request.address);
    request = to_request(wire, std::move(*target));
    request.address = std::move(address);
    try {
      return handler(request);
    } catch (const std::exception& failure) {
      // The request loop is one of the two places where the machine's failures are caught; what was being written did
      // not happen.
      std::cerr << "quadrille: " << request.method << ' ' << request.path << ": " << failure.what() << std::endl;
      return plain_problem(503, "The server could not do this now; nothing unfinished was kept");
    }
  }

  asio::awaitable<void> serve(Tcp::socket socket) {
    beast::error_code unknown;
    const auto endpoint = socket.remote_endpoint(unknown);
    const std::string peer = unknown ? std::string() : endpoint.address().to_string();
    beast::tcp_stream stream(std::move(socket));
    beast::flat_buffer buffer;
    const auto quietly = asio::as_tuple(asio::use_awaitable);
    for (;;) {
      bhttp::request_parser<bhttp::string_body> parser;
      parser.header_limit(16 * 1024);
      parser.body_limit(boost::none);  // set once the header says what is asked for
      stream.expires_after(std::chrono::seconds(options.idle_seconds));
      if (buffer.size() == 0) {
        const auto [failure, count] = co_await stream.async_read_some(buffer.prepare(4096), quietly);
        if (failure) break;
        buffer.commit(count);
      }
      stream.expires_after(std::chrono::seconds(options.header_seconds));
      const auto [header_failure, header_bytes] = co_await bhttp::async_read_header(stream, buffer, parser, quietly);
      if (header_failure) {
        co_await refuse_wire(stream, header_failure);
        break;
      }
      const std::size_t body_max = body_bytes_max_of(parser.get());
      parser.body_limit(body_max);
      if (parser.content_length().value_or(0) > body_max) {
        co_await refuse_wire(stream, bhttp::error::body_limit);
        break;
      }
      LargeBody large(*this, body_max > options.body_bytes_max);
      if (!large.is_taken()) {
        co_await refuse_wire(stream, beast::error_code(asio::error::try_again));
        break;
      }
      stream.expires_after(std::chrono::seconds(options.header_seconds) +
                           std::chrono::seconds(large.is_large() ? body_max >> 17U : 0));
      const auto [body_failure, body_bytes] = co_await bhttp::async_read(stream, buffer, parser, quietly);
      if (body_failure) {
        co_await refuse_wire(stream, body_failure);
        break;
      }
      auto& wire = parser.get();
      Request request;
      request.address = peer;
      Response response = answer(wire, request);
      // Whoever has read the answer finds the place free; a slow reader of it holds neither the place nor the body.
      std::string().swap(request.body);
      large.leave();
      if (response.stream && wire.method() != bhttp::verb::head) {
        if (take_place_among_streams()) {
          // The stream lives in a coroutine of its own: this one's frame with its parser is let go.
          auto shared = std::make_shared<beast::tcp_stream>(std::move(stream));
          asio::co_spawn(shared->get_executor(), go_on(shared, stream_head(response, wire.version()), response.stream),
                         asio::detached);
          --connections;
          co_return;
        }
        response.stream->close();
        response = plain_problem(503, "Too many open streams; try again later");
      }
      const bool keep_alive = wire.keep_alive();
      Wire out = to_wire(request, std::move(response), wire.version(), keep_alive);
      if (wire.method() == bhttp::verb::head) out.body().clear();  // the length stays that of the body left out
      stream.expires_after(std::chrono::seconds(options.idle_seconds));
      bhttp::serializer<false, bhttp::string_body> serializer(out);
      const auto [write_failure, written] = wire.method() == bhttp::verb::head
                                                ? co_await bhttp::async_write_header(stream, serializer, quietly)
                                                : co_await bhttp::async_write(stream, out, quietly);
      if (write_failure || !keep_alive) break;
    }
    beast::error_code ignored;
    stream.socket().shutdown(Tcp::socket::shutdown_send, ignored);
    --connections;
  }

  std::size_t body_bytes_max_of(const bhttp::request<bhttp::string_body>& wire) const {
    if (!options.body_bytes_max_of) return options.body_bytes_max;
    return std::max(options.body_bytes_max,
                    options.body_bytes_max_of(std::string_view(wire.method_string()), std::string_view(wire.target())));
  }

  // A place among the bodies that may be large, from the header until the handler has answered. One that was refused
  // holds none, however long its client takes to go.
  class LargeBody {
   public:
    LargeBody(Impl& server, bool is_large) : server_(server), is_large_(is_large) {
      if (!is_large_) return;
      holds_place_ = server_.large_bodies.fetch_add(1) < server_.options.large_bodies_max;
      if (!holds_place_) --server_.large_bodies;
    }
    LargeBody(const LargeBody&) = delete;
    LargeBody& operator=(const LargeBody&) = delete;
    ~LargeBody() { leave(); }
    void leave() {
      if (std::exchange(holds_place_, false)) --server_.large_bodies;
    }
    [[nodiscard]] bool is_large() const { return is_large_; }
    [[nodiscard]] bool is_taken() const { return !is_large_ || holds_place_; }

   private:
    Impl& server_;
    bool is_large_;
    bool holds_place_ = false;
  };

  bool take_place_among_streams() {
    if (streams.fetch_add(1) < options.streams_max) return true;
    --streams;
    return false;
  }

  // HTTP/1.1 readers get chunks; HTTP/1.0 ones read until the connection closes.
  static bhttp::response<bhttp::empty_body> stream_head(const Response& response, unsigned version) {
    bhttp::response<bhttp::empty_body> head(static_cast<bhttp::status>(response.status), version);
    head.set(bhttp::field::content_type, "text/event-stream; charset=utf-8");
    head.set(bhttp::field::cache_control, "no-store");
    head.set("X-Content-Type-Options", "nosniff");
    head.set("X-Accel-Buffering", "no");  // nginx passes each event on at once
    for (const auto& [name, value] : response.headers) head.set(name, value);
    if (version >= 11) head.chunked(true);
    return head;
  }

  asio::awaitable<void> go_on(std::shared_ptr<beast::tcp_stream> stream, bhttp::response<bhttp::empty_body> head,
                              std::shared_ptr<EventStream> events) {
    const auto quietly = asio::as_tuple(asio::use_awaitable);
    const auto executor = stream->get_executor();
    const auto timer = std::make_shared<asio::steady_timer>(executor);
    // The wait below starts before this strand runs anything else, so that a wake-up cannot fall between look and wait.
    events->on_change([timer, executor] { asio::post(executor, [timer] { timer->cancel(); }); });
    // A reader has nothing more to say: when the socket becomes readable it has left.
    stream->socket().async_wait(Tcp::socket::wait_read, [events, stream](beast::error_code) { events->close(); });
    const bool is_chunked = head.chunked();
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(options.stream_seconds_max);
    const auto heartbeat = std::chrono::seconds(options.heartbeat_seconds);
    stream->expires_after(std::chrono::seconds(options.stream_write_seconds));
    bhttp::serializer<false, bhttp::empty_body> serializer(head);
    auto [failure, written] = co_await bhttp::async_write_header(*stream, serializer, quietly);
    std::string block = "retry: 2000\n\n";
    while (!failure) {
      if (!block.empty()) {
        stream->expires_after(std::chrono::seconds(options.stream_write_seconds));
        if (is_chunked)
          std::tie(failure, written) =
              co_await asio::async_write(*stream, bhttp::make_chunk(asio::buffer(block)), quietly);
        else
          std::tie(failure, written) = co_await asio::async_write(*stream, asio::buffer(block), quietly);
        if (failure) break;
      }
      block = events->take();
      if (!block.empty()) continue;
      if (!events->is_open() || std::chrono::steady_clock::now() >= end) break;
      timer->expires_at(std::min(std::chrono::steady_clock::now() + heartbeat, end));
      const auto [cancelled] = co_await timer->async_wait(quietly);
      block = events->take();
      if (block.empty() && !cancelled && std::chrono::steady_clock::now() < end) block = ":\n\n";
    }
    events->close();
    if (!failure && is_chunked) {
      stream->expires_after(std::chrono::seconds(options.stream_write_seconds));
      std::tie(failure, written) = co_await asio::async_write(*stream, bhttp::make_chunk_last(), quietly);
    }
    stream->close();
    --streams;
  }

  // Says why before closing; what the client still sends is read and thrown away for a moment, or it would never see
  // the answer.
  asio::awaitable<void> refuse_wire(beast::tcp_stream& stream, beast::error_code failure) {
    const auto quietly = asio::as_tuple(asio::use_awaitable);
    int status = 400;
    if (failure == bhttp::error::body_limit) status = 413;
    if (failure == bhttp::error::header_limit) status = 431;
    if (failure == beast::error::timeout) status = 408;
    if (failure == asio::error::try_again) status = 503;
    const bool is_protocol = failure.category() == bhttp::make_error_code(bhttp::error::end_of_stream).category();
    if (failure == bhttp::error::end_of_stream || failure == bhttp::error::partial_message ||
        (!is_protocol && status != 408 && status != 503))
      co_return;
    Wire out = to_wire({}, plain_problem(status, "The request was refused before it was read"), 11, false);
    stream.expires_after(std::chrono::seconds(2));
    const auto [write_failure, written] = co_await bhttp::async_write(stream, out, quietly);
    if (write_failure) co_return;
    beast::error_code ignored;
    stream.socket().shutdown(Tcp::socket::shutdown_send, ignored);
    std::array<char, 4096> drained{};
    for (int i = 0; i < 512; ++i) {
      const auto [read_failure, count] = co_await stream.async_read_some(asio::buffer(drained), quietly);
      if (read_failure) co_return;
    }
  }

  asio::awaitable<void> accept(Tcp::acceptor& acceptor) {
    for (;;) {
      // A strand for each connection: its deadline's timer and its reads never run at the same time on two threads.
      Tcp::socket socket(asio::make_strand(context));
      const auto [failure] = co_await acceptor.async_accept(socket, asio::as_tuple(asio::use_awaitable));
      if (failure == asio::error::operation_aborted) co_return;
      if (failure) {
        // Out of descriptors, or a client that left at once: others are still to be served.
        asio::steady_timer pause(context, std::chrono::milliseconds(50));
        co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
        continue;
      }
      if (connections >= options.connections_max) continue;  // the socket closes as it goes out of scope
      ++connections;
      beast::error_code ignored;
      socket.set_option(Tcp::no_delay(true), ignored);
      const auto strand = socket.get_executor();
      asio::co_spawn(strand, serve(std::move(socket)), asio::detached);
    }
  }

  bool open(const Tcp::endpoint& endpoint) {
    beast::error_code failure;
    Tcp::acceptor acceptor(context);
    acceptor.open(endpoint.protocol(), failure);
    if (!failure) acceptor.set_option(asio::socket_base::reuse_address(true), failure);
    if (!failure && endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(true), failure);
    if (!failure) acceptor.bind(endpoint, failure);
    if (!failure) acceptor.listen(asio::socket_base::max_listen_connections, failure);
    if (failure) return false;
    port = acceptor.local_endpoint().port();
    acceptors.push_back(std::move(acceptor));
    return true;
  }
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::listen(const ServerOptions& options, Handler handler) {
  auto impl = std::make_unique<Impl>();
  impl->options = options;
  impl->handler = std::move(handler);
  const auto loopback_4 = asio::ip::make_address("127.0.0.1");
  if (!impl->open({loopback_4, options.port})) {
    std::string free_port = "0";
    if (impl->open({loopback_4, 0})) free_port = std::to_string(impl->port);
    return refuse(ErrorKind::conflict,
                  {fmt::format("le port {} est pris ; {} est libre : --port {}", options.port, free_port, free_port),
                   fmt::format("port {} is taken; {} is free: --port {}", options.port, free_port, free_port)},
                  "--port");
  }
  const std::uint16_t port = impl->port;
  impl->open({asio::ip::make_address("::1"), port});  // machines without IPv6 do without
  impl->port = port;
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

std::uint16_t Server::port() const { return impl_->port; }

void Server::run(bool until_signal) {
  for (auto& acceptor : impl_->acceptors) asio::co_spawn(impl_->context, impl_->accept(acceptor), asio::detached);
  asio::signal_set signals(impl_->context);
  if (until_signal) {
    signals.add(SIGINT);
    signals.add(SIGTERM);
    signals.async_wait([this](beast::error_code failure, int) {
      if (!failure) impl_->context.stop();
    });
  }
  std::vector<std::jthread> workers;
  for (int i = 1; i < impl_->options.threads; ++i) workers.emplace_back([this] { impl_->context.run(); });
  impl_->context.run();
}

void Server::stop() { impl_->context.stop(); }

}  // namespace quadrille::http
