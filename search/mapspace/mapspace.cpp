#include "search/mapspace/mapspace.hpp"

#include <fmt/format.h>

#include <limits>
#include <utility>

#include "model/error.hpp"
#include "search/mapspace/array_layout.hpp"
#include "search/mapspace/bypass.hpp"
#include "search/mapspace/conflict.hpp"
#include "search/mapspace/factorization.hpp"
#include "search/mapspace/loop_orders.hpp"
#include "search/mapspace/permutation.hpp"
#include "search/moves/move_set.hpp"

namespace tilewright {
namespace {

void check_order(const LoopConstraint& loops, const Problem& problem, const std::string& where) {
  std::vector<bool> seen(problem.dims.size(), false);
  for (const std::vector<int>* const dims : {&loops.inner, &loops.outer}) {
    for (const int dim : *dims) {
      if (dim < 0 || dim >= problem.num_dims()) {
        throw InternalError(fmt::format("permutation {} names an unknown dimension", where));
      }
      if (seen[static_cast<std::size_t>(dim)]) {
        throw UsageError(fmt::format("the permutation {} names dimension {} twice", where,
                                     problem.dims[static_cast<std::size_t>(dim)]));
      }
      seen[static_cast<std::size_t>(dim)] = true;
    }
  }
  if (loops.split && *loops.split < 0) {
    throw UsageError(fmt::format("the split {} is negative", where));
  }
}

void check_perfect(const LoopConstraint& loops, const Problem& problem, const std::string& where) {
  for (std::size_t dim = 0; dim < problem.dims.size(); ++dim) {
    if (loops.residual[dim] == 0 || loops.residual[dim] == loops.fixed[dim]) continue;
    throw UsageError(fmt::format(
        "the factor {}={},{} {} is imperfect; the mapspace holds only factors that divide",
        problem.dims[dim], loops.fixed[dim], loops.residual[dim], where));
  }
}

// What the parts of the space take for granted.
void check(const Problem& problem, const Architecture& arch, const Constraints& constraints,
           bool imperfect) {
  if (constraints.levels.size() > arch.storage.size()) {
    throw InternalError("constraints on more levels than the architecture has");
  }
  for (std::size_t dim = 0; dim < problem.dims.size(); ++dim) {
    if (problem.bounds[dim] > std::numeric_limits<std::int32_t>::max()) {
      throw UsageError(fmt::format("the bound {} of dimension {} exceeds {}", problem.bounds[dim],
                                   problem.dims[dim], std::numeric_limits<std::int32_t>::max()));
    }
  }
  for (std::size_t level = 0; level < constraints.levels.size(); ++level) {
    const LevelConstraint& at = constraints.levels[level];
    for (const bool spatial : {false, true}) {
      const std::string where =
          fmt::format("{} at '{}'", spatial ? "of the spatial loops" : "of the temporal loops",
                      arch.storage[level].name);
      check_order(spatial ? at.spatial : at.temporal, problem, where);
      if (!imperfect) check_perfect(spatial ? at.spatial : at.temporal, problem, where);
    }
  }
}

}  // namespace

struct Mapspace::Impl {
  ArrayLayout layout;
  BypassSpace bypasses;
  PermutationSpace permutations;
  FactorizationSpace factorizations;
  MoveSet moves;
  MapspaceSize size;
  Mapping blank;
  Constraints constraints;
  double least_instances = 0;
  MapspaceOptions options;
  std::unique_ptr<const LoopOrders> complete_orders;
  std::unique_ptr<const LoopOrders> quick_orders;

  Impl(const Problem& problem, const Architecture& arch, const Constraints& demands,
       const MapspaceOptions& wanted, const StopToken& stop)
      : layout(problem, arch, demands, wanted),
        bypasses(problem, arch, demands),
        permutations(problem, arch, demands, wanted, layout),
        factorizations(problem, arch, demands, wanted, layout, stop),
        moves(problem, arch, demands, factorizations.rules(), permutations, bypasses),
        blank(Mapping::unit(arch.num_levels(), problem.num_dims(), problem.num_spaces())),
        constraints(demands),
        least_instances(factorizations.rules().least_macs()),
        options(wanted) {
    if (factorizations.size() == 0 && !options.imperfect) {
      throw UsageError(explain_conflict(problem, arch, constraints, options, stop));
    }
    size = {factorizations.size(), permutations.size(), bypasses.size(), 0, 0, 0, 0, false};
    size.of_perfect = options.imperfect;
    size.total = size.factorizations * size.permutations * size.bypasses;
    size.full_total = factorizations.full_size() * size.permutations * size.bypasses;
    for (std::size_t level = 0; level < constraints.levels.size(); ++level) {
      blank.levels[level].no_link_transfer = constraints.levels[level].no_link_transfer;
      blank.levels[level].no_multicast = constraints.levels[level].no_multicast;
      blank.levels[level].no_temporal_reuse = constraints.levels[level].no_temporal_reuse;
    }
    bypasses.fix(blank);
    permutations.fix(blank);
    list_orders(problem);
    if (size.factorizations == 1) factorizations.at(0, blank);
    constraints.levels.resize(static_cast<std::size_t>(arch.num_levels()));
  }

  void list_orders(const Problem& problem) {
    const OrderSet complete =
        layout.any_links() ? OrderSet::complete_with_links : OrderSet::complete;
    complete_orders = std::make_unique<LoopOrders>(problem, permutations, blank, layout, complete);
    quick_orders =
        std::make_unique<LoopOrders>(problem, permutations, blank, layout, OrderSet::quick);
    size.order_classes = complete_orders->most();
    size.reduced_total = size.factorizations * size.order_classes * size.bypasses;
  }
};

Mapspace::Mapspace(const Problem& problem, const Architecture& arch, const Constraints& constraints,
                   const MapspaceOptions& options, const StopToken& stop) {
  check(problem, arch, constraints, options.imperfect);
  impl_ = std::make_unique<Impl>(problem, arch, constraints, options, stop);
}

Mapspace::~Mapspace() = default;
Mapspace::Mapspace(Mapspace&&) noexcept = default;

const MapspaceSize& Mapspace::size() const { return impl_->size; }

// The bypass is the fastest digit and the factorization the slowest: neighbours share tiles.
Mapping Mapspace::at(const BigInt& index) const {
  if (index < 0 || index >= impl_->size.total) {
    throw UsageError(
        fmt::format("mapping {} of a mapspace of {}", index.str(), impl_->size.total.str()));
  }
  Mapping mapping = impl_->blank;
  BigInt rest = index;
  impl_->bypasses.at(rest % impl_->size.bypasses, mapping);
  rest /= impl_->size.bypasses;
  impl_->permutations.at(rest % impl_->size.permutations, mapping);
  rest /= impl_->size.permutations;
  impl_->factorizations.at(std::move(rest), mapping);
  return mapping;
}

std::optional<BigInt> Mapspace::index_of(const Mapping& mapping) const {
  const std::optional<BigInt> tiling = impl_->factorizations.rank(mapping);
  if (!tiling) return std::nullopt;
  return (*tiling * impl_->size.permutations + impl_->permutations.rank(mapping)) *
             impl_->size.bypasses +
         impl_->bypasses.rank(mapping);
}

Mapping Mapspace::project(const LoopWishes& wishes, const Mapping& orders) const {
  Mapping mapping = impl_->blank;
  impl_->factorizations.project(wishes, mapping);
  impl_->permutations.project(orders, mapping);
  for (std::size_t level = 0; level < static_cast<std::size_t>(mapping.num_levels); ++level) {
    SpaceMask& keep = mapping.levels[level].keep;
    const SpaceMask free = impl_->bypasses.free(static_cast<int>(level));
    keep = static_cast<SpaceMask>((keep & ~free) | (orders.levels[level].keep & free));
  }
  return mapping;
}

void Mapspace::sample(Stream& random, Mapping& mapping) const {
  impl_->factorizations.sample(random, mapping);
  impl_->permutations.sample(random, mapping);
  impl_->bypasses.sample(random, mapping);
}

Mapping Mapspace::blank() const { return impl_->blank; }

const FactorizationSpace& Mapspace::factorizations() const { return impl_->factorizations; }

const BypassSpace& Mapspace::bypasses() const { return impl_->bypasses; }

const LoopOrders& Mapspace::complete_orders() const { return *impl_->complete_orders; }

const LoopOrders& Mapspace::quick_orders() const { return *impl_->quick_orders; }

const MoveSet& Mapspace::moves() const { return impl_->moves; }

const Constraints& Mapspace::constraints() const { return impl_->constraints; }

const MapspaceOptions& Mapspace::options() const { return impl_->options; }

bool Mapspace::imperfect() const { return impl_->options.imperfect; }

double Mapspace::least_instances() const { return impl_->least_instances; }

}  // namespace tilewright
