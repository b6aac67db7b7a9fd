#include "search/nearest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace tilewright {
namespace {

// Levenshtein distance: insertions, deletions and replacements that turn `a` into `b`.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string_view nearest_name(std::string_view text, std::span<const std::string_view> candidates) {
  const auto best = std::min_element(candidates.begin(), candidates.end(),
                                     [text](std::string_view a, std::string_view b) {
                                       return edit_distance(text, a) < edit_distance(text, b);
                                     });
  return best == candidates.end() ? std::string_view{} : *best;
}

std::string unknown_name_message(std::string_view what, std::string_view text,
                                 std::span<const std::string_view> candidates) {
  return fmt::format("unknown {} '{}'; did you mean '{}'? (one of: {})", what, text,
                     nearest_name(text, candidates), fmt::join(candidates, ", "));
}

}  // namespace tilewright
