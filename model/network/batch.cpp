#include "model/network/batch.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>

#include "model/error.hpp"

namespace tilewright {
namespace {

constexpr std::string_view kRemedy =
    "say in the network what the batch multiplies, as in `batch: {N: 35}`";

// In a product of matrices M x K and K x N, N counts columns: often those of the weights.
bool is_matrix_product(const Problem& problem) {
  constexpr std::array<std::string_view, 3> kDims{"M", "N", "K"};
  return problem.dims.size() == kDims.size() &&
         std::is_permutation(kDims.begin(), kDims.end(), problem.dims.begin());
}

// What a layer grows by that says nothing: its dimension N.
BatchUse assumed_use(const Layer& layer) {
  const int dim = layer.problem.find_dim("N");
  if (dim < 0) {
    throw UsageError(fmt::format("batch: layer '{}' has no dimension N, only {}; {}", layer.name,
                                 fmt::join(layer.problem.dims, ", "), kRemedy));
  }
  if (is_matrix_product(layer.problem)) {
    throw UsageError(fmt::format("batch: N of layer '{}' counts columns of a matrix product; {}",
                                 layer.name, kRemedy));
  }
  return {.growth = BatchUse::Growth::dimension, .dim = dim, .each = 1};
}

// Of two sizes N at least one counts something else as well, such as steps.
void check_same(const Layer& first, const Layer& layer, int dim) {
  const std::int64_t before = first.problem.bounds[first.problem.find_dim("N")];
  const std::int64_t now = layer.problem.bounds[dim];
  if (before == now) return;
  throw UsageError(fmt::format("batch: N is {} in layer '{}' and {} in layer '{}'; {}", before,
                               first.name, now, layer.name, kRemedy));
}

std::vector<BatchUse> uses_of(const std::vector<Layer>& layers) {
  std::vector<BatchUse> uses;
  const Layer* first = nullptr;  // that says nothing
  for (const Layer& layer : layers) {
    if (layer.batch.growth == BatchUse::Growth::unknown) {
      throw UsageError(fmt::format(
          "batch: what of layer '{}' grows with the batch is not known (`batch: unknown`); {}",
          layer.name, kRemedy));
    }
    if (layer.batch.growth != BatchUse::Growth::unsaid) {
      uses.push_back(layer.batch);
      continue;
    }
    uses.push_back(assumed_use(layer));
    if (first == nullptr) first = &layer;
    check_same(*first, layer, uses.back().dim);
  }
  return uses;
}

}  // namespace

void set_batch(std::vector<Layer>& layers, std::int64_t batch) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  if (batch < 1 || batch > kMost) {
    throw UsageError(fmt::format("batch {} is out of range: 1 to {}", batch, kMost));
  }
  const std::vector<BatchUse> uses = uses_of(layers);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (uses[i].growth == BatchUse::Growth::none) continue;
    Layer& layer = layers[i];
    // Both are below 2^31.
    const std::int64_t bound = uses[i].each * batch;
    layer.problem.bounds[uses[i].dim] = bound;
    try {
      if (bound > kMost) {
        throw std::invalid_argument(fmt::format("dimension {} would be {}; at most {} is supported",
                                                layer.problem.dims[uses[i].dim], bound, kMost));
      }
      check_size(layer.problem);
    } catch (const std::invalid_argument& error) {
      throw UsageError(fmt::format("batch {}: layer '{}': {}", batch, layer.name, error.what()));
    }
  }
}

std::optional<std::uint64_t> batch_of(const std::vector<Layer>& layers) {
  std::optional<std::uint64_t> batch;
  try {
    const std::vector<BatchUse> uses = uses_of(layers);
    for (std::size_t i = 0; i < layers.size(); ++i) {
      if (uses[i].growth == BatchUse::Growth::none) continue;
      const auto own =
          static_cast<std::uint64_t>(layers[i].problem.bounds[uses[i].dim] / uses[i].each);
      if (batch && *batch != own) return std::nullopt;
      batch = own;
    }
  } catch (const UsageError&) {
    return std::nullopt;
  }
  return batch;
}

}  // namespace tilewright
