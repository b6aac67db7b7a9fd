#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace tilewright {

/// "10s", "500ms", "2m", "1h", or seconds without a unit. \throws UsageError.
std::chrono::nanoseconds parse_duration(std::string_view text);

/// "0.42 s", "12.3 s", "4 min 05 s".
std::string format_seconds(double seconds);

}  // namespace tilewright
