#include <array>
#include <fstream>
#include <sstream>

#include "edge/api/api.h"

namespace quadrille::api {
namespace {

std::string_view media_type_of(const std::filesystem::path& path) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 12> types{
      {{".html", "text/html; charset=utf-8"},
       {".js", "text/javascript; charset=utf-8"},
       {".css", "text/css; charset=utf-8"},
       {".json", "application/json; charset=utf-8"},
       {".svg", "image/svg+xml"},
       {".png", "image/png"},
       {".ico", "image/x-icon"},
       {".woff2", "font/woff2"},
       {".woff", "font/woff"},
       {".txt", "text/plain; charset=utf-8"},
       {".webmanifest", "application/manifest+json"},
       {".map", "application/json"}}};
  for (const auto& [extension, type] : types)
    if (path.extension() == extension) return type;
  return "application/octet-stream";
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

constexpr std::string_view page_absent =
    "<!doctype html><html lang=\"fr\"><meta charset=\"utf-8\"><title>Quadrille</title><p>La page n'est pas construite "
    ": <code>scripts/run</code> la construit, ou <code>npm --prefix web run build</code>.</p>"
    "<p lang=\"en\">The page is not built: <code>scripts/run</code> builds it, or <code>npm --prefix web run "
    "build</code>.</p></html>";

}  // namespace

http::Response web_file(const Context& context, const http::Request& request) {
  std::filesystem::path path = context.web / std::filesystem::path(request.path).relative_path();
  const bool is_asset = request.path.starts_with("/assets/");
  // Addresses of the page hold its state; they are all the same file.
  if (!std::filesystem::is_regular_file(path) && !is_asset) path = context.web / "index.html";
  if (!std::filesystem::is_regular_file(path)) {
    const int status = is_asset ? 404 : 503;
    return {.status = status,
            .content_type = "text/html; charset=utf-8",
            .headers = {},
            .body = std::string(is_asset ? "" : page_absent),
            .gzip_body = {}};
  }
  http::Response response{
      .content_type = std::string(media_type_of(path)), .headers = {}, .body = read_file(path), .gzip_body = {}};
  // Names of built assets hold a hash of their content.
  response.headers.emplace_back("Cache-Control", is_asset ? "public, max-age=31536000, immutable" : "no-cache");
  const auto packed = std::filesystem::path(path.string() + ".gz");
  if (std::filesystem::is_regular_file(packed))
    response.gzip_body = std::make_shared<const std::string>(read_file(packed));
  return response;
}

}  // namespace quadrille::api
