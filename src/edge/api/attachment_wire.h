#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

// What the API says of attachments: described for JSON in attachment_wire.cpp.

namespace quadrille::api::wire {

struct AttachmentView {
  std::string code;
  std::string media_type;
  std::int64_t size = 0;
  std::string sha256;
  std::vector<std::string> removed;
  Instant added_at;
  bool mine = false;
};
struct AttachmentAdded {
  std::string code;
  std::vector<std::string> removed;
};
struct AttachmentRemoved {
  bool removed = true;
};

[[nodiscard]] std::string text_of(const std::vector<AttachmentView>& value);
[[nodiscard]] std::string text_of(const AttachmentAdded& value);
[[nodiscard]] std::string text_of(const AttachmentRemoved& value);

// The OpenAPI components of the structs above.
[[nodiscard]] std::string attachment_schemas_text();

}  // namespace quadrille::api::wire
