#include "model/report/numbers.hpp"

#include <fmt/format.h>

#include <limits>

namespace tilewright {
namespace {

bool is_exact(double count) { return std::abs(count) < kExactCounts && count == std::floor(count); }

std::string group(const std::string& digits) {
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

}  // namespace

std::string with_commas(std::uint64_t count) { return group(fmt::format("{}", count)); }

std::string with_commas(const BigInt& count) { return group(count.str()); }

std::string with_commas(double count) {
  return is_exact(count) ? with_commas(static_cast<std::uint64_t>(count)) : plain(count);
}

std::string plain(double count) {
  return is_exact(count) ? fmt::format("{}", static_cast<std::int64_t>(count))
                         : fmt::format("{:.6g}", count);
}

nlohmann::ordered_json count_json(double count) {
  if (count >= 0 && is_exact(count)) return static_cast<std::uint64_t>(count);
  return number_json(count);
}

nlohmann::ordered_json count_json(const BigInt& count) {
  if (count <= std::numeric_limits<std::uint64_t>::max()) return count.convert_to<std::uint64_t>();
  return count.convert_to<double>();
}

}  // namespace tilewright
