#pragma once

#include <cstdint>
#include <string_view>

namespace tilewright {

/// "3.2uJ", "1e6pJ", or pJ without a unit; in pJ. \throws UsageError.
double parse_energy(std::string_view text);

/// "4GB", "500MiB", or bytes without a unit. \throws UsageError.
std::uint64_t parse_bytes(std::string_view text);

/// "0.5" or "50%", in 0..1. \throws UsageError.
double parse_share(std::string_view text);

}  // namespace tilewright
