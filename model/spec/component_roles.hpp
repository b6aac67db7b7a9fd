#pragma once

#include <string_view>

namespace tilewright::spec {

/// What a component of a tree is follows from a part of its class: storage before compute before
/// network.
bool is_storage_class(std::string_view component_class);
bool is_compute_class(std::string_view component_class);
bool is_network_class(std::string_view component_class);
/// Among storage: main memory.
bool is_dram_class(std::string_view component_class);

}  // namespace tilewright::spec
