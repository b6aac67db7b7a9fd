#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/network/layer.hpp"

namespace tilewright {

/// Makes a network work on `batch` inferences at once: of each layer the dimension that grows with
/// the batch gets the batch times what it is for one inference. Where a layer does not say which
/// that is, it is N, provided that N is the same in all such layers.
/// \throws UsageError where that is not known, or there are too many operations to count.
void set_batch(std::vector<Layer>& layers, std::int64_t batch);

/// The batch that all layers have which grow with it; none: they differ, or it is not known.
std::optional<std::uint64_t> batch_of(const std::vector<Layer>& layers);

}  // namespace tilewright
