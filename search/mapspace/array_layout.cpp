#include "search/mapspace/array_layout.hpp"

#include <algorithm>

#include "model/nest/detail/compiled.hpp"
#include "search/mapspace/mapspace.hpp"

namespace tilewright {
namespace {

using DimMask = ArrayLayout::DimMask;

bool barred(SpaceMask mask, int space) { return ((mask >> space) & 1) != 0; }

DimMask dims_with_loops(const Problem& problem) {
  DimMask dims = 0;
  for (int dim = 0; dim < problem.num_dims(); ++dim) {
    if (problem.bounds[static_cast<std::size_t>(dim)] > 1) dims |= DimMask{1} << dim;
  }
  return dims;
}

// The dimensions whose loops below `level` may put a child where a neighbour has what it needs.
DimMask linked_dims(const Problem& problem, const std::vector<detail::CompiledSpace>& spaces,
                    const Constraints& constraints, int level) {
  const auto l = static_cast<std::size_t>(level);
  const auto inner = l - 1;
  DimMask linked = 0;
  for (int space = 0; space < problem.num_spaces(); ++space) {
    const detail::CompiledSpace& compiled = spaces[static_cast<std::size_t>(space)];
    if (l < constraints.levels.size() && barred(constraints.levels[l].no_link_transfer, space))
      continue;
    // The MACs keep nothing from one operation to the next.
    const bool kept = level > 0 && !(inner < constraints.levels.size() &&
                                     barred(constraints.levels[inner].no_temporal_reuse, space));
    if (kept && compiled.simple) continue;
    linked |= dims_with_loops(problem) & ~compiled.alone;
  }
  return linked;
}

bool axes_are_alike(const Architecture& arch, const LoopConstraint& spatial, int level) {
  return arch.fanout_x(level) > 1 && arch.fanout_x(level) == arch.fanout_y(level) &&
         spatial.inner.empty() && spatial.outer.empty() && !spatial.split;
}

}  // namespace

ArrayLayout::ArrayLayout(const Problem& problem, const Architecture& arch,
                         const Constraints& constraints, const MapspaceOptions& options) {
  std::vector<detail::CompiledSpace> spaces;
  for (const DataSpace& space : problem.spaces) {
    spaces.push_back(detail::compile_space(space, problem));
  }
  const LevelConstraint free;
  for (int level = 0; level < arch.num_levels(); ++level) {
    const auto l = static_cast<std::size_t>(level);
    const LevelConstraint& at = l < constraints.levels.size() ? constraints.levels[l] : free;
    const DimMask linked = linked_dims(problem, spaces, constraints, level);
    Level& made = levels_.emplace_back();
    made.placed = options.distances_are_free ? linked : dims_with_loops(problem);
    // With a dimension on both axes an exchange would exchange its factors as well.
    made.exchangeable =
        options.distances_are_free && !options.both_axes && axes_are_alike(arch, at.spatial, level);
    any_links_ |= linked != 0 && arch.fanout(level) > 1;
    any_exchangeable_ |= made.exchangeable;
    if (made.exchangeable) placed_somewhere_ |= made.placed;
  }
}

// The energy of the other kinds of network may hang on the order in which groups are listed.
bool distances_are_free(const Architecture& arch, const Prices& prices) {
  const auto ignores_places = [](const Network& network, const NetworkPrice& price) {
    return network.kind == NetworkKind::legacy && !network.distributed_multicast &&
           price.per_hop == 0 && price.per_router == 0;
  };
  for (std::size_t level = 0; level < arch.storage.size(); ++level) {
    if (!ignores_places(arch.storage[level].implicit_network, prices.implicit_networks[level]))
      return false;
  }
  for (std::size_t i = 0; i < arch.networks.size(); ++i) {
    if (!ignores_places(arch.networks[i], prices.networks[i])) return false;
  }
  return true;
}

}  // namespace tilewright
