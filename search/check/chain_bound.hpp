#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "model/nest/terms.hpp"
#include "model/problem/problem.hpp"
#include "search/check/chain.hpp"
#include "search/check/crossing.hpp"
#include "search/check/filling_table.hpp"
#include "search/check/peer_moves.hpp"

namespace tilewright::check {

/// What a mapping with a given beginning costs at least.
///
/// Of each memory, the words that must arrive in it are counted as if every dataspace could choose
/// the best order of the loops outside, but for the first of them, which is the same for all; then
/// the words that the next memory outwards must send, as if everything that can be shared were.
/// What is not chosen yet is taken to be as good as it could be. Networks are taken to be free, and
/// bandwidths not to limit.
class ChainBound {
 public:
  using Stop = std::function<bool()>;

  /// `blank` says which kinds of reuse are switched off. With `whole`, factors divide their bounds.
  ChainBound(const Problem& problem, const Terms& terms, const Mapping& blank, bool whole);

  void use(const Keep& keep) {
    keep_ = keep;
    tables_.fill(nullptr);
  }
  /// Makes the tables of what levels further out cost at least, for the present way to keep. Until
  /// then, and if `stop` ends it, they are taken to cost what all words cost once. Tables that
  /// other ways to keep have made already are used again.
  void make_tables(const Stop& stop);

  /// pJ, without what is lost over time.
  double energy(const Chain& chain) const;
  double cycles(const Chain& chain) const;
  /// Do the words that `level` keeps of a tile of these iterations fit it?
  bool fits(int level, const Factors& tile) const;
  /// Writes to the chain what no later choice can change.
  void settle(Chain& chain) const;
  /// Writes to the chain what loops outside the memories of `child`, whose tile is known, may do to
  /// each other. Spatial loops that are not chosen may lie between them.
  void find_turns(Chain& chain, int child) const;
  /// Writes to the chain what neighbours may pass on to the memories of `child`, whose tile is
  /// known.
  void find_peers(Chain& chain, int child, const PeerSteps& peers) const;
  /// Dimensions with more than one iteration, and these.
  const std::vector<int>& dims() const { return dims_; }
  std::int64_t bound(int dim) const { return problem_.bounds[at_(dim)]; }

  /// What crosses into the memories of `child`.
  Boundary boundary(const Chain& chain, int child) const;
  /// The same where all loops are chosen, but no order.
  Boundary full_boundary(const Chain& chain, int child) const;
  /// pJ of a boundary, whatever the order of the loops outside.
  double energy(const Chain& chain, const Boundary& boundary) const;
  /// pJ of a boundary if the loops outside are `inner`, from the inside out, then `middle` in some
  /// order, then `outer`. One of the first two is not empty, unless `outer` is all.
  double energy(const Boundary& boundary, std::span<const Loop> inner, std::span<const Loop> middle,
                std::span<const Loop> outer) const;
  /// May children of one instance of `level` take words of a dataspace from each other at all?
  bool may_pass_on(int level, int p) const;
  /// First loops outside the memories of `child` after which a neighbour may have what one needs.
  Terms::DimMask passing(const Chain& chain, int child, int p) const;
  /// Does the memory of `child` hold on to what does not change from one step to the next?
  bool keeps_in_time(int child, int p) const {
    return child >= 0 && ((unkept_[at_(child)] >> p) & 1) == 0;
  }
  bool keeps(int level, int p) const { return ((keep_[at_(level)] >> p) & 1) != 0; }
  /// Would anything of a dataspace cross into the memories of `child` if they kept it?
  bool passes(int p, int child) const { return server_of(p, child) >= 0; }
  /// Does anything of a dataspace cross into the memories of `child`?
  bool served(int p, int child) const { return (child < 0 || keeps(child, p)) && passes(p, child); }

 private:
  static std::size_t at_(int i) { return static_cast<std::size_t>(i); }
  int server_of(int p, int child) const;
  int last_begun(const Chain& chain) const;
  Terms::DimMask first_loops(const Chain& chain, const Boundary& boundary) const;
  PerDim run_of(const Chain& chain, int child, const PerDim& rest, int p) const;
  void add_sharing(const Chain& chain, int child, Crossing& crossing) const;
  double most_alike(const Chain& chain, int level, int p, bool whole_group) const;
  bool reached_by_neighbour(const Chain& chain, int child, int p, int first) const;
  std::vector<std::int64_t> steps_of(const Chain& chain, int child, int dim) const;
  double unreached_places(const Chain& chain, int child, int p, int x, int dim,
                          std::int64_t iterations) const;
  double unreached_share(const Chain& chain, int child, int p, int dim,
                         std::int64_t iterations) const;
  bool slides(const Chain& chain, int child, int p, int dim, std::int64_t iterations) const;
  Factors left_outside(const Chain& chain, int child) const;
  double places_in_all(const Chain& chain, int level, int p) const;
  double alike_among_peers(const Chain& chain, int child, int p, const Factors& left) const;
  void add_neighbours(const Chain& chain, int child, Crossing& crossing) const;
  std::int64_t steps_left(const Chain& chain, int child, int dim) const;
  double unchosen_fanout(const Chain& chain, int from, int to) const;
  double later(const Chain& chain, int child) const;
  double compulsory_energy(int child) const;
  std::vector<int> table_key(int child) const;
  bool is_final(const Chain& chain, const Boundary& boundary) const;

  const Problem& problem_;
  Terms terms_;
  bool whole_;
  CrossingPrices prices_;
  StepTables step_tables_;
  PeerMoves peer_moves_;
  std::array<SpaceMask, kMaxLevels> unlinked_{};  // [level]: who is not passed on to neighbours
  std::array<SpaceMask, kMaxLevels> unkept_{};    // [level]: what is not kept in time
  std::vector<int> dims_;
  std::array<double, kMaxSpaces> words_{};  // of each tensor that some operation touches
  Keep keep_{};
  std::array<const FillingTable*, kMaxLevels> tables_{};  // [child]
  std::map<std::vector<int>, std::shared_ptr<const FillingTable>> known_;
};

}  // namespace tilewright::check
