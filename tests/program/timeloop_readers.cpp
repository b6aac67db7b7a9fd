#include "program/timeloop_readers.hpp"

#include <algorithm>
#include <regex>
#include <sstream>

namespace tilewright::testing {
namespace {

std::string stripped(const std::string& text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string last_word(const std::string& line) { return line.substr(line.find_last_of(' ') + 1); }

double total(const std::vector<double>& per_instance, const std::vector<double>& instances) {
  double sum = 0;
  for (std::size_t i = 0; i < per_instance.size(); ++i) sum += per_instance[i] * instances[i];
  return sum;
}

// The network that a level reads over is the one whose name begins with the level's.
const XmlElement& network_of(const XmlElement& networks, const std::string& level) {
  for (const XmlElement* item : networks.all("item")) {
    const std::string& name = item->at("first").text;
    if (name.substr(0, name.find(' ')) == level) return item->at("second").at("px");
  }
  throw std::out_of_range("no network below " + level);
}

double energy_of(const XmlElement& level, const XmlElement& network) {
  const XmlElement& stats = level.at("stats_");
  const XmlElement& wires = network.at("stats_");
  const std::vector<double> instances = stats.by_space("utilized_instances");
  const std::vector<double> reads = stats.by_space("reads");
  const std::vector<double> fills = stats.by_space("fills");
  const std::vector<double> updates = stats.by_space("updates");
  std::vector<double> words(reads.size());
  for (std::size_t i = 0; i < reads.size(); ++i) {
    words[i] = (reads[i] + fills[i] + updates[i]) * stats.by_space("energy_per_access")[i];
  }
  return total(words, instances) + total(wires.by_space("energy"), instances) +
         total(stats.by_space("temporal_reduction_energy"), instances) +
         total(wires.by_space("spatial_reduction_energy"), instances) +
         total(stats.by_space("addr_gen_energy"), stats.by_space("utilized_clusters"));
}

}  // namespace

const XmlElement& XmlElement::at(std::string_view part) const {
  for (const XmlElement& candidate : parts) {
    if (candidate.name == part) return candidate;
  }
  throw std::out_of_range(name + " has no " + std::string(part));
}

std::vector<const XmlElement*> XmlElement::all(std::string_view part) const {
  std::vector<const XmlElement*> found;
  for (const XmlElement& candidate : parts) {
    if (candidate.name == part) found.push_back(&candidate);
  }
  return found;
}

std::vector<double> XmlElement::by_space(std::string_view part) const {
  std::vector<double> values;
  for (const XmlElement* item : at(part).at("PerDataSpace").all("item")) {
    values.push_back(item->number());
  }
  return values;
}

std::string XmlElement::setting(std::string_view part) const {
  const auto given = at(part).all("t_");
  return given.empty() ? "" : given.front()->text;
}

XmlElement read_xml(const std::string& text) {
  static const std::regex tag("<(/?)([A-Za-z_]\\w*)([^>]*)>([^<]*)");
  std::vector<XmlElement> open{XmlElement{}};
  for (std::sregex_iterator it(text.begin(), text.end(), tag), end; it != end; ++it) {
    const std::string name = (*it)[2];
    if ((*it)[1].length() == 0) {
      open.push_back({name, (*it)[3], (*it)[4], {}});
      continue;
    }
    if (open.back().name != name) throw std::runtime_error("</" + name + "> closes nothing");
    XmlElement closed = std::move(open.back());
    open.pop_back();
    open.back().parts.push_back(std::move(closed));
  }
  if (open.size() != 1 || open[0].parts.size() != 1) throw std::runtime_error("not one element");
  return std::move(open[0].parts[0]);
}

FrontEndStats read_summary(const std::string& text) {
  FrontEndStats stats;
  for (const std::string& line : lines_of(text)) {
    if (line.find("Computes =") != std::string::npos) {
      stats.computes = std::stoll(last_word(line));
    } else if (stats.computes < 0 && line.find("Cycles: ") != std::string::npos) {
      stats.cycles = std::stoll(last_word(line));
    } else if (stats.computes < 0 && line.find("Utilization") != std::string::npos) {
      stats.utilization = std::stod(last_word(line));
    } else if (stats.computes >= 0 && line.find('=') != std::string::npos) {
      const auto equals = line.rfind('=');
      const std::string name = stripped(line.substr(0, equals));
      if (name != "Total") stats.energy[name] = std::stod(line.substr(equals + 1));
    }
  }
  return stats;
}

std::map<std::string, Section> read_sections(const std::string& text) {
  static const std::regex level("=== (.*) ===");
  static const std::regex space("    (\\S[^:]*):");
  static const std::regex value("\\s+(.*\\S)\\s*: (.*)");
  std::map<std::string, Section> sections;
  std::string of_level, of_space;
  for (const std::string& line : lines_of(text.substr(0, text.find("Networks\n-----")))) {
    std::smatch match;
    if (std::regex_match(line, match, level)) {
      of_level = match[1];
      of_space.clear();
    } else if (line == "    STATS") {
      of_space.clear();
    } else if (std::regex_match(line, match, space)) {
      of_space = match[1];
    } else if (std::regex_match(line, match, value)) {
      sections[of_level][of_space][match[1]] = match[2];
    }
  }
  return sections;
}

ScriptStats read_script_stats(const std::string& text) {
  const XmlElement root = read_xml(text);
  ScriptStats result;
  for (const XmlElement* item : root.at("a").at("workload_").at("factorized_bounds_").all("item")) {
    result.problem.push_back(item->at("second").number());
  }
  const XmlElement& topology = root.at("engine").at("topology_");
  for (const XmlElement* item : topology.at("levels_").all("item")) {
    const XmlElement& level = item->at("px");
    const XmlElement& specs = level.at("specs_");
    if (level.attributes.find("\"model::ArithmeticUnits\"") != std::string::npos) {
      result.cycles = level.at("cycles_").number();
      result.utilization =
          level.at("utilized_instances_").number() / std::stod(specs.setting("instances"));
      result.energies["MAC"] = level.at("energy_").number();
      continue;
    }
    const std::string name = specs.at("LevelSpecs").at("level_name").text;
    result.energies[name] = energy_of(level, network_of(topology.at("networks_"), name));
    const XmlElement& stats = level.at("stats_");
    std::vector<double> words = stats.by_space("reads");
    for (const char* kind : {"fills", "updates"}) {
      for (std::size_t i = 0; i < words.size(); ++i) words[i] += stats.by_space(kind)[i];
    }
    result.accesses[name] = words;
  }
  for (const auto& [name, energy] : result.energies) result.energy += energy;
  return result;
}

}  // namespace tilewright::testing
