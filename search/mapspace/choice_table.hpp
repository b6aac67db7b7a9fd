#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/big_int.hpp"
#include "search/stream.hpp"

namespace tilewright {

/// Many small distributions over 0..n-1 with integer weights of any size, drawn from exactly.
///
/// A draw compares one 64-bit word u, read as the fraction u / 2^64, with the cumulative weights
/// rounded down to 64 bits. Only if u equals one of them (once in 2^64 / n draws) does the rounding
/// matter; then more random bits decide against the exact weights.
class ChoiceTable {
 public:
  /// Adds a distribution; its number is the count of those added before. All weights > 0.
  void add(std::span<const BigInt> weights, const BigInt& total);

  /// Draws from distribution `node`; `weights_of()` gives its weights again, for the rare case.
  template <typename WeightsOf>
  std::uint32_t draw(std::uint32_t node, Stream& random, const WeightsOf& weights_of) const {
    const Node& at = nodes_[node];
    if (at.last == 0) return 0;
    const std::uint64_t word = random.next();
    const std::uint64_t* const limit = limits_.data() + at.first;
    std::uint32_t choice = guide_[at.guide + (word >> at.shift)];
    while (choice < at.last && word >= limit[choice]) ++choice;
    if (choice > 0 && word == limit[choice - 1]) [[unlikely]] {
      return resolve(word, weights_of(), random);
    }
    return choice;
  }

  /// Draws given that the first 64 bits are `word`, adding bits until the choice is certain.
  static std::uint32_t resolve(std::uint64_t word, std::span<const BigInt> weights, Stream& random);

 private:
  struct Node {
    std::size_t first = 0;    // into limits_
    std::size_t guide = 0;    // into guide_
    std::uint32_t last = 0;   // n - 1
    std::uint32_t shift = 0;  // the leading bits of a word pick the guide entry
  };

  std::vector<Node> nodes_;
  std::vector<std::uint64_t> limits_;  // floor(2^64 * (weight 0 + ... + weight i) / total), i < n-1
  std::vector<std::uint32_t> guide_;   // the first choice possible for these leading bits
};

}  // namespace tilewright
