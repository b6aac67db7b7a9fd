#pragma once

#include <functional>
#include <vector>

#include "search/mapspace/mapspace.hpp"
#include "search/optimal/keeping.hpp"
#include "search/optimal/merging.hpp"
#include "search/optimal/part.hpp"

namespace tilewright::optimal {

/// Turns the steps of a finished label into mappings.
class Finish {
 public:
  /// `lattice` and `terms` are those of the merged problem.
  Finish(const Mapspace& space, const Problem& problem, const Merging& merging,
         const TileLattice& lattice, const Terms& terms,
         const std::vector<std::vector<SpatialChoice>>& choices)
      : space_(space),
        problem_(problem),
        merging_(merging),
        lattice_(lattice),
        terms_(terms),
        choices_(choices),
        blank_(space.blank()) {}

  /// One mapping of the path.
  Mapping first(const std::vector<const Step*>& path, const Keeping& keeping);
  /// All mappings of the path that may differ in cost; until `visit` returns false.
  void each(const std::vector<const Step*>& path, const Keeping& keeping,
            const std::function<bool(const Mapping&)>& visit);

 private:
  struct Level {
    const SpatialChoice* choice = nullptr;
    const LoopClass* loops = nullptr;
    bool any_order = false;
  };
  void lay_out(const std::vector<const Step*>& path, const Keeping& keeping,
               const std::vector<std::size_t>& layouts);
  void share_out(int a, std::int64_t factor, LevelMapping& level);
  void write_order(const OrderClasses::Order& loops, LevelMapping& level) const;
  bool conforms(int level) const;

  const Mapspace& space_;
  const Problem& problem_;
  const Merging& merging_;
  const TileLattice& lattice_;
  const Terms terms_;
  const std::vector<std::vector<SpatialChoice>>& choices_;
  Mapping blank_;
  Mapping mapping_;
  std::vector<Level> levels_;
  std::array<std::int64_t, kMaxDims> rest_{};  // [dimension]: what the levels so far left over
};

}  // namespace tilewright::optimal
