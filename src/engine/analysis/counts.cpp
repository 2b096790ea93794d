#include "engine/analysis/counts.h"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>

#include "base/check.h"

namespace quadrille::analysis {

Interval poisson_interval(std::int64_t count, double level) {
  CHECK(count >= 0 && level > 0 && level < 1);
  const double tail = (1 - level) / 2;
  const auto k = static_cast<double>(count);
  return {count == 0 ? 0 : boost::math::gamma_p_inv(k, tail), boost::math::gamma_p_inv(k + 1, 1 - tail)};
}

RateRatio rate_ratio(Exposed a, Exposed b, double level) {
  CHECK(a.count >= 0 && b.count >= 0 && a.exposure > 0 && b.exposure > 0 && level > 0 && level < 1);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  RateRatio result{.ratio = {}, .interval = {0, infinity}};
  if (a.count + b.count == 0) return result;
  const auto x = static_cast<double>(a.count);
  const auto y = static_cast<double>(b.count);
  const double tail = (1 - level) / 2;
  // Share of a's events among all, under equal rates: a.exposure / (a.exposure + b.exposure).
  const double to_ratio = b.exposure / a.exposure;
  const auto ratio_of_share = [&](double share) { return share >= 1 ? infinity : share / (1 - share) * to_ratio; };
  result.interval.low = a.count == 0 ? 0 : ratio_of_share(boost::math::ibeta_inv(x, y + 1, tail));
  result.interval.high = b.count == 0 ? infinity : ratio_of_share(boost::math::ibeta_inv(x + 1, y, 1 - tail));
  if (b.count > 0) result.ratio = x / y * to_ratio;
  const double share = a.exposure / (a.exposure + b.exposure);
  const double at_most = b.count == 0 ? 1 : boost::math::ibetac(x + 1, y, share);
  const double at_least = a.count == 0 ? 1 : boost::math::ibeta(x, y + 1, share);
  result.p = std::min(1.0, 2 * std::min(at_most, at_least));
  return result;
}

}  // namespace quadrille::analysis
