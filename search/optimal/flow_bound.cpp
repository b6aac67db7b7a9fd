#include "search/optimal/flow_bound.hpp"

#include <algorithm>

#include "search/indices.hpp"

namespace tilewright::optimal {

FlowBound::FlowBound(const Labelling& labelling, const Label& label, const Flow& flow, bool helped,
                     bool last)
    : labelling_(&labelling),
      label_(&label),
      flow_(&flow),
      simple_(labelling.terms().simple(flow.space)),
      helped_(helped),
      last_(last),
      few_(flow.child >= 0 && labelling.fanout_from(flow.child + 2) > 1) {
  if (simple_) {
    idle_ = labelling.idle_rest(label.tile, flow.space);
  } else if (!flow.closed) {
    const TileLattice& lattice = labelling.lattice();
    if (flow.child >= 0) child_ = lattice.extents(lattice.tile(flow.tile));
    continues_ = labelling.may_continue(flow.space, label.tile, lattice.top(), -1, last);
  }
}

// Children that get the same words are loops that do not move them, or overlaps.
Crossing FlowBound::moved() const {
  return {.taken = flow_->taken, .least = simple_ ? 1 / idle_ : 0};
}

Crossing FlowBound::if_first(const First& first, double run) {
  const Terms& terms = labelling_->terms();
  const int p = flow_->space;
  const int dim = labelling_->lattice().axis(first.axis).dim;
  Crossing crossing = moved();
  if ((terms.relevant(p) & bit(dim)) == 0) {
    crossing.words = (simple_ || !continues_ ? 1 : 0.5) / run;
    if (simple_) crossing.least = run / idle_;
    return crossing;
  }
  if (simple_ || (terms.alone(p) & bit(dim)) != 0) return crossing;
  if (flow_->still) {
    crossing.words = continues_ ? 0.5 : 1;
    return crossing;
  }
  // A slide that nothing continues begins with a whole tile each time; neighbours cannot help.
  const ByAxis& by = by_axis(first.axis, dim);
  crossing.words = by.slide;
  const bool may_leap = first.further && (helped_ || flow_->group != nullptr);
  if (by.slide < 1 && !first.twice && flow_->child >= 0 && !by.continues && !may_leap) {
    crossing.words = (1 + (first.most - 1) * by.slide) / first.most;
    return crossing;
  }
  // Once the group of the children is known, so is what their help can do.
  if (flow_->group != nullptr) {
    const Unhelped left = unhelped(first, dim);
    crossing.help = std::min(left.share(first.least), left.share(first.most));
    if (by.slide < 1) {
      crossing.help = may_leap ? std::min(crossing.help, left.by_first) : left.by_first;
    }
    crossing.slack = crossing.help < 1;
    if (crossing.slack && few_) crossing.taken = flow_->share * crossing.help;
    return crossing;
  }
  crossing.helped = crossing.slack = helped_;
  return crossing;
}

const FlowBound::ByAxis& FlowBound::by_axis(int a, int dim) {
  ByAxis& by = axes_[at(a)];
  if ((known_ & bit(a)) != 0) return by;
  known_ |= bit(a);
  by.slide = 1;
  by.continues = false;
  if (flow_->child < 0) return by;
  const Terms& terms = labelling_->terms();
  const TileLattice& lattice = labelling_->lattice();
  const std::int64_t step = lattice.extent(label_->tile, a);
  by.slide =
      terms.delta_words(flow_->space, child_, dim, step) / terms.box_words(flow_->space, child_);
  by.continues = labelling_->may_continue(flow_->space, label_->tile, lattice.top(), dim, last_);
  return by;
}

Unhelped FlowBound::unhelped(const First& first, int dim) {
  ByAxis& by = axes_[at(first.axis)];
  const auto i = static_cast<std::size_t>(first.goes_on);
  if ((answered_[i] & bit(first.axis)) == 0) {
    answered_[i] |= bit(first.axis);
    const Unhelped left = labelling_->least_unhelped(*flow_, label_->tile, dim, first.goes_on);
    by.by_first[i] = left.by_first;
    by.later[i] = left.later;
    by.by_any = left.by_any;
  }
  const double by_first = by.by_first[i];
  return {first.further ? std::min(by_first, by.by_any) : by_first, by.later[i]};
}

}  // namespace tilewright::optimal
