#pragma once

#include <string>

#include "services/studies/studies.h"

// Pictures, layers and their parameters as JSON, the same for the API, the command line and stored studies.

namespace quadrille::format {

[[nodiscard]] std::string picture_text(const studies::Picture& picture);
[[nodiscard]] std::string parameters_text(const studies::PictureParameters& parameters);
[[nodiscard]] Result<studies::PictureParameters> parameters_of(const std::string& text);
[[nodiscard]] std::string layer_text(const studies::Layer& layer);

[[nodiscard]] studies::StudyFormat study_format();

// The OpenAPI components of everything above: a JSON object {"Picture": {...}, ...}.
[[nodiscard]] std::string picture_schemas_text();

// "[[[lon,lat],...],...]" in degrees with seven decimals, as GeoJSON wants the coordinates of a MultiPolygon.
void append_coordinates(std::string& out, const geojson::LonLatShape& shape);

// A text as a JSON string, quotes and escapes included.
[[nodiscard]] std::string json_string(std::string_view text);

}  // namespace quadrille::format
