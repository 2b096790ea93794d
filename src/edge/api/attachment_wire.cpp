#include "edge/api/attachment_wire.h"

#include "host/json/describe.h"

namespace quadrille::api::wire {

BOOST_DESCRIBE_STRUCT(AttachmentView, (), (code, media_type, size, sha256, removed, added_at, mine))
BOOST_DESCRIBE_STRUCT(AttachmentAdded, (), (code, removed))
BOOST_DESCRIBE_STRUCT(AttachmentRemoved, (), (removed))

std::string text_of(const std::vector<AttachmentView>& value) { return json::text_of(value); }
std::string text_of(const AttachmentAdded& value) { return json::text_of(value); }
std::string text_of(const AttachmentRemoved& value) { return json::text_of(value); }

std::string attachment_schemas_text() {
  json::Schemas schemas;
  (void)schemas.of<AttachmentView>();
  (void)schemas.of<AttachmentAdded>();
  (void)schemas.of<AttachmentRemoved>();
  return json::compact(schemas.components());
}

}  // namespace quadrille::api::wire
