#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/arch/architecture.hpp"
#include "model/energy/prices.hpp"
#include "model/mapping/constraints.hpp"
#include "model/problem/problem.hpp"

namespace tilewright {

/// A limit on how fast a layer can run, before any mapping is known. Each step keeps the limits of
/// the steps before it, so that `cycles` never falls.
struct BoundStep {
  std::string name;                 // "multipliers", "array", "constraints", "DRAM read bandwidth"
  double cycles = 0;                // at least; a whole number, as in Cost
  double operations_per_cycle = 0;  // at most
};

/// What the bandwidth of a level allows: operations per cycle as a function of the operations per
/// word that a mapping moves.
struct Roofline {
  std::string name;                 // of the bandwidth
  double words_per_cycle = 0;       // of all instances
  double words = 0;                 // at least so many have to pass
  double intensity = 0;             // operations per word, at most
  double operations_per_cycle = 0;  // the lower of peak and intensity * bandwidth
};

/// Lower bounds on the cost of every perfect mapping of a layer whose tensors are all kept by the
/// outermost level.
struct LayerBound {
  std::uint64_t operations = 0;
  double peak = 0;                         // operations per cycle of all multipliers
  std::vector<std::uint64_t> compulsory;   // [dataspace]: words that pass the outermost level
  std::optional<double> capacity;          // words on the chip; absent = no limit
  double traffic = 0;                      // words of the outermost level, at least
  std::optional<double> capacity_traffic;  // the same because of the capacity, see below
  std::vector<BoundStep> steps;
  std::vector<Roofline> rooflines;
  double cycles = 0;  // of the last step
  double energy = 0;  // pJ

  double intensity() const { return static_cast<double>(operations) / traffic; }
  double edp() const { return energy * cycles; }
};

/// `capacity`: words on the chip; absent: those of all levels but the outermost, and an operand of
/// each tensor in each multiplier.
///
/// Why the capacity counts: between two moments with X words of traffic, an operation uses words
/// that were there before (at most S), stay behind (at most S) or passed (X). For three tensors of
/// which each dimension indexes two or all, (2S + X)^3 / 27 words make at most the square root of
/// that many operations (Loomis and Whitney), or of `overlap` times as many where windows overlap.
/// With X = 4S: traffic >= sqrt(2) * operations / sqrt(overlap * S) - 4S. The reference's rule
/// for windows can count less than what moves (docs/differences.md), so that with overlapping
/// windows this enters neither cycles nor energy.
LayerBound bound_of(const Problem& problem, const Architecture& arch, const Prices& prices,
                    const Constraints& constraints,
                    std::optional<std::uint64_t> capacity = std::nullopt);

}  // namespace tilewright
