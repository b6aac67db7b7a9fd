#pragma once

#include <map>
#include <optional>
#include <string>

#include "model/arch/architecture.hpp"
#include "model/convert/statements.hpp"
#include "model/convert/yaml_maker.hpp"
#include "model/energy/compound/design.hpp"
#include "model/energy/prices.hpp"
#include "model/energy/reference_table.hpp"

// Levels and what is said of them, in Tilewright's own form.
namespace tilewright::convert {

/// Adds what a constraint or a mapping says of a level.
void add_statement(const LevelStatement& statement, const YamlMaker& make,
                   YamlMaker::Entries& entries);

/// Where the prices of an architecture come from.
struct PriceSources {
  std::map<std::string, ReferenceComponent> energies;  // by level, of the user's tables
  std::map<std::string, double> areas;                 // um2 of an instance, the same
  std::optional<double> wire_energy;                   // pJ per bit and mm, for all links
  std::map<std::string, std::vector<NetworkPrice::Multicast>> multicasts;  // by network
  std::map<std::string, energy::FlatComponent> classes;  // by level, for estimators
  std::vector<const spec::Node*> compound;               // classes of components
  bool asks_estimators = false;
  std::string leakage;  // "" = does not count
};

/// The section `architecture`, with the constraints that belong to it.
/// \throws UsageError for what the form cannot say
const spec::Node* write_architecture(const Architecture& arch, const PriceSources& prices,
                                     const Statements& constraints, const YamlMaker& make);

}  // namespace tilewright::convert
