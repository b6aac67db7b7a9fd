#include "search/network/quantity.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <span>

#include "model/error.hpp"

namespace tilewright {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};
constexpr std::array kEnergies{Unit{"", 1.0},   Unit{"pJ", 1.0},      Unit{"nJ", 1e3},
                               Unit{"uJ", 1e6}, Unit{"\u00b5J", 1e6}, Unit{"mJ", 1e9},
                               Unit{"J", 1e12}};
constexpr std::array kBytes{
    Unit{"", 1.0},          Unit{"B", 1.0},           Unit{"kB", 1e3},  Unit{"KB", 1e3},
    Unit{"MB", 1e6},        Unit{"GB", 1e9},          Unit{"TB", 1e12}, Unit{"KiB", 1024.0},
    Unit{"MiB", 1048576.0}, Unit{"GiB", 1073741824.0}};
constexpr std::array kShares{Unit{"", 1.0}, Unit{"%", 100.0}};

struct Parsed {
  double number = 0;
  double factor = 1;
};

std::optional<Parsed> parse(std::string_view text, std::span<const Unit> units) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || !std::isfinite(number)) return std::nullopt;
  std::string_view name(rest, static_cast<std::size_t>(end - rest));
  while (name.starts_with(' ')) name.remove_prefix(1);
  for (const Unit& unit : units) {
    if (unit.name == name) return Parsed{number, unit.factor};
  }
  return std::nullopt;
}

}  // namespace

double parse_energy(std::string_view text) {
  const auto parsed = parse(text, kEnergies);
  const double energy = parsed ? parsed->number * parsed->factor : 0;
  if (energy > 0 && std::isfinite(energy)) return energy;
  throw UsageError(
      fmt::format("'{}' is no energy; write it in pJ or with a unit, as 3.2uJ or 1.5mJ", text));
}

std::uint64_t parse_bytes(std::string_view text) {
  constexpr double kMost = 1e15;
  const auto parsed = parse(text, kBytes);
  const double bytes = parsed ? parsed->number * parsed->factor : 0;
  if (bytes >= 1 && bytes <= kMost) return static_cast<std::uint64_t>(bytes);
  throw UsageError(fmt::format("'{}' is no size of memory; write it as 4GB or 500MB", text));
}

double parse_share(std::string_view text) {
  const auto parsed = parse(text, kShares);
  // Divided, so that 70% is 0.7 to the last bit.
  const double share = parsed ? parsed->number / parsed->factor : -1;
  if (share >= 0 && share <= 1) return share;
  throw UsageError(fmt::format("'{}' is no share; write it as 0.5 or 50%", text));
}

}  // namespace tilewright
