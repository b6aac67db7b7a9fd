#include "search/mapspace/divisors.hpp"

#include <algorithm>

namespace tilewright {

Divisors::Divisors(std::int64_t number) {
  std::vector<std::int32_t> large;
  for (std::int64_t i = 1; i * i <= number; ++i) {
    if (number % i != 0) continue;
    values_.push_back(static_cast<std::int32_t>(i));
    if (i * i != number) large.push_back(static_cast<std::int32_t>(number / i));
  }
  values_.insert(values_.end(), large.rbegin(), large.rend());

  first_.push_back(0);
  for (const std::int32_t dividend : values_) {
    for (const std::int32_t factor : values_) {
      if (factor > dividend) break;
      if (dividend % factor != 0) continue;
      const auto quotient = std::lower_bound(values_.begin(), values_.end(), dividend / factor);
      divisions_.push_back({factor, static_cast<int>(quotient - values_.begin())});
    }
    first_.push_back(divisions_.size());
  }
}

}  // namespace tilewright
