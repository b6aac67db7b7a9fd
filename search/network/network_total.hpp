#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/big_int.hpp"
#include "search/network/network_search.hpp"

namespace tilewright {

/// The network as a whole: sums over the layers that have a mapping, times their repeats.
struct NetworkTotal {
  double energy = 0;  // pJ
  double cycles = 0;  // a whole number, exact up to 2^53
  BigInt computes = 0;
  double utilization = 0;  // weighted by cycles
  double edp() const { return energy * cycles; }
  /// NaN where no layer has a mapping.
  double energy_per_compute() const { return energy / computes.convert_to<double>(); }
};
NetworkTotal total_of(const std::vector<LayerResult>& results);

/// Energy per operation of a layer that has a mapping, in pJ.
double energy_per_mac(const LayerResult& result);
/// Its share of the energy of the network, repeats included, 0..1.
double share_of(const LayerResult& result, const NetworkTotal& total);

/// What became of a layer in a word or two: "found", "no valid mapping", "refused" ...
std::string_view outcome_name(const LayerResult& result);

/// False once a search was ended by the clock or by the user.
bool is_reproducible(const std::vector<LayerResult>& results);

}  // namespace tilewright
