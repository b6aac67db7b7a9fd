#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/bound/layer_bound.hpp"
#include "model/bound/layer_work.hpp"
#include "model/spec/spec.hpp"

namespace tilewright {

/// The bounds on every layer of a network. Those of the network are sums over the layers, times
/// their repeats.
struct NetworkBound {
  std::vector<LayerBound> layers;  // [layer of the specs]
  std::vector<LayerWork> work;     // [layer of the specs], all repeats together
  LayerWork total;
  double cycles = 0;   // a whole number, exact up to 2^53
  double energy = 0;   // pJ
  double traffic = 0;  // words of the outermost level
};

/// `capacity`: words on the chip; absent: what the architecture has.
/// \throws UsageError unless the specs have an architecture and a problem; SpecError for bad
/// constraints.
NetworkBound bound_network(const SpecSet& specs,
                           std::optional<std::uint64_t> capacity = std::nullopt);

/// Tables for people: limits on speed, traffic, and what training takes.
std::string bound_text(const NetworkBound& bound, const SpecSet& specs);

/// The same with all steps and rooflines.
std::string bound_json(const NetworkBound& bound, const SpecSet& specs);

}  // namespace tilewright
