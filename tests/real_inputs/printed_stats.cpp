#include "printed_stats.hpp"

#include <algorithm>
#include <fstream>
#include <regex>
#include <sstream>
#include <vector>

namespace tilewright {
namespace {

// The loops of one level in the order printed, outermost first.
struct PrintedLevel {
  std::string name;
  std::vector<std::string> kept;
  std::vector<std::string> temporal_dims, x_dims, y_dims;
  std::string temporal_factors, spatial_factors;
};

std::vector<std::string> kept_spaces(const std::string& header) {
  static const std::regex kSpace("([A-Za-z]+):[0-9]+");
  std::vector<std::string> names;
  for (std::sregex_iterator it(header.begin(), header.end(), kSpace), end; it != end; ++it) {
    names.push_back((*it)[1]);
  }
  return names;
}

std::vector<PrintedLevel> read_levels(const std::string& path) {
  static const std::regex kHeader(R"((\S+) \[(.*)\]\s*)");
  static const std::regex kLoop(
      R"([| ]*for (\w+) in \[0:(\d+)(,\d+)?\)(?: \(Spatial-([XY])\))?\s*)");
  std::vector<PrintedLevel> levels;
  std::ifstream file(path);
  std::smatch match;
  for (std::string line; std::getline(file, line);) {
    if (std::regex_match(line, match, kLoop)) {
      PrintedLevel& level = levels.back();
      const std::string factor = match[1].str() + "=" + match[2].str() + match[3].str() + " ";
      const bool is_spatial = match[4].matched;
      (is_spatial ? level.spatial_factors : level.temporal_factors) += factor;
      (!is_spatial       ? level.temporal_dims
       : match[4] == "X" ? level.x_dims
                         : level.y_dims)
          .push_back(match[1]);
    } else if (std::regex_match(line, match, kHeader)) {
      levels.push_back({.name = match[1], .kept = kept_spaces(match[2])});
    }
  }
  return levels;
}

// Innermost first, as a mapping wants it.
std::string permutation(const std::vector<std::string>& dims) {
  std::string text;
  for (auto it = dims.rbegin(); it != dims.rend(); ++it) text += *it;
  return text;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::vector<std::string> without(std::vector<std::string> names,
                                 const std::vector<std::string>& removed) {
  std::erase_if(names, [&](const auto& name) {
    return std::find(removed.begin(), removed.end(), name) != removed.end();
  });
  return names;
}

}  // namespace

bool PrintedStats::has(const std::string& part, const std::string& dataspace) const {
  const auto spaces = values.find(part);
  return spaces != values.end() && spaces->second.contains(dataspace);
}

std::string PrintedStats::find(const std::string& part, const std::string& dataspace,
                               const std::string& key) const {
  const auto spaces = values.find(part);
  if (spaces == values.end()) return {};
  const auto keys = spaces->second.find(dataspace);
  if (keys == spaces->second.end()) return {};
  const auto value = keys->second.find(key);
  return value == keys->second.end() ? std::string() : value->second;
}

PrintedStats read_printed_stats(const std::string& path) {
  static const std::regex kLevel("=== (.+) ===");
  static const std::regex kNetwork("(\\S+ <==> \\S+)");
  static const std::regex kSpace("    ([A-Za-z]+):");
  static const std::regex kValue(R"( *([^:=]*[^:= ]) *[:=] *(\S.*))");
  PrintedStats stats;
  std::string part, dataspace;
  bool is_skipped = false;
  std::ifstream file(path);
  std::smatch match;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("Operational Intensity")) is_skipped = true;
    if (line.starts_with("Summary Stats")) {
      is_skipped = false;
      part.clear();
      dataspace.clear();
    }
    if (is_skipped) continue;
    if (std::regex_match(line, match, kLevel) || std::regex_match(line, match, kNetwork)) {
      part = match[1];
      dataspace.clear();
    } else if (std::regex_match(line, match, kSpace)) {
      dataspace = match[1];
    } else if (std::regex_match(line, match, kValue)) {
      stats.values[part][dataspace].emplace(match[1], match[2]);
    }
  }
  return stats;
}

std::string mapping_of_printed_nest(const std::string& path) {
  // The outermost level, which comes first, keeps all tensors.
  std::ostringstream text;
  text << "mapping:\n";
  const auto levels = read_levels(path);
  for (const auto& level : levels) {
    const std::string target = "- {target: " + level.name + ", type: ";
    text << target << "datatype, keep: [" << joined(level.kept) << "], bypass: ["
         << joined(without(levels.front().kept, level.kept)) << "]}\n";
    text << target << "temporal, factors: '" << level.temporal_factors << "', permutation: '"
         << permutation(level.temporal_dims) << "'}\n";
    if (level.spatial_factors.empty()) continue;
    text << target << "spatial, factors: '" << level.spatial_factors << "', permutation: '"
         << permutation(level.x_dims) << permutation(level.y_dims)
         << "', split: " << level.x_dims.size() << "}\n";
  }
  return text.str();
}

}  // namespace tilewright
