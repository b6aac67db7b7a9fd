// The file `map.yaml`. Scripts read its factors by letters and digits, so the spelling counts.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>

#include "model/report/timeloop/map_text.hpp"
#include "model/spec/spec.hpp"

namespace tilewright::timeloop {
namespace {

// What YAML 1.1 takes for something else than a text.
bool is_yaml_word(std::string_view text) {
  constexpr std::array<std::string_view, 9> kWords{"y",   "n",    "yes",   "no",  "on",
                                                   "off", "true", "false", "null"};
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return std::find(kWords.begin(), kWords.end(), lower) != kWords.end();
}

bool is_plain(std::string_view name) {
  const auto good = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  };
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0 &&
         std::all_of(name.begin(), name.end(), good) && !is_yaml_word(name);
}

bool has_plain_names(const Run& run) {
  return std::all_of(run.arch.storage.begin(), run.arch.storage.end(),
                     [](const StorageLevel& level) { return is_plain(level.name); }) &&
         std::all_of(run.problem.spaces.begin(), run.problem.spaces.end(),
                     [](const DataSpace& space) { return is_plain(space.name); }) &&
         std::all_of(run.problem.dims.begin(), run.problem.dims.end(),
                     [](const std::string& dim) { return dim.size() == 1; });
}

// Whether a level says more than its spelling has room for.
bool is_plain(const LevelMapping& level, int num_dims) {
  if ((level.no_link_transfer | level.no_multicast | level.no_temporal_reuse) != 0) return false;
  for (int d = 0; d < num_dims; ++d) {
    if (level.factors(LoopKind::spatial_x)[d] > 1 && level.factors(LoopKind::spatial_y)[d] > 1) {
      return false;
    }
  }
  return true;
}

bool is_plain(const Run& run) {
  if (run.mapping.imperfect || !has_plain_names(run)) return false;
  for (int l = 0; l < run.mapping.num_levels; ++l) {
    if (!is_plain(run.mapping.levels[l], run.mapping.num_dims)) return false;
  }
  return true;
}

class Writer {
 public:
  explicit Writer(const Run& run) : run_(run) {}

  std::string write() {
    text_ = "mapping:\n";
    for (int l = 0; l < run_.arch.num_levels(); ++l) write_keep(l);
    for (int l = 0; l < run_.arch.num_levels(); ++l) {
      write_spatial(l);
      write_temporal(l);
    }
    return std::move(text_);
  }

 private:
  void open(int level, std::string_view type) {
    text_ += fmt::format("  - target: {}\n    type: {}\n", run_.arch.storage[level].name, type);
  }

  void write_spaces(std::string_view key, unsigned mask) {
    text_ += fmt::format("    {}:\n", key);
    bool any = false;
    for (int p = 0; p < run_.problem.num_spaces(); ++p) {
      if ((mask >> static_cast<unsigned>(p) & 1U) == 0) continue;
      text_ += fmt::format("      - {}\n", run_.problem.spaces[p].name);
      any = true;
    }
    if (!any) text_ += "      []\n";
  }

  void write_keep(int level) {
    open(level, "datatype");
    const unsigned keep = run_.mapping.levels[level].keep;
    write_spaces("keep", keep);
    write_spaces("bypass", ~keep);
  }

  // Dimensions with more than one step, innermost first.
  std::string letters(int level, LoopKind kind) const {
    const LevelMapping& loops = run_.mapping.levels[level];
    std::string letters;
    for (int i = 0; i < run_.mapping.num_dims; ++i) {
      const int dim = loops.orders(kind)[i];
      if (loops.factors(kind)[dim] > 1) letters += run_.problem.dims[dim];
    }
    return letters;
  }

  // Those without come last, in the order of the problem.
  void write_loops(std::string permutation, const LevelMapping::Factors& factors) {
    std::string text;
    for (int d = 0; d < run_.mapping.num_dims; ++d) {
      text += fmt::format("{}{}{}", d == 0 ? "" : " ", run_.problem.dims[d], factors[d]);
      if (factors[d] == 1) permutation += run_.problem.dims[d];
    }
    const char* quote = is_yaml_word(permutation) ? "'" : "";
    text_ +=
        fmt::format("    factors: {}\n    permutation: {}{}{}\n", text, quote, permutation, quote);
  }

  void write_spatial(int level) {
    const std::string on_x = letters(level, LoopKind::spatial_x);
    const std::string on_y = letters(level, LoopKind::spatial_y);
    if (on_x.empty() && on_y.empty()) return;
    const LevelMapping& loops = run_.mapping.levels[level];
    LevelMapping::Factors factors = loops.factors(LoopKind::spatial_x);
    for (int d = 0; d < run_.mapping.num_dims; ++d) {
      factors[d] *= loops.factors(LoopKind::spatial_y)[d];
    }
    open(level, "spatial");
    write_loops(on_x + on_y, factors);
    text_ += fmt::format("    split: {}\n", on_x.size());
  }

  void write_temporal(int level) {
    open(level, "temporal");
    write_loops(letters(level, LoopKind::temporal),
                run_.mapping.levels[level].factors(LoopKind::temporal));
  }

  const Run& run_;
  std::string text_;
};

}  // namespace

std::string map_yaml(const Run& run) {
  if (!is_plain(run)) return write_mapping(run.mapping, run.problem, run.arch);
  return Writer(run).write();
}

}  // namespace tilewright::timeloop
