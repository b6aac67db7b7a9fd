#include "search/mapspace/choice_table.hpp"

#include <algorithm>
#include <bit>

namespace tilewright {

void ChoiceTable::add(std::span<const BigInt> weights, const BigInt& total) {
  Node node;
  node.first = limits_.size();
  node.guide = guide_.size();
  node.last = static_cast<std::uint32_t>(weights.size() - 1);
  nodes_.push_back(node);
  if (node.last == 0) return;

  BigInt sum = 0;
  for (const BigInt& weight : weights.first(node.last)) {
    sum += weight;
    limits_.push_back(static_cast<std::uint64_t>(BigInt((sum << 64) / total)));
  }
  const auto bits = static_cast<std::uint32_t>(std::bit_width(node.last));
  nodes_.back().shift = 64 - bits;
  const std::uint64_t* const limit = limits_.data() + node.first;
  std::uint32_t choice = 0;
  for (std::uint64_t entry = 0; entry < (std::uint64_t{1} << bits); ++entry) {
    const std::uint64_t smallest = entry << nodes_.back().shift;
    while (choice < node.last && smallest >= limit[choice]) ++choice;
    guide_.push_back(choice);
  }
}

std::uint32_t ChoiceTable::resolve(std::uint64_t word, std::span<const BigInt> weights,
                                   Stream& random) {
  BigInt total = 0;
  for (const BigInt& weight : weights) total += weight;
  BigInt digits = word;
  for (unsigned bits = 64;; bits += 64) {
    // The fraction lies in [digits, digits + 1) / 2^bits: certain if one choice covers all of it.
    BigInt sum = 0;
    for (std::uint32_t choice = 0; choice < weights.size(); ++choice) {
      sum += weights[choice];
      const BigInt limit = sum << bits;
      if (limit <= digits * total) continue;
      if (limit >= (digits + 1) * total) return choice;
      break;
    }
    digits = (digits << 64) | random.next();
  }
}

}  // namespace tilewright
