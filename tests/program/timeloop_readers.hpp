#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

// What scripts take from the result files of Timeloop's programs, read by the same rules as theirs.
namespace tilewright::testing {

/// An element of an XML file: attributes stay as they are written.
struct XmlElement {
  std::string name;
  std::string attributes;
  std::string text;  // of an element without parts
  std::vector<XmlElement> parts;

  /// The first part of that name. \throws std::out_of_range.
  const XmlElement& at(std::string_view part) const;
  std::vector<const XmlElement*> all(std::string_view part) const;
  double number() const { return std::stod(text); }
  /// One number per dataspace.
  std::vector<double> by_space(std::string_view part) const;
  /// A setting, which may be absent.
  std::string setting(std::string_view part) const;
};

/// The outermost element. \throws std::runtime_error where elements are not closed in order.
XmlElement read_xml(const std::string& text);

/// What Timeloop's front end takes from `stats.txt`.
struct FrontEndStats {
  std::int64_t cycles = -1;
  std::int64_t computes = -1;
  double utilization = -1;               // percent
  std::map<std::string, double> energy;  // fJ per operation, by level or network; without the total
};
FrontEndStats read_summary(const std::string& text);

/// The values of a section `=== level ===`, by dataspace and by name: "Scalar reads
/// (per-instance)" -> "1536"; those of the level itself are under "".
using Section = std::map<std::string, std::map<std::string, std::string>>;
std::map<std::string, Section> read_sections(const std::string& text);

/// What Timeloop's script takes from the XML: energies in pJ of all instances, wires included.
struct ScriptStats {
  std::vector<double> problem;
  double cycles = 0;
  double utilization = 0;  // of the arithmetic, 0..1
  double energy = 0;       // pJ; leakage is not in the file
  std::map<std::string, double> energies;
  std::map<std::string, std::vector<double>> accesses;  // per instance, by dataspace
};
ScriptStats read_script_stats(const std::string& text);

}  // namespace tilewright::testing
