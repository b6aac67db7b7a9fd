#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "model/names.hpp"
#include "model/spec/node.hpp"

namespace tilewright::spec {

/// A top-level key of a file.
struct Section {
  const Entry* entry;
  const Node* root;    // of the file
  std::string folder;  // argument that the file came from, if any

  bool is(std::string_view key) const { return same_key(entry->key, key); }
  Mark mark() const { return root->mark(*entry); }
  const Node& node() const { return *entry->value; }
};

/// Layers of a network.
inline constexpr std::size_t kMostLayers = 20'000;

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
                                              "names",
                                              "architecture_changes"};
  return names;
}

}  // namespace tilewright::spec
