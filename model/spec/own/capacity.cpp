#include "model/spec/own/capacity.hpp"

#include <fmt/format.h>

#include <charconv>
#include <string_view>

namespace tilewright::spec {
namespace {

constexpr std::uint64_t kMost = std::uint64_t{1} << 40;  // words or bits; kilobytes below
constexpr std::uint64_t kBitsOfKilobyte = 8192;

}  // namespace

Capacity read_capacity(const Node& node, std::uint64_t word_bits) {
  const std::string& text = node.text("capacity");
  const char* end = text.data() + text.size();
  std::uint64_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  const std::string_view unit(rest, static_cast<std::size_t>(end - rest));
  const bool is_known = unit == " words" || unit == " KiB" || unit == " bits";
  if (error != std::errc() || !is_known || number > kMost) {
    node.fail(fmt::format(
        "capacity: expected a whole number of words, KiB or bits, as '512 words', found {}",
        node.describe()));
  }
  if (unit == " words") return {number, {}};
  // Numbers of kilobytes beyond are refused as such by the reader of levels.
  if (unit == " bits" && number % word_bits == 0) return {number / word_bits, {}};
  if (unit == " bits" && number % kBitsOfKilobyte == 0) return {{}, number / kBitsOfKilobyte};
  if (unit == " KiB") {
    if (number * kBitsOfKilobyte % word_bits == 0)
      return {number * kBitsOfKilobyte / word_bits, {}};
    return {{}, number};
  }
  node.fail(
      fmt::format("capacity: {} bits are no whole number of words of {} bits", number, word_bits));
}

std::string capacity_text(std::uint64_t words, std::uint64_t word_bits, std::uint64_t spare_bits) {
  const std::uint64_t bits = words * word_bits + spare_bits;
  if (bits > 0 && bits % kBitsOfKilobyte == 0) return fmt::format("{} KiB", bits / kBitsOfKilobyte);
  if (spare_bits == 0) return fmt::format("{} words", words);
  return fmt::format("{} bits", bits);
}

}  // namespace tilewright::spec
