#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "model/nest/detail/compiled.hpp"
#include "model/nest/detail/moves.hpp"
#include "model/nest/detail/scratch.hpp"

namespace tilewright::detail {

/// The children of a group that get the same words, by how many they are.
struct SharingClass {
  std::uint64_t multicast;  // children that share one portion
  std::uint64_t scatter;    // portions with that many children
  double hops;              // to all of them along one tree each, summed over the portions
  double unicast_hops;      // to each child on its own
};

/// A histogram of SharingClass by multicast. Only the classes in use are ever written or copied.
struct Sharing {
  static constexpr int kMaxClasses = 256;
  std::array<SharingClass, kMaxClasses> classes;
  int num_classes = 0;

  Sharing() {}  // NOLINT(modernize-use-equals-default): leaves the classes unwritten
  Sharing(const Sharing& other) { *this = other; }
  Sharing& operator=(const Sharing& other) {
    num_classes = other.num_classes;
    std::copy_n(other.classes.begin(), num_classes, classes.begin());
    return *this;
  }

  /// Adds `portions` of `multicast` children each.
  void add(std::uint64_t multicast, std::uint64_t portions, double hops = 0,
           double unicast_hops = 0);
  std::uint64_t portions() const;
};

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
  GroupLayout(const GroupQuery& query, Scratch& scratch);

  /// Whether `move` (along the shared coordinates) can lie between two children at all; cheap.
  bool reachable(const Move& move) const;
  /// Marks in scratch.linked the children that find their words at a neighbour after `move`, and
  /// returns how many they are.
  std::uint64_t mark_linked(const Move& move, Scratch& scratch);
  /// Who shares what among the children (all, or those not marked).
  void share(bool skip_linked, Scratch& scratch, Sharing& sharing);

 private:
  void fill_keys(Scratch& scratch);

  GroupQuery query_;
  std::array<std::int64_t, kMaxRank> reach_{};   // greatest distance of two children
  std::array<std::int64_t, kMaxRank> stride_{};  // of the key
  bool filled_ = false;
};

}  // namespace tilewright::detail
