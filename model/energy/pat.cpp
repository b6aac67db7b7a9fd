#include "model/energy/pat.hpp"

namespace tilewright::pat {
namespace {

double sram_access(std::uint64_t height, double width) {
  const double kilobytes = width * static_cast<double>(height) / (8 * 1024);
  const double per_16_bits = (6.0 - 1.0) / (100.0 - 0.5) * (kilobytes - 0.5) + 1.0;
  return per_16_bits * width / 16;
}

}  // namespace

double dram_access(std::uint64_t bits) { return 200.0 * static_cast<double>(bits) / 16; }

double multiply(std::uint64_t bits) {
  const double ratio = static_cast<double>(bits) / 16.0;
  return ratio * ratio;
}

double storage_access(const StorageLevel& level) {
  if (level.technology == Technology::dram)
    return dram_access(std::uint64_t{level.word_bits} * level.block_size);
  // A memory without a size cannot be priced by size; an empty one costs nothing.
  const std::uint64_t entries = level.entries.value_or(0);
  if (entries == 0) return 0;
  const double width = static_cast<double>(level.word_bits) * level.block_size * level.cluster_size;
  const std::uint64_t height = (entries + level.block_size - 1) / level.block_size;
  return sram_access(height, width) / level.cluster_size;
}

}  // namespace tilewright::pat
