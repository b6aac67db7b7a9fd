#pragma once

#include <cstdint>
#include <vector>

#include "model/network/layer.hpp"

namespace tilewright {

/// What a layer needs, all its repeats together; words and multiply-accumulates.
struct LayerWork {
  std::uint64_t operations = 0;  // of the forward pass
  std::uint64_t weights = 0;     // parameters; once where the repeats share them
  std::uint64_t inputs = 0;      // activations read: touched words
  std::uint64_t outputs = 0;     // activations written

  // Training: the gradient of each factor of the product is a product of the same size.
  std::uint64_t backward_operations = 0;  // for the gradients of activations
  std::uint64_t gradient_operations = 0;  // for the gradients of weights
  std::uint64_t update_operations = 0;    // weight -= rate * gradient
  std::uint64_t kept_activations = 0;     // inputs that the backward pass needs again

  std::uint64_t training_operations() const {
    return operations + backward_operations + gradient_operations + update_operations;
  }
  LayerWork& operator+=(const LayerWork& other);
};

/// `feeds_back`: gradients go on to a layer before; the first occurrence of the first layer of a
/// network needs none.
LayerWork work_of(const Layer& layer, bool feeds_back = true);

/// The same of every layer. A layer without `inputs` is a first one if others have some.
std::vector<LayerWork> work_of(const std::vector<Layer>& layers);

}  // namespace tilewright
