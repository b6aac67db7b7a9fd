// Mappings in Timeloop's form: per level the dataspaces it keeps, its spatial and its temporal
// loops, with every dimension spelled out so that nothing depends on a reader's defaults.

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "model/printable.hpp"
#include "model/spec/spec.hpp"

namespace tilewright {
namespace {

// A name as a YAML scalar, quoted unless it can be nothing but a text.
std::string scalar(const std::string& name) {
  if (is_plain_word(name)) return name;
  if (has_control_characters(name)) return double_quoted(name);
  std::string quoted = "'";
  for (const char c : name) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return quoted + "'";
}

// Writes the directives of one mapping.
class MappingWriter {
 public:
  MappingWriter(const Mapping& mapping, const Problem& problem, const Architecture& arch)
      : mapping_(mapping), problem_(problem), arch_(arch) {}

  std::string write() {
    text_ = "mapping:\n";
    for (int s = 0; s < arch_.num_levels(); ++s) write_keep(s);
    for (int s = 0; s < arch_.num_levels(); ++s) {
      write_spatial(s);
      write_temporal(s);
    }
    return std::move(text_);
  }

 private:
  using Dims = std::vector<int>;

  void open(int level, std::string_view type) {
    text_ += fmt::format("- target: {}\n  type: {}\n", scalar(arch_.storage[level].name), type);
  }

  std::string spaces(unsigned mask) const {
    std::vector<std::string> names;
    for (int s = 0; s < problem_.num_spaces(); ++s) {
      if ((mask >> s & 1U) != 0) names.push_back(scalar(problem_.spaces[s].name));
    }
    return fmt::format("[{}]", fmt::join(names, ", "));
  }

  void write_mask(std::string_view key, SpaceMask mask) {
    if (mask != 0) text_ += fmt::format("  {}: {}\n", key, spaces(mask));
  }

  void write_keep(int level) {
    const unsigned keep = mapping_.levels[level].keep;
    open(level, "datatype");
    text_ += fmt::format("  keep: {}\n  bypass: {}\n", spaces(keep), spaces(~keep));
  }

  static std::string factor(const LevelMapping& loops, LoopKind kind, int dim) {
    const auto bound = loops.factors(kind)[dim];
    const auto residual = loops.residuals(kind)[dim];
    return residual == bound ? fmt::format("{}", bound) : fmt::format("{},{}", bound, residual);
  }

  // `kind_of` says which kind of loop a dimension's factor is taken from.
  template <class KindOf>
  void write_loops(const LevelMapping& loops, const Dims& order, const KindOf& kind_of) {
    std::vector<std::string> factors, names;
    for (int d = 0; d < problem_.num_dims(); ++d) {
      factors.push_back(problem_.dims[d] + "=" + factor(loops, kind_of(d), d));
    }
    bool letters = true;
    for (const int d : order) {
      names.push_back(problem_.dims[d]);
      letters = letters && names.back().size() == 1;
    }
    text_ += fmt::format("  factors: {}\n  permutation: {}\n", fmt::join(factors, " "),
                         scalar(fmt::format("{}", fmt::join(names, letters ? "" : " "))));
  }

  Dims dims_of(const LevelMapping& loops, LoopKind kind) const {
    const auto& order = loops.orders(kind);
    return {order.begin(), order.begin() + problem_.num_dims()};
  }

  void write_temporal(int level) {
    const auto& loops = mapping_.levels[level];
    open(level, "temporal");
    write_loops(loops, dims_of(loops, LoopKind::temporal), [](int) { return LoopKind::temporal; });
    write_mask("no_temporal_reuse", loops.no_temporal_reuse);
  }

  void write_spatial(int level) {
    const auto& loops = mapping_.levels[level];
    bool any = arch_.fanout(level) > 1;
    bool both_axes = false;
    for (int d = 0; d < problem_.num_dims(); ++d) {
      const bool on_x = loops.factors(LoopKind::spatial_x)[d] > 1;
      const bool on_y = loops.factors(LoopKind::spatial_y)[d] > 1;
      any = any || on_x || on_y;
      both_axes = both_axes || (on_x && on_y);
    }
    if (!any) return;
    if (both_axes) {
      write_axes(level);
    } else {
      write_split(level);
    }
    write_mask("no_link_transfer", loops.no_link_transfer);
    write_mask("no_multicast_no_reduction", loops.no_multicast);
  }

  // Timeloop has no way to say that a dimension lies on both axes: our own form, which it refuses.
  void write_axes(int level) {
    const auto& loops = mapping_.levels[level];
    for (const auto kind : {LoopKind::spatial_x, LoopKind::spatial_y}) {
      open(level, kind == LoopKind::spatial_x ? "spatial-x" : "spatial-y");
      write_loops(loops, dims_of(loops, kind), [kind](int) { return kind; });
    }
  }

  // One permutation for both axes: its first `split` dimensions lie on X.
  void write_split(int level) {
    const auto& loops = mapping_.levels[level];
    const auto lies_on = [&](LoopKind kind) {
      return [&loops, kind](int d) { return loops.factors(kind)[d] > 1; };
    };
    Dims order = dims_of(loops, LoopKind::spatial_x);
    const Dims order_y = dims_of(loops, LoopKind::spatial_y);
    const auto last_x = std::find_if(order.rbegin(), order.rend(), lies_on(LoopKind::spatial_x));
    auto split = order.rend() - last_x;
    const bool is_one_order = order == order_y && std::none_of(order.begin(), order.begin() + split,
                                                               lies_on(LoopKind::spatial_y));
    if (!is_one_order) {
      Dims parts;
      std::copy_if(order.begin(), order.end(), std::back_inserter(parts),
                   lies_on(LoopKind::spatial_x));
      split = static_cast<std::ptrdiff_t>(parts.size());
      std::copy_if(order_y.begin(), order_y.end(), std::back_inserter(parts),
                   lies_on(LoopKind::spatial_y));
      for (int d = 0; d < problem_.num_dims(); ++d) {
        if (std::find(parts.begin(), parts.end(), d) == parts.end()) parts.push_back(d);
      }
      order = std::move(parts);
    }
    open(level, "spatial");
    write_loops(loops, order, [&](int d) {
      return lies_on(LoopKind::spatial_y)(d) ? LoopKind::spatial_y : LoopKind::spatial_x;
    });
    text_ += fmt::format("  split: {}\n", split);
  }

  const Mapping& mapping_;
  const Problem& problem_;
  const Architecture& arch_;
  std::string text_;
};

}  // namespace

std::string write_mapping(const Mapping& mapping, const Problem& problem,
                          const Architecture& arch) {
  return MappingWriter(mapping, problem, arch).write();
}

}  // namespace tilewright
