#include "model/nest/outcome.hpp"

#include <fmt/format.h>

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
      return needs("instances");
    case RejectReason::mesh_x:
      return needs("columns (X)");
    case RejectReason::mesh_y:
      return needs("rows (Y)");
    case RejectReason::capacity:
      return fmt::format("{}: the kept tiles take {} words ({}); {} are available", name,
                         rejection.needed, list_shares(rejection, problem), rejection.available);
    case RejectReason::min_utilization:
      return fmt::format("{}: the kept tiles take {} words ({}); at least {} must be used", name,
                         rejection.needed, list_shares(rejection, problem), rejection.available);
  }
  return {};
}

}  // namespace tilewright
