#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tilewright {

/// The divisors of a number in ascending order, and which of them divide which.
class Divisors {
 public:
  struct Division {
    std::int32_t factor = 1;  // a divisor of the dividend
    int quotient = 0;         // place of dividend / factor
  };

  explicit Divisors(std::int64_t number);

  int size() const { return static_cast<int>(values_.size()); }
  std::int32_t value(int place) const { return values_[static_cast<std::size_t>(place)]; }
  /// All ways to divide the divisor at `place` exactly, factors ascending.
  std::span<const Division> divisions(int place) const {
    const auto row = static_cast<std::size_t>(place);
    return std::span(divisions_).subspan(first_[row], first_[row + 1] - first_[row]);
  }

 private:
  std::vector<std::int32_t> values_;
  std::vector<std::size_t> first_;  // [place]: where its divisions begin; one past the end last
  std::vector<Division> divisions_;
};

}  // namespace tilewright
