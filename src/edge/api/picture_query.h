#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "edge/api/api.h"
#include "services/studies/studies.h"

namespace quadrille::api {

namespace wire {
struct StudyQuery;
}

// The query parameters that name a picture, for the endpoints that take them.
[[nodiscard]] const std::vector<Parameter>& picture_parameters();
[[nodiscard]] Result<studies::PictureQuery> picture_query(const http::Request& request);
// The same from a body of JSON.
[[nodiscard]] Result<studies::PictureQuery> to_query(const wire::StudyQuery& query);
[[nodiscard]] std::optional<studies::LayerKind> layer_kind_named(std::string_view name);

}  // namespace quadrille::api
