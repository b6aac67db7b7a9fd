#include "model/nest/outcome.hpp"

#include <fmt/format.h>

#include "model/arch/precision.hpp"

namespace tilewright {
namespace {

std::string list_shares(const Rejection& rejection, const Problem& problem) {
  std::string text;
  for (int p = 0; p < problem.num_spaces(); ++p) {
    if (rejection.share[p] == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", problem.spaces[p].name,
                        rejection.share[p]);
  }
  return text;
}

// `the kept tiles take 900 bits (Weights 192 words of 4 bits, ...)`, or in words where all elements
// are words.
std::string describe_tiles(const Rejection& rejection, const Problem& problem,
                           const StorageLevel& level, std::string_view limit) {
  const bool mixed = is_mixed(level, problem);
  std::string shares = list_shares(rejection, problem);
  if (mixed) {
    shares.clear();
    for (int p = 0; p < problem.num_spaces(); ++p) {
      if (rejection.share[p] == 0) continue;
      shares +=
          fmt::format("{}{} {} of {} bits", shares.empty() ? "" : ", ", problem.spaces[p].name,
                      rejection.share[p], element_bits(level, problem, p));
    }
  }
  return fmt::format("{}: the kept tiles take {} {} ({}); {}", level.name, rejection.needed,
                     mixed ? "bits" : "words", shares,
                     fmt::format(fmt::runtime(limit), rejection.available));
}

// Either all instances of a level are too few, or those that each instance of the next one has.
std::string describe_instances(const Rejection& rejection, const Architecture& arch) {
  const int level = rejection.level;
  const auto& name = level < 0 ? arch.compute.name : arch.storage[level].name;
  const auto instances = level < 0 ? arch.compute.instances : arch.storage[level].instances;
  if (rejection.available == instances) {
    return fmt::format("{}: the mapping uses {} instances; {} exist", name, rejection.needed,
                       instances);
  }
  return fmt::format(
      "{}: the mapping spreads over {} instances for each {}; {} there", name, rejection.needed,
      arch.storage[level + 1].name,
      rejection.available == 1 ? "one is" : fmt::format("{} are", rejection.available));
}

}  // namespace

std::string describe(const Rejection& rejection, const Problem& problem, const Architecture& arch) {
  const auto& name = rejection.level < 0 ? arch.compute.name : arch.storage[rejection.level].name;
  const auto needs = [&](std::string_view what) {
    return fmt::format("{}: the mapping uses {} {}; {} exist", name, rejection.needed, what,
                       rejection.available);
  };
  switch (rejection.reason) {
    case RejectReason::none:
      return "valid";
    case RejectReason::bypassed_everywhere:
      return fmt::format("no level keeps a dataspace: {} words", list_shares(rejection, problem));
    case RejectReason::instances:
      return describe_instances(rejection, arch);
    case RejectReason::mesh_x:
      return needs("columns (X)");
    case RejectReason::mesh_y:
      return needs("rows (Y)");
    case RejectReason::capacity:
      return describe_tiles(rejection, problem, arch.storage[rejection.level], "{} are available");
    case RejectReason::min_utilization:
      return describe_tiles(rejection, problem, arch.storage[rejection.level],
                            "at least {} must be used");
  }
  return {};
}

}  // namespace tilewright
