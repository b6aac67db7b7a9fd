#include "search/network/numbers.hpp"

#include <fmt/format.h>

namespace tilewright {

std::string with_commas(std::uint64_t value) {
  const std::string digits = fmt::format("{}", value);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string short_form(const BigInt& number) {
  constexpr std::size_t kPlain = 7;
  std::string digits = number.str();
  if (digits.size() <= kPlain) return digits;
  return fmt::format("{}.{}e+{}", digits.substr(0, 1), digits.substr(1, 2), digits.size() - 1);
}

std::string short_form(const MapspaceSize& size) {
  return short_form(size.full_total) + " -> " + short_form(size.reduced_total);
}

}  // namespace tilewright
