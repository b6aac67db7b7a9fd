#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace tilewright::spec {

/// Sections of other programs, or for things that are not modelled.
inline constexpr std::array<std::string_view, 15> kIgnoredSections{"primitive_components",
                                                                   "classes",
                                                                   "globals",
                                                                   "ERT_summary",
                                                                   "ART_summary",
                                                                   "action_counts",
                                                                   "energy_estimation",
                                                                   "sparse_optimizations",
                                                                   "sparse_optimization",
                                                                   "model",
                                                                   "dumped_by_timeloop_front_end",
                                                                   "version",
                                                                   "flattened_architecture",
                                                                   "precision",
                                                                   "oprefix"};

/// Those that are read.
inline const std::vector<std::string>& known_sections() {
  static const std::vector<std::string> names{"arch",
                                              "architecture",
                                              "problem",
                                              "shape",
                                              "network",
                                              "mapping",
                                              "mapspace",
                                              "mapspace_constraints",
                                              "architecture_constraints",
                                              "arch_constraints",
                                              "constraints",
                                              "mapper",
                                              "ERT",
                                              "ART",
                                              "variables",
                                              "architecture_changes"};
  return names;
}

}  // namespace tilewright::spec
