#include "model/bound/layer_work.hpp"

#include <algorithm>

#include "model/bound/touched.hpp"

namespace tilewright {

LayerWork& LayerWork::operator+=(const LayerWork& other) {
  operations += other.operations;
  weights += other.weights;
  inputs += other.inputs;
  outputs += other.outputs;
  backward_operations += other.backward_operations;
  gradient_operations += other.gradient_operations;
  update_operations += other.update_operations;
  kept_activations += other.kept_activations;
  return *this;
}

LayerWork work_of(const Layer& layer, bool feeds_back) {
  const Problem& problem = layer.problem;
  const int parameters = layer.weights == WeightUse::none ? -1 : weight_space(problem);
  LayerWork work;
  const BigInt once = problem.operations();
  work.operations = once * layer.repeats;
  for (int p = 0; p < problem.num_spaces(); ++p) {
    const BigInt words = touched_words(problem, p);
    if (p == parameters) {
      const bool own = layer.weights == WeightUse::own;
      work.weights += words * (own ? layer.repeats : 1);
      work.gradient_operations += work.operations;
    } else if (problem.spaces[p].read_write) {
      work.outputs += words * layer.repeats;
    } else {
      work.inputs += words * layer.repeats;
      const std::uint64_t fed_back = feeds_back ? layer.repeats : layer.repeats - 1;
      work.backward_operations += once * fed_back;
    }
  }
  work.update_operations = work.weights;
  work.kept_activations = work.inputs;
  return work;
}

std::vector<LayerWork> work_of(const std::vector<Layer>& layers) {
  const bool knows_order =
      std::any_of(layers.begin(), layers.end(), [](const Layer& l) { return !l.inputs.empty(); });
  std::vector<LayerWork> work;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    // Without dependencies the first of the list is taken for the first of the network.
    const bool is_first = knows_order ? layers[i].inputs.empty() : i == 0;
    work.push_back(work_of(layers[i], !is_first));
  }
  return work;
}

}  // namespace tilewright
