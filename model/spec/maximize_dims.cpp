#include "model/spec/maximize_dims.hpp"

#include <map>
#include <utility>

namespace tilewright::spec {
namespace {

std::int64_t divide_up(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

std::vector<std::int64_t> primes_of(std::int64_t number) {
  std::vector<std::int64_t> primes;
  for (std::int64_t p = 2; p * p <= number; ++p) {
    if (number % p != 0) continue;
    primes.push_back(p);
    while (number % p == 0) number /= p;
  }
  if (number > 1) primes.push_back(number);
  return primes;
}

// Without the table of states the ways to order the primes would be counted out one by one.
class Filler {
 public:
  struct Fill {
    double use = 1;
    std::vector<std::int64_t> factors;
  };

  const Fill* fill(const std::vector<std::int64_t>& sizes, std::int64_t capacity) {
    const auto [it, is_new] = known_.try_emplace({sizes, capacity});
    Fill& best = it->second;  // stays where it is as others are added
    if (!is_new) return &best;
    if (known_.size() > kMostStates) return nullptr;
    best.factors.assign(sizes.size(), 1);
    for (std::size_t d = 0; d < sizes.size(); ++d) {
      if (sizes[d] > capacity && capacity > 1) try_imperfect(sizes[d], capacity, d, best);
      if (!try_primes(sizes, capacity, d, best)) return nullptr;
    }
    return &best;
  }

 private:
  static constexpr std::size_t kMostStates = 100'000;

  static void try_imperfect(std::int64_t size, std::int64_t capacity, std::size_t d, Fill& best) {
    const std::int64_t passes = divide_up(size, capacity);
    const std::int64_t factor = divide_up(size, passes);
    const double last = static_cast<double>(size % factor);
    const double full = static_cast<double>(factor) * static_cast<double>(passes - 1);
    const double use = (full + last) / static_cast<double>(passes);
    if (use <= best.use) return;
    best.use = use;
    best.factors.assign(best.factors.size(), 1);
    best.factors[d] = factor;
  }

  bool try_primes(const std::vector<std::int64_t>& sizes, std::int64_t capacity, std::size_t d,
                  Fill& best) {
    for (const std::int64_t prime : primes_of(sizes[d])) {
      if (prime > capacity) continue;
      std::vector<std::int64_t> rest = sizes;
      rest[d] /= prime;
      const Fill* inner = fill(rest, capacity / prime);
      if (inner == nullptr) return false;
      const double use = inner->use * static_cast<double>(prime);
      if (use <= best.use) continue;
      best = {use, inner->factors};
      best.factors[d] *= prime;
    }
    return true;
  }

  std::map<std::pair<std::vector<std::int64_t>, std::int64_t>, Fill> known_;
};

}  // namespace

std::optional<std::vector<std::int64_t>> best_fill(const std::vector<std::int64_t>& sizes,
                                                   std::int64_t capacity) {
  Filler filler;
  const auto* fill = filler.fill(sizes, capacity);
  if (fill == nullptr) return std::nullopt;
  return fill->factors;
}

}  // namespace tilewright::spec
