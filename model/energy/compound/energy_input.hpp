#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/energy/compound/energy_tables.hpp"
#include "model/spec/document.hpp"
#include "model/spec/spec.hpp"

namespace tilewright::energy {

/// Tables that the user hands in: their rows count, and nobody is asked for them.
struct GivenTables {
  std::vector<TableEntry> energy;  // ERT: names and rows
  std::vector<TableEntry> area;    // ART: names and areas
};

/// What a set of files says about energy.
struct EnergyInput {
  Design design;
  bool has_architecture = false;
  bool assumes_node = false;  // a flat architecture some of whose levels name no process node
  GivenTables given;
  std::vector<Warning> warnings;
  std::vector<std::string> files;
  std::vector<std::unique_ptr<spec::Document>> documents;

  bool is_empty() const {
    return !has_architecture && !design.has_action_counts && given.energy.empty() &&
           given.area.empty();
  }
};

/// What to tell where it is.
inline constexpr const char* kAssumedNode =
    "the architecture names no process node: 65 nm is assumed ('technology: 28nm' in the file, of "
    "the whole or of a level, or --technology tells another)";

/// How the files are read.
struct EnergyReadOptions {
  ReadOptions limits;
  std::optional<double> technology;  // nm, of all components that are hardware
  /// The components of the architecture as they stand, without defaults of their classes, and
  /// nothing else.
  bool components_only = false;
};

/// Reads architectures, component classes, variables, action counts, ERT and ART in any order, of
/// versions 0.2 to 0.4; folders stand for their YAML files, or for their template (`.jinja2`) where
/// they have one. Other sections are not looked at.
/// \throws SpecError
EnergyInput read_energy_input(const std::vector<std::string>& paths,
                              const EnergyReadOptions& options);
/// The same of texts in memory.
EnergyInput read_energy_texts(const std::vector<SpecText>& texts, const EnergyReadOptions& options);

/// The same of specs that are read already. Their templates are not rendered.
EnergyInput read_energy_sections(const SpecSet& specs, const EnergyReadOptions& options = {});

/// Prices the levels of `specs` that have neither a price of the user's nor one in a table, and
/// adds them to its table, so that search and model see them. Where nobody can price a level, a
/// warning says so, and the technology model `pat` remains. \throws SpecError, EstimationError
/// `priced`: all levels, or only DRAM of a type, which nobody but estimators prices.
enum class Priced : std::uint8_t { all, typed_dram };
void add_estimates(SpecSet& specs, const Registry& registry, Priced priced = Priced::all);

/// Where leakage counts and no estimator is asked: a warning that names the levels without any.
void warn_of_unknown_leakage(SpecSet& specs);

/// The tables of the input: given ones first, the registry for the rest.
/// \throws SpecError, EstimationError
EnergyTables price_input(const EnergyInput& input, const Registry& registry);

/// Energy of a component over a run.
struct ComponentEnergy {
  std::string name;
  double energy = 0;  // pJ
};

/// What the action counts of the input cost, in their order. \throws SpecError for a component,
/// action or argument that the tables lack.
std::vector<ComponentEnergy> energy_of_counts(const Design& design, const EnergyTables& tables);

}  // namespace tilewright::energy
