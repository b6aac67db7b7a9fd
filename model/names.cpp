#include "model/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <numeric>
#include <vector>

#include "model/suggestion.hpp"

namespace tilewright {
namespace {

constexpr std::size_t kLongestName = 64;  // beyond it nobody mistyped, and the table gets large
constexpr int kEdit = 2;                  // price of one insertion, removal or replacement
constexpr std::size_t kListed = 12;       // candidates that a message lists
constexpr std::size_t kCompared = 1000;   // candidates; in longer lists nobody looks for a message

// How every message proposes a name, and how suggestion_in() finds it again.
constexpr std::string_view kProposal = "did you mean '";
constexpr std::string_view kProposalEnd = "'?";

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

int replacement_price(char a, char b) {
  if (a == b) return 0;
  const auto is_joint = [](char c) { return c == '-' || c == '_'; };
  return lower(a) == lower(b) || (is_joint(a) && is_joint(b)) ? 1 : kEdit;
}

int edit_distance(std::string_view a, std::string_view b) {
  std::vector<int> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<int>(j) * kEdit;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    int diagonal = row[0];
    row[0] += kEdit;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const int replaced = diagonal + replacement_price(a[i - 1], b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + kEdit, row[j - 1] + kEdit});
    }
  }
  return row.back();
}

}  // namespace

bool same_key(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return (x == '-' ? '_' : x) == (y == '-' ? '_' : y); });
}

bool same_but_for_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view nearest(std::string_view name, std::span<const std::string> candidates) {
  if (name.size() > kLongestName) return {};
  std::string_view best;
  // A quarter of the letters may be wrong, two of a short name; of a single letter only its case.
  int least = name.size() < 2 ? kEdit : static_cast<int>(name.size()) / 2 + 3;
  for (const auto& candidate : candidates.first(std::min(candidates.size(), kCompared))) {
    const auto letters = static_cast<int>(std::min(candidate.size(), kLongestName));
    if (std::abs(letters - static_cast<int>(name.size())) * kEdit >= least) continue;
    const int distance = edit_distance(name, candidate.substr(0, kLongestName));
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

std::string proposal(std::string_view name) {
  return fmt::format("{}{}{}", kProposal, name, kProposalEnd);
}

std::string suggestion_in(std::string_view message) {
  const auto begin = message.find(kProposal);
  if (begin == std::string_view::npos) return {};
  const std::string_view rest = message.substr(begin + kProposal.size());
  const auto end = rest.find(kProposalEnd);
  return end == std::string_view::npos ? std::string() : std::string(rest.substr(0, end));
}

std::string hint(std::string_view name, std::span<const std::string> candidates) {
  if (candidates.empty()) return {};
  if (const auto close = nearest(name, candidates); !close.empty()) {
    return "; " + proposal(close);
  }
  const std::size_t shown = std::min(candidates.size(), kListed);
  std::string list = candidates[0];
  for (std::size_t i = 1; i < shown; ++i) {
    list += (i + 1 == candidates.size() ? " or " : ", ") + candidates[i];
  }
  return fmt::format("; expected {}{}", list, shown < candidates.size() ? ", ..." : "");
}

std::string unknown_name_message(std::string_view what, std::string_view name,
                                 std::span<const std::string_view> candidates) {
  const std::vector<std::string> names(candidates.begin(), candidates.end());
  return fmt::format("unknown {} '{}'{}", what, name, hint(name, names));
}

}  // namespace tilewright
