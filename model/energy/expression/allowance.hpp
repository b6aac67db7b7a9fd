#pragma once

#include <cstddef>

#include "model/energy/value.hpp"

namespace tilewright::energy {

/// What the texts and lists that expressions make and hand on may come to, in all: a few lines
/// could otherwise double a text until it fills the memory. Numbers and short texts are free.
class Allowance {
 public:
  static constexpr std::size_t kUsual = 250'000;

  explicit Allowance(std::size_t most = kUsual) : most_(most) {}

  /// Raises the limit.
  void add(std::size_t more) { most_ += more; }
  /// \throws ExpressionError when it is used up.
  void spend(const Value& value);

 private:
  std::size_t most_;
  std::size_t spent_ = 0;
};

/// Items of lists and maps in a value, shared ones counted as often as they occur, and one for
/// every few letters of a text. Stops counting beyond `most`.
std::size_t weight_of(const Value& value, std::size_t most);

}  // namespace tilewright::energy
