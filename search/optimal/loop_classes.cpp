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

const std::vector<LoopClass>& LoopClasses::at(int level, Terms::DimMask loops) {
  const auto [entry, fresh] = known_.try_emplace({level, loops});
  std::vector<LoopClass>& classes = entry->second;
  if (!fresh) return classes;
  for (const OrderClasses::Order& order : orders_.temporal(level, loops, blank_)) {
    LoopClass own = classify(terms_, order);
    const auto same = std::find_if(classes.begin(), classes.end(), [&](const LoopClass& other) {
      return other.first == own.first && other.run == own.run;
    });
    LoopClass& into = same == classes.end() ? classes.emplace_back(std::move(own)) : *same;
    into.orders.push_back(order);
  }
  return classes;
}

}  // namespace tilewright::optimal
