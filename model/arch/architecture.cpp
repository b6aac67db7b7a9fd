#include "model/arch/architecture.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "model/limits.hpp"

namespace tilewright {
namespace {

struct Mesh {
  std::uint64_t x, y;
};

Mesh mesh_of(const Architecture& arch, int level) {
  if (level < 0) return {arch.compute.mesh_x, arch.compute.mesh_y};
  return {arch.storage[level].mesh_x, arch.storage[level].mesh_y};
}

std::optional<std::string> fault_of_level(const StorageLevel& level) {
  if (level.mesh_x * level.mesh_y != level.instances) {
    return fmt::format("{}: {} instances on a mesh of {} x {}", level.name, level.instances,
                       level.mesh_x, level.mesh_y);
  }
  if (level.cluster_size == 0 || level.instances % level.cluster_size != 0) {
    return fmt::format("{}: {} instances do not form clusters of {}", level.name, level.instances,
                       level.cluster_size);
  }
  if (level.technology == Technology::dram && level.cluster_size != 1) {
    return fmt::format("{}: DRAM has no clusters, but the cluster size is {}", level.name,
                       level.cluster_size);
  }
  if (!(level.multiple_buffering >= 1)) {
    return fmt::format("{}: multiple buffering is {}; it must be at least 1", level.name,
                       level.multiple_buffering);
  }
  if (level.min_utilization > 0 && !level.entries) {
    return fmt::format("{}: a minimum utilization needs a size", level.name);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> StorageLevel::effective_entries() const {
  if (!entries) return std::nullopt;
  return static_cast<std::uint64_t>(std::floor(static_cast<double>(*entries) / multiple_buffering));
}

std::optional<std::uint64_t> StorageLevel::effective_bits() const {
  if (!entries) return std::nullopt;
  constexpr std::uint64_t kMost = std::uint64_t{1} << 62;
  if (*entries > (kMost - spare_bits) / word_bits) return kMost;
  const std::uint64_t bits = *entries * word_bits + spare_bits;
  if (multiple_buffering == 1) return bits;
  return static_cast<std::uint64_t>(std::floor(static_cast<double>(bits) / multiple_buffering));
}

int Architecture::find_level(std::string_view level) const {
  for (int s = 0; s < num_levels(); ++s) {
    if (storage[s].name == level) return s;
  }
  return -1;
}

std::uint64_t Architecture::fanout_x(int level) const {
  return mesh_of(*this, level - 1).x / mesh_of(*this, level).x;
}

std::uint64_t Architecture::fanout_y(int level) const {
  return mesh_of(*this, level - 1).y / mesh_of(*this, level).y;
}

std::vector<std::string> Architecture::level_names() const {
  std::vector<std::string> names;
  for (const auto& level : storage) names.push_back(level.name);
  return names;
}

std::optional<double> process_node(std::string_view text) {
  constexpr double kLeast = 0.1;  // nm
  constexpr double kMost = 1e5;
  double node = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), node);
  std::string_view unit(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  if (error != std::errc{} || (unit != "nm" && !unit.empty())) return std::nullopt;
  return node >= kLeast && node <= kMost ? std::optional(node) : std::nullopt;
}

std::optional<ArchitectureFault> find_fault(const Architecture& arch) {
  if (arch.storage.empty())
    return ArchitectureFault{-1, "an architecture needs at least one storage level"};
  if (arch.num_levels() > kMaxLevels) {
    return ArchitectureFault{kMaxLevels, fmt::format("{} storage levels; at most {} are supported",
                                                     arch.num_levels(), kMaxLevels)};
  }
  if (arch.compute.mesh_x * arch.compute.mesh_y != arch.compute.instances) {
    return ArchitectureFault{
        -1, fmt::format("{}: {} instances on a mesh of {} x {}", arch.compute.name,
                        arch.compute.instances, arch.compute.mesh_x, arch.compute.mesh_y)};
  }
  for (int s = 0; s < arch.num_levels(); ++s) {
    if (auto message = fault_of_level(arch.storage[s])) return ArchitectureFault{s, *message};
    const Mesh inner = mesh_of(arch, s - 1);
    const Mesh outer = mesh_of(arch, s);
    if (inner.x % outer.x != 0 || inner.y % outer.y != 0) {
      const auto& inner_name = s == 0 ? arch.compute.name : arch.storage[s - 1].name;
      return ArchitectureFault{
          s, fmt::format("{}: the mesh {} x {} of {} is no multiple of its mesh {} x {}",
                         arch.storage[s].name, inner.x, inner.y, inner_name, outer.x, outer.y)};
    }
  }
  return std::nullopt;
}

}  // namespace tilewright
