#pragma once

#include <compare>

namespace quadrille {

// Lengths and areas in the plane. Inside a formula raw doubles with the unit as last word (distance_m) are fine;
// across an interface a length is Metres.
struct Metres {
  double value = 0;

  friend auto operator<=>(Metres, Metres) = default;
  friend constexpr Metres operator+(Metres a, Metres b) { return {a.value + b.value}; }
  friend constexpr Metres operator-(Metres a, Metres b) { return {a.value - b.value}; }
  friend constexpr Metres operator*(double k, Metres a) { return {k * a.value}; }
  friend constexpr double operator/(Metres a, Metres b) { return a.value / b.value; }
};

inline namespace literals {
constexpr Metres operator""_m(long double value) { return {static_cast<double>(value)}; }
constexpr Metres operator""_m(unsigned long long value) { return {static_cast<double>(value)}; }
constexpr Metres operator""_km(unsigned long long value) { return {1000.0 * static_cast<double>(value)}; }
}  // namespace literals

}  // namespace quadrille
