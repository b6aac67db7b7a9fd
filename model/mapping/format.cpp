#include <fmt/format.h>

#include <algorithm>

#include "model/mapping/mapping.hpp"
#include "model/printable.hpp"

namespace tilewright {
namespace {

// The initial of each kept dataspace, or the whole name where initials would be ambiguous.
std::string kept_names(const LevelMapping& level, const Problem& problem,
                       std::string_view separator, bool initials) {
  std::string text;
  for (int s = 0; s < problem.num_spaces(); ++s) {
    if (((level.keep >> s) & 1) == 0) continue;
    if (!text.empty()) text += separator;
    text += printable(initials ? problem.spaces[s].name.substr(0, 1) : problem.spaces[s].name);
  }
  return text;
}

struct NestLoop {
  int dim;
  LoopKind kind;
  std::int32_t bound, residual;
};

// The loops of a level that are more than one step, outermost first.
std::vector<NestLoop> visible_loops(const LevelMapping& level, int num_dims) {
  std::vector<NestLoop> loops;
  for (const auto kind : {LoopKind::spatial_x, LoopKind::spatial_y, LoopKind::temporal}) {
    for (int i = 0; i < num_dims; ++i) {
      const int dim = level.orders(kind)[i];
      if (level.factors(kind)[dim] > 1) {
        loops.push_back({dim, kind, level.factors(kind)[dim], level.residuals(kind)[dim]});
      }
    }
  }
  std::reverse(loops.begin(), loops.end());
  return loops;
}

std::string bound_text(const NestLoop& loop) {
  return loop.residual == loop.bound ? fmt::format("{}", loop.bound)
                                     : fmt::format("{},{}", loop.bound, loop.residual);
}

}  // namespace

std::vector<std::string> format_level_loops(const LevelMapping& level, const Problem& problem) {
  std::vector<std::string> lines;
  for (const auto& loop : visible_loops(level, problem.num_dims())) {
    const char* suffix = loop.kind == LoopKind::temporal    ? ""
                         : loop.kind == LoopKind::spatial_x ? " (Spatial-X)"
                                                            : " (Spatial-Y)";
    lines.push_back(
        fmt::format("for {} in [0:{}){}", problem.dims[loop.dim], bound_text(loop), suffix));
  }
  return lines;
}

std::string format_nest(const Mapping& mapping, const Problem& problem, const Architecture& arch) {
  std::string text;
  std::string indent;
  for (int s = mapping.num_levels - 1; s >= 0; --s) {
    const auto& level = mapping.levels[s];
    const auto kept = kept_names(level, problem, ", ", false);
    const auto title = fmt::format("{} [ {} ]", printable(arch.storage[s].name),
                                   kept.empty() ? "passes everything on" : kept);
    text += fmt::format("{0}{1}\n{0}{2}\n", indent, title, std::string(title.size(), '-'));
    for (const auto& line : format_level_loops(level, problem)) {
      text += fmt::format("{}| {}\n", indent, line);
      indent += "  ";
    }
    text += "\n";
  }
  return text + indent + "<< compute >>\n";
}

std::string format_compact(const Mapping& mapping, const Problem& problem) {
  std::string text;
  for (int s = mapping.num_levels - 1; s >= 0; --s) {
    const auto& level = mapping.levels[s];
    text += fmt::format("L{}[{}]", s, kept_names(level, problem, "", true));
    for (const auto& loop : visible_loops(level, problem.num_dims())) {
      const char* axis = loop.kind == LoopKind::temporal    ? ""
                         : loop.kind == LoopKind::spatial_x ? "X"
                                                            : "Y";
      text += fmt::format(" {}{}{}", problem.dims[loop.dim], bound_text(loop), axis);
    }
    if (s > 0) text += " - ";
  }
  return text;
}

}  // namespace tilewright
