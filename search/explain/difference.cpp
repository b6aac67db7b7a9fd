#include "search/explain/difference.hpp"

#include <fmt/format.h>

#include <array>

#include "search/indices.hpp"

namespace tilewright::explain {
namespace {

constexpr std::array<std::pair<LoopKind, std::string_view>, 3> kKinds{
    {{LoopKind::temporal, "temporal"},
     {LoopKind::spatial_y, "spatial Y"},
     {LoopKind::spatial_x, "spatial X"}}};

// Outermost first, as a nest is read.
std::string loops_of(const LevelMapping& level, LoopKind kind, const Problem& problem) {
  std::string text;
  for (int place = problem.num_dims() - 1; place >= 0; --place) {
    const int dim = level.orders(kind)[at(place)];
    if (level.factors(kind)[at(dim)] == 1) continue;
    text += (text.empty() ? "" : " ") + problem.dims[at(dim)];
  }
  return text;
}

std::string factor_text(const LevelMapping& level, LoopKind kind, int dim) {
  const std::int32_t factor = level.factors(kind)[at(dim)];
  const std::int32_t residual = level.residuals(kind)[at(dim)];
  return residual == factor ? fmt::format("{}", factor) : fmt::format("{},{}", factor, residual);
}

}  // namespace

std::vector<std::string> differences(const Mapping& a, const Mapping& b, const Problem& problem,
                                     const Architecture& arch) {
  std::vector<std::string> lines;
  for (int s = arch.num_levels() - 1; s >= 0; --s) {
    const LevelMapping& of_a = a.levels[at(s)];
    const LevelMapping& of_b = b.levels[at(s)];
    const std::string& name = arch.storage[at(s)].name;
    for (int p = 0; p < problem.num_spaces(); ++p) {
      // Not by comparing two bits: GCC 12.2 takes the wrong branch at -O2 where one of them decides
      // something afterwards.
      if (((of_a.keep ^ of_b.keep) >> p & 1) == 0) continue;
      const bool kept = (of_a.keep >> p & 1) != 0;
      lines.push_back(fmt::format(
          "{}: {} {}", name, kept ? "passes by, no longer keeps" : "keeps, no longer passes by",
          problem.spaces[at(p)].name));
    }
    for (const auto& [kind, word] : kKinds) {
      bool same = true;
      for (int d = 0; d < problem.num_dims(); ++d) {
        const std::string before = factor_text(of_a, kind, d);
        const std::string after = factor_text(of_b, kind, d);
        if (before == after) continue;
        same = false;
        lines.push_back(
            fmt::format("{}: {} {} {} -> {}", name, word, problem.dims[at(d)], before, after));
      }
      const std::string before = loops_of(of_a, kind, problem);
      const std::string after = loops_of(of_b, kind, problem);
      if (same && before != after) {
        lines.push_back(fmt::format("{}: {} order {} -> {}", name, word, before, after));
      }
    }
  }
  return lines;
}

}  // namespace tilewright::explain
