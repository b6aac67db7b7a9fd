#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/problem/problem.hpp"

namespace tilewright {

/// Where the weights of a layer come from.
enum class WeightUse : std::uint8_t {
  own,     // each repeat has weights of its own
  shared,  // all repeats use the same, as the steps of a recurrent layer do
  none,    // both factors are activations, as in attention
};

/// A layer of a network, and how often it occurs.
struct Layer {
  std::string name;
  Problem problem;
  std::uint64_t repeats = 1;
  WeightUse weights = WeightUse::own;
  std::vector<std::size_t> inputs;  // the layers whose results it reads, by index; no cycles
};

}  // namespace tilewright
