#include "search/check/chain_search.hpp"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <limits>

#include "model/error.hpp"
#include "search/arena.hpp"
#include "search/check/walker.hpp"
#include "search/indices.hpp"

namespace tilewright::check {
namespace {

constexpr int kMostFreeBits = 20;  // a million ways to keep dataspaces

}  // namespace

ChainSearch::ChainSearch(const Mapspace& space, const Evaluator& evaluator,
                         const Objective& objective, const Contest& contest, bool whole)
    : space_(space),
      evaluator_(evaluator),
      objective_(objective),
      contest_(contest),
      whole_(whole),
      terms_(evaluator.terms()) {
  const Architecture& arch = evaluator.architecture();
  for (int s = 0; s < terms_.num_levels(); ++s) {
    rules_.emplace_back(evaluator.problem(), arch, space.constraints().levels[at(s)], s,
                        space.options().both_axes);
  }
  for (const std::int64_t size : evaluator.problem().bounds) {
    auto& divisors = divisors_.emplace_back();
    for (std::int64_t i = 1; i <= size / i; ++i) {
      if (size % i == 0) divisors.insert(divisors.end(), {i, size / i});
    }
    std::sort(divisors.begin(), divisors.end());
  }
  constexpr double kRounding = 1e-9;  // a share written as a decimal fraction is rarely exact
  least_instances_ = space.constraints().min_parallelism.value_or(0) *
                     static_cast<double>(arch.compute.instances) * (1 - kRounding);
}

// Every bit that no constraint fixes is free, but the outermost level keeps all it may.
std::vector<Keep> ChainSearch::ways_to_keep() const {
  const auto all = static_cast<SpaceMask>((1U << static_cast<unsigned>(terms_.num_spaces())) - 1U);
  std::vector<Keep> ways{Keep{}};
  for (int s = 0; s < terms_.num_levels(); ++s) {
    const LevelConstraint& wanted = space_.constraints().levels[at(s)];
    const bool outermost = s + 1 == terms_.num_levels();
    std::vector<Keep> longer;
    for (const Keep& way : ways) {
      for (unsigned mask = 0; mask <= all; ++mask) {
        if ((mask & wanted.must_keep & all) != (wanted.must_keep & all)) continue;
        if ((mask & wanted.must_bypass) != 0) continue;
        if (outermost && (mask | wanted.must_bypass) != (all | wanted.must_bypass)) continue;
        longer.push_back(way);
        longer.back()[at(s)] = static_cast<SpaceMask>(mask);
      }
    }
    ways = std::move(longer);
    if (ways.size() > std::size_t{1} << kMostFreeBits) {
      throw UsageError("the levels may keep dataspaces in too many ways; constrain them");
    }
  }
  std::erase_if(ways, [&](const Keep& way) {
    SpaceMask somewhere = 0;
    for (const SpaceMask mask : way) somewhere |= mask;
    return somewhere != all;
  });
  return ways;
}

std::int64_t ChainSearch::next_factor(int dim, std::int64_t factor) const {
  if (!whole_) return factor + 1;
  const auto& divisors = divisors_[at(dim)];
  const auto next = std::upper_bound(divisors.begin(), divisors.end(), factor);
  return next == divisors.end() ? std::numeric_limits<std::int64_t>::max() : *next;
}

bool ChainSearch::look() {
  if (!ended() && (*stop_)()) {
    stopped_ = true;
    ended_ = true;
  }
  return ended();
}

void ChainSearch::take(const Mapping& mapping, const Objective::Key& key) {
  const std::lock_guard lock(mutex_);
  if (!found_) found_ = Found{mapping, key};
  ended_ = true;
}

bool ChainSearch::bounds_hold() const {
  double least = 0;
  for (int s = 0; s < terms_.num_levels(); ++s) {
    for (int p = 0; p < terms_.num_spaces(); ++p) {
      least = std::min(
          {least, terms_.read_price(s, p), terms_.fill_price(s, p), terms_.update_price(s, p)});
    }
  }
  const Prices& prices = evaluator_.prices();
  for (const auto* list : {&prices.networks, &prices.implicit_networks}) {
    for (const NetworkPrice& price : *list) {
      least = std::min({least, price.per_hop, price.per_router, price.per_ingress, price.per_add});
      for (const auto& entry : price.multicast) least = std::min(least, entry.energy);
    }
  }
  return least >= 0 && !terms_.any_distribution();
}

bool ChainSearch::run(const std::function<bool()>& stop) {
  if (!bounds_hold()) return false;
  stop_ = &stop;
  const auto look_now = [this] { return look(); };
  for (const ArrayRules& rules : rules_) arrays_.push_back(rules.list(whole_, look_now));
  ChainBound bound(evaluator_.problem(), terms_, space_.blank(), whole_);
  const Chain start;
  in_arena(0, [&](int /*threads*/) {
    for (const Keep& keep : ways_to_keep()) {
      if (look()) break;
      bound.use(keep);
      ++counts_.chains;
      if (!contest_.open(bound.energy(start), bound.cycles(start))) continue;
      bound.make_tables(look_now);
      if (contest_.open(bound.energy(start), bound.cycles(start))) go_through(bound);
    }
  });
  return !stopped_;
}

// Side by side over the unrollings of the level that has the most.
void ChainSearch::go_through(const ChainBound& bound) {
  const auto most =
      std::max_element(arrays_.begin(), arrays_.end(),
                       [](const auto& a, const auto& b) { return a.size() < b.size(); });
  const auto level = static_cast<int>(most - arrays_.begin());
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, most->size()), [&](const auto& range) {
    Walker walker(*this, bound);
    for (std::size_t i = range.begin(); i != range.end() && !ended(); ++i) {
      walker.go(level, (*most)[i]);
    }
    const std::lock_guard lock(mutex_);
    counts_.add(walker.counts());
  });
}

// All chains of one plan, side by side over their first temporal loops.
void ChainSearch::go_on(const Walker& planned, const ChainBound& bound,
                        const std::vector<Factors>& beginnings) {
  const auto go = [&](const auto& range) {
    Walker walker(*this, bound);
    for (std::size_t i = range.begin(); i != range.end() && !ended(); ++i) {
      walker.go(planned, beginnings[i]);
    }
    const std::lock_guard lock(mutex_);
    counts_.add(walker.counts());
  };
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, beginnings.size()), go);
}

}  // namespace tilewright::check
