#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "model/energy/prices.hpp"
#include "oracle/random_case.hpp"
#include "search/mapspace/mapspace.hpp"

namespace tilewright::test {

struct Mesh {
  std::uint64_t x = 1;
  std::uint64_t y = 1;
};

/// A matrix product `Out[m, n] += A[m, k] * B[k, n]` with the dimensions M, N and K.
Problem gemm(std::int64_t m, std::int64_t n, std::int64_t k);

/// Unbounded memories L0, L1, ... over these MACs, all meshes from the inside out.
Architecture hierarchy(Mesh macs, const std::vector<Mesh>& levels);

/// A small accelerator whose buffers reject many mappings, and prices by hand.
Architecture small_arch();
Prices small_prices(const Architecture& arch);

/// Constraints that demand nothing, one entry per level.
Constraints unconstrained(const Architecture& arch);

/// Random constraints that keep dataspaces as the mapping of a case does or as they like, with its
/// kinds of reuse; `constrain_loops` is called for each level.
Constraints random_constraints(oracle::Choices& choices, const oracle::Case& c,
                               const std::function<void(LevelConstraint&)>& constrain_loops);

/// All that distinguishes a mapping, as comparable text.
std::string fingerprint(const Mapping& mapping);
/// The same of the factors alone.
std::string factor_fingerprint(const Mapping& mapping);

/// Does the mapping satisfy every constraint and fan-out? Decided from the definitions: the spatial
/// order and split by trying all orders of the dimensions and all splits.
bool legal_factors(const Mapping& mapping, const Problem& problem, const Architecture& arch,
                   const Constraints& constraints, const MapspaceOptions& options);
/// The same whatever the factors of a dimension multiply to.
bool legal_loops(const Mapping& mapping, const Problem& problem, const Architecture& arch,
                 const Constraints& constraints, const MapspaceOptions& options);

/// Fingerprints of the factors of all legal mappings, by trying all numbers that divide.
std::vector<std::string> enumerate_factors(const Problem& problem, const Architecture& arch,
                                           const Constraints& constraints,
                                           const MapspaceOptions& options);

/// Pearson's statistic of observed counts against equal expectation, in standard deviations from
/// its mean: far above 0 means not uniform.
double uniformity_excess(const std::vector<std::uint64_t>& counts);

}  // namespace tilewright::test
