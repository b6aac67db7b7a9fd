#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "search/optimal/labelling.hpp"

namespace tilewright::optimal {

/// What makes one label better than another.
struct Dominance {
  bool allowed = true;  // a label that is exact may stand for others
  bool time = true;     // does the time matter, or energy alone?
};

/// The labels that end at the same place, without those that cannot be part of a best mapping: a
/// label dominates another with the same tile and the same open boundaries if, whatever lies
/// further out, it costs no more. Only a label that is exact dominates: the true cost of the others
/// may turn out higher.
class Frontier {
 public:
  Frontier(const Labelling& labelling, Dominance dominance)
      : labelling_(labelling), dominance_(dominance) {}

  /// Labels at different places do not dominate each other.
  static std::uint64_t place(const Label& label, const TileLattice& lattice);
  /// Adds a label at its place unless another one dominates it, and drops those that it dominates.
  /// Returns how many others it was compared with.
  std::size_t add(LabelPtr label, std::uint64_t place);
  /// Appends the labels that are left, in any order.
  void take(std::vector<LabelPtr>& to);
  std::size_t size() const { return size_; }
  std::uint64_t dominated() const { return dominated_; }

 private:
  bool dominates(const Label& a, const Label& b) const;
  bool parted_alike(const Flow& a, const Flow& b) const;
  bool counts_on(const Label& label, std::size_t limit) const;
  bool no_slower(const Label& a, const Label& b) const;

  const Labelling& labelling_;
  Dominance dominance_;
  std::unordered_map<std::uint64_t, std::vector<LabelPtr>> places_;
  std::size_t size_ = 0;
  std::uint64_t dominated_ = 0;
};

}  // namespace tilewright::optimal
