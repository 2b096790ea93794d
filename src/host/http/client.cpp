#include "host/http/client.h"

#include <fmt/format.h>

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>
#include <optional>

namespace quadrille::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = beast::http;
using Tcp = asio::ip::tcp;
using WireRequest = bhttp::request<bhttp::string_body>;
using WireResponse = bhttp::response<bhttp::string_body>;

constexpr auto patience = std::chrono::seconds(10);
constexpr std::size_t answer_bytes_max = 1 << 20;

struct Address {
  bool is_secure = true;
  std::string host;
  std::string port;
  std::string target;
};

std::optional<Address> parse_address(std::string_view url) {
  Address address;
  if (url.starts_with("https://")) {
    url.remove_prefix(8);
    address.port = "443";
  } else if (url.starts_with("http://")) {
    url.remove_prefix(7);
    address.port = "80";
    address.is_secure = false;
  } else {
    return std::nullopt;
  }
  const auto slash = std::min(url.find('/'), url.size());
  address.host = url.substr(0, slash);
  address.target = slash == url.size() ? "/" : std::string(url.substr(slash));
  if (const auto colon = address.host.rfind(':'); colon != std::string::npos) {
    address.port = address.host.substr(colon + 1);
    address.host.resize(colon);
  }
  const bool is_whole =
      !address.host.empty() && !address.port.empty() && address.host.find_first_of("@[] \\") == std::string::npos;
  return is_whole ? std::optional(address) : std::nullopt;
}

WireRequest to_wire(const Outgoing& outgoing, const Address& address) {
  WireRequest wire(bhttp::string_to_verb(outgoing.method), address.target, 11);
  wire.set(bhttp::field::host, address.host + ":" + address.port);
  wire.set(bhttp::field::user_agent, "Quadrille");
  wire.set(bhttp::field::connection, "close");
  for (const auto& [name, value] : outgoing.headers) wire.set(name, value);
  wire.body() = outgoing.body;
  wire.prepare_payload();
  return wire;
}

template <class Stream>
asio::awaitable<WireResponse> send_and_read(Stream& stream, const WireRequest& request) {
  co_await bhttp::async_write(stream, request, asio::use_awaitable);
  beast::flat_buffer buffer;
  bhttp::response_parser<bhttp::string_body> parser;
  parser.body_limit(answer_bytes_max);
  co_await bhttp::async_read(stream, buffer, parser, asio::use_awaitable);
  co_return parser.release();
}

asio::awaitable<WireResponse> talk(const Address& address, WireRequest request) {
  const auto executor = co_await asio::this_coro::executor;
  Tcp::resolver resolver(executor);
  const auto endpoints = co_await resolver.async_resolve(address.host, address.port, asio::use_awaitable);
  if (!address.is_secure) {
    beast::tcp_stream stream(executor);
    stream.expires_after(patience);
    co_await stream.async_connect(endpoints, asio::use_awaitable);
    co_return co_await send_and_read(stream, request);
  }
  asio::ssl::context trust(asio::ssl::context::tls_client);
  trust.set_default_verify_paths();
  trust.set_verify_mode(asio::ssl::verify_peer);
  beast::ssl_stream<beast::tcp_stream> stream(executor, trust);
  stream.set_verify_callback(asio::ssl::host_name_verification(address.host));
  SSL_set_tlsext_host_name(stream.native_handle(), address.host.c_str());
  beast::get_lowest_layer(stream).expires_after(patience);
  co_await beast::get_lowest_layer(stream).async_connect(endpoints, asio::use_awaitable);
  co_await stream.async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
  co_return co_await send_and_read(stream, request);
}

Response to_response(const WireResponse& wire) {
  Response response{.status = static_cast<int>(wire.result_int()),
                    .content_type = std::string(wire[bhttp::field::content_type]),
                    .headers = {},
                    .body = wire.body(),
                    .gzip_body = {}};
  for (const auto& field : wire) response.headers.emplace_back(field.name_string(), field.value());
  return response;
}

}  // namespace

Result<Response> ask(const Outgoing& outgoing, Plain plain) {
  const auto address = parse_address(outgoing.url);
  if (!address) return invalid({"adresse mal formée", "malformed address"}, "url");
  const bool is_loopback = address->host == "localhost" || address->host == "127.0.0.1";
  if (!address->is_secure && !(plain == Plain::on_loopback && is_loopback))
    return invalid({"il faut une adresse https", "an https address is needed"}, "url");
  asio::io_context context;
  std::optional<WireResponse> answer;
  std::string failure;
  asio::co_spawn(context, talk(*address, to_wire(outgoing, *address)),
                 [&](const std::exception_ptr& thrown, WireResponse response) {
                   if (!thrown) {
                     answer = std::move(response);
                     return;
                   }
                   try {
                     std::rethrow_exception(thrown);
                   } catch (const std::exception& known) {
                     failure = known.what();
                   }
                 });
  context.run_for(patience);
  if (answer) return to_response(*answer);
  if (failure.empty()) failure = "timeout";
  return refuse(ErrorKind::unavailable,
                {fmt::format("{} ne répond pas : {}", address->host, failure),
                 fmt::format("{} does not answer: {}", address->host, failure)},
                "url");
}

}  // namespace quadrille::http
