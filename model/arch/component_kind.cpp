#include "model/arch/component_kind.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "model/names.hpp"

namespace tilewright {
namespace {

// Digits and a letter behind the name of a family are a generation of it.
constexpr std::array<std::string_view, 5> kDramFamilies{"LPDDR", "GDDR", "DDR", "HBM", "HMC"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_generation(std::string_view rest) {
  while (!rest.empty() && is_digit(rest.front())) rest.remove_prefix(1);
  return rest.empty() || rest == "X" || rest == "E" || rest == "P";
}

}  // namespace

const std::vector<std::string>& usual_classes() {
  static const std::vector<std::string> names{
      "DRAM",   "SRAM",    "regfile",         "smartbuffer",  "smartbuffer_SRAM", "smartbuffer_RF",
      "mac",    "storage", "intmac",          "fpmac",        "compute",          "XY_NoC",
      "Legacy", "nothing", "SimpleMulticast", "ReductionTree"};
  return names;
}

std::optional<std::string> dram_kind(std::string_view text) {
  std::string name(text);
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  if (name == "DRAM" || name == "SDRAM") return "DRAM";
  for (const std::string_view family : kDramFamilies) {
    if (name.starts_with(family)) {
      return is_generation(std::string_view(name).substr(family.size())) ? std::optional(name)
                                                                         : std::nullopt;
    }
  }
  return std::nullopt;
}

std::string usual_class(std::string_view component_class) {
  for (const std::string& usual : usual_classes()) {
    if (same_but_for_case(usual, component_class)) return usual;
  }
  return dram_kind(component_class) ? "DRAM" : std::string(component_class);
}

ComponentKind component_kind(std::string_view component_class) {
  const std::string name = usual_class(component_class);
  const auto has = [&](std::initializer_list<std::string_view> parts) {
    return std::any_of(parts.begin(), parts.end(),
                       [&](std::string_view part) { return name.find(part) != std::string::npos; });
  };
  if (has({"DRAM", "SRAM", "regfile", "smartbuffer", "storage"})) return ComponentKind::storage;
  if (has({"mac", "compute"})) return ComponentKind::compute;
  if (has({"XY_NoC", "Legacy", "ReductionTree", "SimpleMulticast"})) return ComponentKind::network;
  return has({"nothing"}) ? ComponentKind::nothing : ComponentKind::other;
}

}  // namespace tilewright
