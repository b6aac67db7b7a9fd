#pragma once

#include <cstddef>
#include <cstdint>

#include "model/energy/estimator.hpp"

// What a shared library with estimators of its own exports. Header only: it is compiled against
// these files and links nothing of Tilewright. examples/energy_plugin is one.
namespace tilewright::energy {

/// Raised whenever Value, Query, EnergyEstimator or this description changes.
inline constexpr std::uint32_t kPluginAbi = 1;

/// What the library holds. The first two members keep their place in every version.
struct PluginDescription {
  std::uint32_t abi = kPluginAbi;
  std::uint32_t compiler_abi = __GXX_ABI_VERSION;         // that of std::string and the like
  std::size_t count = 0;                                  // of its estimators
  EnergyEstimator* (*make)(std::size_t index) = nullptr;  // the caller deletes it
};

/// The name of the function that a library exports: `const PluginDescription* ()`.
inline constexpr const char* kPluginFunction = "tilewright_energy_plugin";

}  // namespace tilewright::energy

/// Exports one class derived from EnergyEstimator.
// A type cannot stand in parentheses. NOLINTBEGIN(bugprone-macro-parentheses)
#define TILEWRIGHT_ENERGY_PLUGIN(Class)                                                          \
  extern "C" __attribute__((visibility("default"))) const tilewright::energy::PluginDescription* \
  tilewright_energy_plugin() {                                                                   \
    static constexpr tilewright::energy::PluginDescription kDescription{                         \
        tilewright::energy::kPluginAbi, __GXX_ABI_VERSION, 1,                                    \
        [](std::size_t) -> tilewright::energy::EnergyEstimator* { return new Class; }};          \
    return &kDescription;                                                                        \
  }
// NOLINTEND(bugprone-macro-parentheses)
