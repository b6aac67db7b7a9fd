#include "search/mapspace/bypass.hpp"

#include <fmt/format.h>

#include <bit>

#include "model/error.hpp"

namespace tilewright {
namespace {

std::string_view first_name(SpaceMask mask, const Problem& problem) {
  return problem.spaces[static_cast<std::size_t>(std::countr_zero(mask))].name;
}

}  // namespace

BypassSpace::BypassSpace(const Problem& problem, const Architecture& arch,
                         const Constraints& constraints)
    : num_levels_(arch.storage.size()) {
  const auto all = static_cast<SpaceMask>((1U << problem.spaces.size()) - 1U);
  SpaceMask somewhere = 0;
  for (std::size_t level = 0; level < num_levels_; ++level) {
    const bool listed = level < constraints.levels.size();
    const SpaceMask keep = listed ? constraints.levels[level].must_keep & all : 0;
    const SpaceMask bypass = listed ? constraints.levels[level].must_bypass & all : 0;
    if (const SpaceMask both = keep & bypass; both != 0) {
      throw UsageError(fmt::format("the constraints ask '{}' to both keep and bypass {}",
                                   arch.storage[level].name, first_name(both, problem)));
    }
    const auto open = static_cast<SpaceMask>(all & ~(keep | bypass));
    const bool outermost = level + 1 == num_levels_;
    kept_[level] = outermost ? keep | open : keep;
    free_[level] = outermost ? 0 : open;
    somewhere |= kept_[level] | free_[level];
    size_ <<= static_cast<unsigned>(std::popcount(free_[level]));
  }
  if (const auto nowhere = static_cast<SpaceMask>(all & ~somewhere); nowhere != 0) {
    throw UsageError(
        fmt::format("the constraints make every level bypass {}: no level is left to "
                    "keep it",
                    first_name(nowhere, problem)));
  }
}

void BypassSpace::fix(Mapping& mapping) const {
  for (std::size_t level = 0; level < num_levels_; ++level) {
    mapping.levels[level].keep = kept_[level] | free_[level];
  }
}

void BypassSpace::at(BigInt index, Mapping& mapping) const {
  for (std::size_t level = 0; level < num_levels_; ++level) {
    SpaceMask keep = kept_[level];
    for (unsigned space = 0; space < static_cast<unsigned>(kMaxSpaces); ++space) {
      const auto bit = static_cast<SpaceMask>(1U << space);
      if ((free_[level] & bit) == 0) continue;
      if ((index & 1) != 0) keep |= bit;
      index >>= 1;
    }
    mapping.levels[level].keep = keep;
  }
}

}  // namespace tilewright
