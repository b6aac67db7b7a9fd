#include "model/spec/component_roles.hpp"

#include <algorithm>
#include <array>

namespace tilewright::spec {
namespace {

template <std::size_t n>
bool contains_any(std::string_view text, const std::array<std::string_view, n>& parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view part) { return text.find(part) != text.npos; });
}

}  // namespace

bool is_storage_class(std::string_view component_class) {
  constexpr std::array<std::string_view, 5> kParts{"DRAM", "SRAM", "regfile", "smartbuffer",
                                                   "storage"};
  return contains_any(component_class, kParts);
}

bool is_compute_class(std::string_view component_class) {
  constexpr std::array<std::string_view, 4> kParts{"mac", "intmac", "fpmac", "compute"};
  return contains_any(component_class, kParts);
}

bool is_network_class(std::string_view component_class) {
  constexpr std::array<std::string_view, 4> kParts{"XY_NoC", "Legacy", "ReductionTree",
                                                   "SimpleMulticast"};
  return contains_any(component_class, kParts);
}

bool is_dram_class(std::string_view component_class) {
  return component_class.find("DRAM") != component_class.npos;
}

}  // namespace tilewright::spec
