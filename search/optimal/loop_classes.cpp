#include "search/optimal/loop_classes.hpp"

#include <algorithm>

namespace tilewright::optimal {

LoopClass classify(const Terms& terms, const OrderClasses::Order& order) {
  LoopClass result;
  if (order.empty()) return result;
  result.first = order.front();
  for (int p = 0; p < terms.num_spaces(); ++p) {
    for (const std::uint8_t dim : order) {
      const Terms::DimMask bit = Terms::DimMask{1} << dim;
      if ((terms.relevant(p) & bit) != 0) break;
      result.run[static_cast<std::size_t>(p)] |= bit;
    }
  }
  return result;
}

const std::vector<LoopClass>& LoopClasses::at(int level, Terms::DimMask loops) const {
  const std::uint64_t key = static_cast<std::uint64_t>(level) << 32U | loops;
  if (const auto known = known_.find(key); known != known_.end()) return known->second;
  std::vector<LoopClass> classes;
  for (const OrderClasses::Order& order : orders_.temporal(level, loops, blank_)) {
    LoopClass own = classify(terms_, order);
    const auto same = std::find_if(classes.begin(), classes.end(),
                                   [&](const LoopClass& other) { return other.alike(own); });
    LoopClass& into = same == classes.end() ? classes.emplace_back(std::move(own)) : *same;
    into.orders.push_back(order);
  }
  return known_.emplace(key, std::move(classes)).first->second;
}

}  // namespace tilewright::optimal
