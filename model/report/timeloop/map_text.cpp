#include "model/report/timeloop/map_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/printable.hpp"

namespace tilewright::timeloop {
namespace {

std::string title(const Run& run, int level) {
  std::string text = printable(run.arch.storage[level].name) + " [ ";
  for (int p = 0; p < run.problem.num_spaces(); ++p) {
    const SpaceStats& space = run.stats.levels[level].spaces[p];
    if (!space.keep) continue;
    text += fmt::format("{}:{} ({}) ", printable(run.problem.spaces[p].name),
                        space.utilized_capacity, space.utilized_capacity);
  }
  return text + "]";
}

// Words of the largest tile of a tensor that a memory on the chip uses, however far inside.
std::uint64_t largest_tile(const Run& run, int space) {
  std::uint64_t largest = 0;
  for (int level = 0; level + 1 < run.arch.num_levels(); ++level) {
    if (accesses(run, level, space) == 0) continue;
    largest = std::max(largest, run.stats.levels[level].spaces[space].utilized_capacity);
  }
  return largest;
}

double outer_intensity(const Run& run) {
  const int outermost = run.arch.num_levels() - 1;
  const std::uint64_t words = accesses(run, outermost);
  if (words == 0) return -1;
  return static_cast<double>(operations(run).total()) /
         bytes(words, run.arch.storage[outermost].word_bits);
}

}  // namespace

std::string map_text(const Run& run) {
  std::string text;
  std::string line;  // below the last title; stands above what comes inside
  int indent = 0;
  bool after_loop = false;
  for (int level = run.arch.num_levels() - 1; level >= 0; --level) {
    if (after_loop) text += "\n";
    after_loop = false;
    text += title(run, level) + " \n";
    line = std::string(title(run, level).size(), '-') + "\n";
    for (const std::string& loop : run.stats.levels[level].loops) {
      text += fmt::format("{}| {:{}}{}\n", line, "", indent, loop);
      line.clear();
      indent += 2;
      after_loop = true;
    }
  }
  return text + fmt::format("{}| {:{}}<< Compute >>\n", line, "", indent);
}

std::string oaves_csv(const Run& run) {
  const int outermost = run.arch.num_levels() - 1;
  std::uint64_t tiles = 0;
  std::string of_tensors;
  for (int p = 0; p < run.problem.num_spaces(); ++p) {
    const std::uint64_t tile = largest_tile(run, p);
    tiles += tile;
    of_tensors += fmt::format(",{},{}", tile, accesses(run, outermost, p));
  }
  std::string mapping = format_compact(run.mapping, run.problem);
  std::replace(mapping.begin(), mapping.end(), ',', ';');  // of factors that do not divide
  return fmt::format("{:.6g},{},{}{},{},None\n", outer_intensity(run), tiles,
                     accesses(run, outermost), of_tensors, csv_cell(mapping));
}

}  // namespace tilewright::timeloop
