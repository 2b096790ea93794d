#pragma once

#include "services/studies/picture.h"
#include "services/studies/places.h"

namespace quadrille::studies {

// The four map layers of a picture, with legends that say unit, class limits, source and what they must not be used
// for.
[[nodiscard]] Result<std::map<LayerKind, Layer>> make_layers(const PictureInput& input, const Picture& picture,
                                                             const Selection& selection, const Places& places,
                                                             const Progress& progress);

}  // namespace quadrille::studies
