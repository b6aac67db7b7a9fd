#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "model/energy/estimator.hpp"

namespace tilewright::energy {

/// A built-in estimator. To add one: a file in this folder with a class derived from
/// EnergyEstimator and a function that makes it, and a line in the table of builtin.cpp.
struct Builtin {
  std::string_view name;
  std::string_view about;  // for the user
  std::unique_ptr<EnergyEstimator> (*make)();
};

/// All of them; among equally accurate ones the first answers.
std::span<const Builtin> builtins();

}  // namespace tilewright::energy
