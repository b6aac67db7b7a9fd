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

/// What of a layer grows with the number of inferences at once.
struct BatchUse {
  enum class Growth : std::uint8_t {
    unsaid,     // N, if anything
    dimension,  // the bound of `dim` is `each` times the batch
    none,       // the layer is the same for any batch
    unknown,    // nobody can tell
  };
  Growth growth = Growth::unsaid;
  int dim = -1;
  std::int64_t each = 1;  // of one inference, as the steps of a sequence
};

/// A layer of a network, and how often it occurs.
struct Layer {
  std::string name;
  Problem problem;
  std::uint64_t repeats = 1;
  WeightUse weights = WeightUse::own;
  BatchUse batch;
  std::vector<std::size_t> inputs;  // the layers whose results it reads, by index; no cycles
};

}  // namespace tilewright
