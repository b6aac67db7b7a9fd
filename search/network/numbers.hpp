#pragma once

#include <cstdint>
#include <string>

#include "search/mapspace/big_int.hpp"
#include "search/mapspace/mapspace.hpp"

namespace tilewright {

/// 1234567 -> "1,234,567".
std::string with_commas(std::uint64_t value);

/// A mapspace size in short: "0", "123456", "1.23e+45".
std::string short_form(const BigInt& number);

/// A mapspace before and after the removal of redundant orders: "1.23e+45 -> 6.78e+40".
std::string short_form(const MapspaceSize& size);

}  // namespace tilewright
