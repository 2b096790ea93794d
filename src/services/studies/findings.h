#pragma once

#include <vector>

#include "services/studies/picture.h"

namespace quadrille::studies {

inline constexpr std::size_t findings_max = 7;

// What a reader should know first, at most seven sentences: emerging clusters, habits broken last week, sectors that
// rise, the total, sectors that fall, and what the data cannot tell. Within each, the surest first, then the largest.
// Everything else of the picture must be filled in.
[[nodiscard]] std::vector<Finding> make_findings(const Picture& picture);

// "2,5" and "2.5"; "13 mai 2015" and "13 May 2015".
[[nodiscard]] Text number_words(double value, int decimals);
[[nodiscard]] Text date_words(CivilDate date);

}  // namespace quadrille::studies
