#include "model/duration.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "model/error.hpp"

namespace tilewright {
namespace {

struct Unit {
  std::string_view name;
  double seconds;
};
constexpr std::array kUnits{Unit{"ms", 1e-3}, Unit{"s", 1.0},    Unit{"", 1.0},
                            Unit{"m", 60.0},  Unit{"min", 60.0}, Unit{"h", 3600.0}};
constexpr double kLongest = 1e9;  // seconds, 31 years: beyond it clocks overflow

}  // namespace

std::chrono::nanoseconds parse_duration(std::string_view text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  const std::string_view unit(rest, static_cast<std::size_t>(end - rest));
  for (const Unit& known : kUnits) {
    if (error != std::errc() || unit != known.name || !std::isfinite(number)) continue;
    const double seconds = number * known.seconds;
    if (seconds <= 0 || seconds > kLongest) break;
    return std::chrono::nanoseconds(static_cast<std::int64_t>(std::ceil(seconds * 1e9)));
  }
  throw UsageError(fmt::format("'{}' is no duration; write it as 10s, 500ms, 2m or 1h", text));
}

std::string format_seconds(double seconds) {
  constexpr int kMinute = 60;
  if (seconds < kMinute) return fmt::format("{:.3g} s", seconds);
  const long whole = std::lround(seconds);
  return fmt::format("{} min {:02} s", whole / kMinute, whole % kMinute);
}

}  // namespace tilewright
