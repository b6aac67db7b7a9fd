#pragma once

#include <vector>

#include "model/big_int.hpp"
#include "model/network/layer.hpp"

namespace tilewright {

/// What a layer needs, all its repeats together; words and multiply-accumulates. A layer alone may
/// come close to what 64 bits hold.
struct LayerWork {
  BigInt operations = 0;  // of the forward pass
  BigInt weights = 0;     // parameters; once where the repeats share them
  BigInt inputs = 0;      // activations read: touched words
  BigInt outputs = 0;     // activations written

  // Training: the gradient of each factor of the product is a product of the same size.
  BigInt backward_operations = 0;  // for the gradients of activations
  BigInt gradient_operations = 0;  // for the gradients of weights
  BigInt update_operations = 0;    // weight -= rate * gradient
  BigInt kept_activations = 0;     // inputs that the backward pass needs again

  BigInt training_operations() const {
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
