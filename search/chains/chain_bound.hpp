#pragma once

#include <array>
#include <map>
#include <vector>

#include "model/nest/terms.hpp"
#include "model/problem/problem.hpp"
#include "search/chains/chain.hpp"

namespace tilewright::chains {

/// What a mapping with a given beginning costs at least.
///
/// Of each memory, the words that must arrive in it are counted as if every dataspace could choose
/// the best order of the loops outside, but for the first of them, which is the same for all; then
/// the words that the next memory outwards must send, as if everything that can be shared were.
/// What is not chosen yet is taken to be as good as it could be. Networks are taken to be free, and
/// bandwidths not to limit.
class ChainBound {
 public:
  /// What each level keeps.
  using Keep = std::array<SpaceMask, kMaxLevels>;

  /// `blank` says which kinds of reuse are switched off. With `whole`, factors divide their bounds.
  ChainBound(const Problem& problem, const Terms& terms, const Mapping& blank, bool whole);

  void use(const Keep& keep);
  /// pJ, without what is lost over time.
  double energy(const Chain& chain) const;
  double cycles(const Chain& chain) const;
  /// Do the words that `level` keeps of a tile of these iterations fit it?
  bool fits(int level, const Factors& tile) const;
  /// Dimensions with more than one iteration, and these.
  const std::vector<int>& dims() const { return dims_; }
  std::int64_t bound(int dim) const { return problem_.bounds[static_cast<std::size_t>(dim)]; }

 private:
  using PerDim = std::array<double, kMaxDims>;
  /// The loops outside the tiles of one memory.
  struct Outside {
    int child = -1;
    PerDim tiles{};            // along each dimension
    PerDim extent{};           // their iterations, on average
    PerDim rest{};             // of what no chosen loop covers
    Terms::DimMask first = 0;  // dimensions that the first temporal loop can have
  };
  /// Who shares words between a memory and its server.
  struct Sharing {
    PerDim children{};    // along dimensions that do not move the dataspace
    double halo = 1;      // children with parts of a tile in common, or that pass them on
    double here = 1;      // copies of a tensor that the children can hold
    double there = 1;     // and the instances of the server
    double unchosen = 1;  // children that may be added
  };
  /// A dataspace between a memory and its server, as far as no order of loops matters.
  struct Flow {
    int space = 0;
    int server = 0;
    double words = 0;  // of all tiles together
    Sharing sharing;
  };

  bool keeps(int level, int p) const {
    return ((keep_[static_cast<std::size_t>(level)] >> p) & 1) != 0;
  }
  int server_of(int p, int child) const;
  /// The outermost level of which some loop may be chosen.
  int last_begun(const Chain& chain) const;
  bool served(int p, int child) const {
    return (child < 0 || keeps(child, p)) && server_of(p, child) >= 0;
  }
  Outside outside_of(const Chain& chain, int child) const;
  PerDim run_of(const Chain& chain, const Outside& outside, int p) const;
  Sharing sharing_of(const Chain& chain, int child, int server, int p) const;
  double tensor_words(const Outside& outside, int p) const;
  bool may_pass_on(const Chain& chain, int child, int server, int p) const;
  double arriving_share(const Outside& outside, int p, int first) const;
  double flow_energy(const Chain& chain, const Outside& outside, const Flow& flow, int first) const;
  double child_energy(const Chain& chain, int child) const;
  double unchosen_fanout(const Chain& chain, int from, int to) const;
  double least_energy(int child);
  double most_tiles() const;
  double compulsory_energy(int child) const;
  double least_over_tiles(std::size_t i, Chain& chain, int child) const;

  const Problem& problem_;
  Terms terms_;
  bool whole_;
  std::array<SpaceMask, kMaxLevels> unlinked_{};  // [level]: who is not passed on to neighbours
  std::vector<int> dims_;
  std::array<double, kMaxSpaces> words_{};  // of each tensor that some operation touches
  Keep keep_{};
  std::array<double, kMaxLevels> later_{};  // [level]: pJ of filling it, at least
  std::map<std::vector<int>, double> known_;
};

}  // namespace tilewright::chains
