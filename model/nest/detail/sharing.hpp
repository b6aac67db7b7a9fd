#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "model/nest/detail/compiled.hpp"
#include "model/nest/detail/moves.hpp"
#include "model/nest/detail/scratch.hpp"

namespace tilewright::detail {

/// What is to be known of a group to see who shares what.
struct GroupQuery {
  const CompiledSpace* space;
  const SpatialGroup* group;
  std::uint64_t row = 1;     // children per row of the physical array
  std::uint64_t column = 1;  // rows
  bool multicast = true;     // false: every child gets its own copy
  bool hops = false;         // whether distances are wanted
};

/// Who shares what when no child gets its words from a neighbour.
void share(const GroupQuery& query, Scratch& scratch, Sharing& sharing);

/// The layout of a group, for questions about neighbours. Children are numbered row by row along
/// the physical row; each has a key such that equal keys mean equal words.
class GroupLayout {
 public:
  GroupLayout(const GroupQuery& query, const Scratch& scratch);

  /// Whether `move` (along the shared coordinates) can lie between two neighbours at all; cheap.
  bool reachable(const Move& move);
  /// What neighbours pass on after `move`; it must be reachable.
  const Links& links(const Move& move, Scratch& scratch);
  /// Who shares what among the children (all, or those not marked in scratch.linked).
  void share(bool skip_linked, Scratch& scratch, Sharing& sharing);

 private:
  void find_strides();
  void fill_keys(Scratch& scratch);
  bool holds(const Links& links, std::int64_t wanted) const;
  std::uint64_t mark_linked(std::int64_t wanted, Scratch& scratch);
  std::int64_t key(const Move& move) const;
  bool differs(int first, std::int64_t base, std::int64_t wanted) const;
  bool neighbours_differ_by(std::int64_t wanted) const;

  GroupQuery query_;
  std::array<std::int64_t, kMaxRank> reach_{};        // greatest distance of two children
  std::array<std::int64_t, kMaxRank> stride_{};       // of the key
  std::array<std::int64_t, 2 * kMaxDims> loop_keys_;  // of one step of each spatial loop
  bool has_strides_ = false;
  bool filled_ = false;
};

}  // namespace tilewright::detail
