#include <cstdint>
#include <string_view>

#include "host/http/http.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto target = quadrille::http::parse_target({reinterpret_cast<const char*>(data), size});
  if (target &&
      (target->path.empty() || target->path.front() != '/' || (target->path + "/").find("/../") != std::string::npos))
    __builtin_trap();
  return 0;
}
