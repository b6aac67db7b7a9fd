#pragma once

#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "model/big_int.hpp"

// Counts in reports. Those of one instance are whole numbers of 64 bits; times and sums over
// instances are doubles, and sums over networks whole numbers of any size.
namespace tilewright {

/// Below it every whole number is a double of its own.
inline constexpr double kExactCounts = 9007199254740992.0;  // 2^53

/// 1234567 -> "1,234,567".
std::string with_commas(std::uint64_t count);
std::string with_commas(const BigInt& count);
/// The same where the double is exact; beyond, digits and an exponent: "3.29853e+19".
std::string with_commas(double count);
/// Likewise without commas.
std::string plain(double count);

/// JSON has no NaN and no infinity.
inline nlohmann::ordered_json number_json(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}
/// A whole number is written as one where the double is exact.
nlohmann::ordered_json count_json(double count);
/// Beyond 64 bits, which is what readers of JSON can be trusted with, the nearest double.
nlohmann::ordered_json count_json(const BigInt& count);

}  // namespace tilewright
