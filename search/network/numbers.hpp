#pragma once

#include <cstdint>
#include <string>

#include "search/mapspace/big_int.hpp"

namespace tilewright {

/// 1234567 -> "1,234,567".
std::string with_commas(std::uint64_t value);

/// A mapspace size in short: "0", "123456", "1.23e+45".
std::string short_form(const BigInt& number);

}  // namespace tilewright
