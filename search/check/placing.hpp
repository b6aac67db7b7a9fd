#pragma once

#include <array>
#include <functional>
#include <vector>

#include "model/mapping/mapping.hpp"
#include "model/nest/evaluator.hpp"
#include "model/nest/terms.hpp"
#include "search/check/chain.hpp"
#include "search/check/chain_bound.hpp"
#include "search/check/unrolling.hpp"

namespace tilewright::check {

/// Goes through the places of the spatial loops of a mapping: on X or Y, and in all orders along
/// each axis. Where neither distances cost anything nor a neighbour can pass on what it had a step
/// before, places change nothing, and the first ones stand for all.
class Placing {
 public:
  using Visit = std::function<void()>;

  Placing(const ChainBound& bound, const Evaluator& evaluator, const std::vector<ArrayRules>& rules,
          bool whole);

  /// `chosen`: [level]. The temporal loops stand in the mapping already; the spatial ones, and the
  /// residuals of all, are written to it before each visit.
  void go(const std::vector<const Unrolling*>& chosen, const Chain& chain, Mapping& mapping,
          const Visit& visit);

 private:
  bool matters(int s) const;
  int first_temporal(int s) const;
  void level(int s);
  void lay_out(int s, const Layout& layout, bool all_orders);
  bool has_work(int s, const Layout& layout) const;

  const ChainBound& bound_;
  Terms terms_;
  const std::vector<ArrayRules>& rules_;
  bool whole_;
  std::vector<bool> charged_;  // [level]: somebody pays for distances in the array inside it
  const std::vector<const Unrolling*>* chosen_ = nullptr;
  const Chain* chain_ = nullptr;
  Mapping* mapping_ = nullptr;
  const Visit* visit_ = nullptr;
};

}  // namespace tilewright::check
