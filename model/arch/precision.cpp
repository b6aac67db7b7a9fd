#include "model/arch/precision.hpp"

#include <algorithm>

namespace tilewright {

std::uint32_t element_bits(const StorageLevel& level, const Problem& problem, int space) {
  const DataSpace& data = problem.spaces[space];
  const auto own = std::find_if(level.data_bits.begin(), level.data_bits.end(),
                                [&](const DataBits& entry) { return entry.space == data.name; });
  if (own != level.data_bits.end()) return own->bits;
  return data.bits != 0 ? data.bits : level.word_bits;
}

bool is_mixed(const StorageLevel& level, const Problem& problem) {
  for (int p = 0; p < problem.num_spaces(); ++p) {
    if (element_bits(level, problem, p) != level.word_bits) return true;
  }
  return false;
}

bool is_mixed(const Architecture& arch, const Problem& problem) {
  return std::any_of(arch.storage.begin(), arch.storage.end(),
                     [&](const StorageLevel& level) { return is_mixed(level, problem); });
}

}  // namespace tilewright
