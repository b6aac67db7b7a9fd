#include "model/nest/evaluator.hpp"

#include <utility>

#include "model/error.hpp"
#include "model/nest/detail/accounting.hpp"
#include "model/nest/detail/billing.hpp"
#include "model/nest/detail/compiled.hpp"
#include "model/nest/detail/explain.hpp"
#include "model/nest/detail/geometry.hpp"
#include "model/nest/detail/imperfect.hpp"
#include "model/nest/detail/neighbour.hpp"
#include "model/nest/detail/scratch.hpp"
#include "model/nest/detail/traffic.hpp"
#include "model/nest/terms.hpp"

namespace tilewright {

void ScratchDeleter::operator()(Scratch* scratch) const noexcept { delete scratch; }

struct Evaluator::Impl : detail::Compiled {
  using Compiled::Compiled;

  // Counts everything; the rejection if the mapping cannot run.
  Rejection count(const Mapping& mapping, detail::Detail detail, Scratch& scratch) const {
    scratch.has_base = false;
    scratch.may_be_base = false;
    scratch.short_tiles = mapping.imperfect;
    Rejection rejection;
    if (mapping.imperfect) {
      rejection = detail::count_imperfect(*this, mapping, detail, scratch);
      if (rejection.reason != RejectReason::none) return rejection;
    } else {
      rejection = detail::lay_out(*this, mapping, false, scratch);
      if (rejection.reason != RejectReason::none) return rejection;
      for (int p = 0; p < num_spaces; ++p) {
        detail::find_traffic(*this, mapping, p, detail, scratch);
        detail::count_accesses(*this, mapping, p, detail, scratch);
      }
      // Over an M:N network the levels of a dataspace depend on each other in too many ways.
      scratch.may_be_base = detail == detail::Detail::cost && !any_distribution;
    }
    for (int p = 0; p < num_spaces; ++p) detail::find_bills(*this, p, scratch);
    return rejection;
  }
};

Evaluator::Evaluator(Problem problem, Architecture arch, Prices prices,
                     const std::vector<int>& access_levels)
    : impl_(std::make_unique<Impl>(std::move(problem), std::move(arch), std::move(prices))) {
  for (const int level : access_levels) {
    if (impl_->num_access_levels == kMaxAccessLevels || level < 0 || level >= impl_->num_levels) {
      throw InternalError("accesses of too many levels, or of a level that is not there");
    }
    impl_->access_levels[impl_->num_access_levels++] = level;
  }
}
Evaluator::~Evaluator() = default;

const Problem& Evaluator::problem() const { return impl_->problem; }
const Architecture& Evaluator::architecture() const { return impl_->arch; }
const Prices& Evaluator::prices() const { return impl_->prices; }

Terms Evaluator::terms() const { return Terms(*impl_); }

ScratchPtr Evaluator::scratch() const { return ScratchPtr(new Scratch(*impl_)); }

Outcome Evaluator::evaluate(const Mapping& mapping, Scratch& scratch) const {
  Outcome outcome;
  outcome.rejection = impl_->count(mapping, detail::Detail::cost, scratch);
  if (outcome.valid()) outcome.cost = detail::total_cost(*impl_, scratch);
  return outcome;
}

void Evaluator::take_as_base(Scratch& scratch) const {
  scratch.has_base = scratch.may_be_base;
  scratch.base = scratch.counts;
  scratch.stray = {};
  auto& order = scratch.by_energy;
  for (int i = 1; i < impl_->num_spaces; ++i) {  // nearly always in order
    for (int j = i; j > 0 && scratch.of(order[j]).energy > scratch.of(order[j - 1]).energy; --j)
      std::swap(order[j], order[j - 1]);
  }
}

Outcome Evaluator::evaluate_neighbour(const Mapping& mapping, const MappingChange& change,
                                      Scratch& scratch, const CostCeiling& ceiling) const {
  if (!scratch.has_base || mapping.imperfect) return evaluate(mapping, scratch);
  return detail::score_neighbour(*impl_, mapping, change,
                                 impl_->any_rebate ? CostCeiling{} : ceiling, scratch);
}

Stats Evaluator::explain(const Mapping& mapping, Scratch& scratch) const {
  Stats stats;
  stats.outcome.rejection = impl_->count(mapping, detail::Detail::everything, scratch);
  if (!stats.outcome.valid()) return stats;
  stats.outcome.cost = detail::total_cost(*impl_, scratch);
  detail::fill_stats(*impl_, mapping, scratch, stats);
  return stats;
}

}  // namespace tilewright
