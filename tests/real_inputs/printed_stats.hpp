#pragma once

#include <map>
#include <string>

namespace tilewright {

/// What a Timeloop statistics file prints, as text: `values[part][dataspace][key]`, where `part` is
/// a level, a network ("A <==> B"), or empty for the summary, and `dataspace` is empty for what
/// belongs to the part as a whole.
struct PrintedStats {
  using Values = std::map<std::string, std::string>;
  std::map<std::string, std::map<std::string, Values>> values;

  bool has(const std::string& part, const std::string& dataspace) const;
  /// The text, or nothing.
  std::string find(const std::string& part, const std::string& dataspace,
                   const std::string& key) const;
};

PrintedStats read_printed_stats(const std::string& path);

/// The loop nest that Timeloop prints next to its statistics (`map.txt`) as a `mapping` section.
std::string mapping_of_printed_nest(const std::string& path);

}  // namespace tilewright
