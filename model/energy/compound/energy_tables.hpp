#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "model/energy/compound/design.hpp"
#include "model/energy/reference_table.hpp"
#include "model/energy/registry.hpp"

namespace tilewright::energy {

/// Many terms have one price.
using SharedPricing = std::shared_ptr<const Pricing>;

/// One term of the energy of a row: what a primitive part does in it.
struct EnergyTerm {
  std::string part;    // `storage.comparator[1..8]`
  std::string action;  // of the part
  Attributes arguments;
  SharedPricing price;  // pJ of one action of one part
  double scale = 1;     // factor in the sum, without the count
  double count = 1;     // parts that do it
  double energy() const { return price->value * scale * count; }
};

struct EnergyRow {
  std::string action;
  Attributes arguments;
  std::vector<EnergyTerm> terms;
  double energy = 0;  // pJ
};

/// One term of the area of a component.
struct AreaTerm {
  std::string part;
  SharedPricing price;  // um2 of one part
  double scale = 1;
  double count = 1;
  double area() const { return price->value * scale * count; }
};

/// Energy and area of one instance of a component.
struct TableEntry {
  std::string name;
  std::string component_class;
  bool is_compound = false;
  std::vector<EnergyRow> rows;
  std::vector<AreaTerm> areas;
  double area = 0;  // um2
};

/// The energy and area reference tables of a design.
struct EnergyTables {
  Dialect dialect = Dialect::v04;
  std::string version;
  std::vector<TableEntry> entries;  // primitive components, then compound ones
};

/// Components, by names without ranges, whose energy or area the user hands in.
struct GivenNames {
  std::set<std::string> energy;
  std::set<std::string> area;
};

/// A component whose actions nobody can price.
struct Unpriced {
  const FlatComponent* component;
  std::vector<std::string> of_users;  // what estimators of the user's say, "name: reason"
};

/// Prices every action and the area of every component of a design but for what is given; about
/// that nobody is asked. With `failures`, components whose actions nobody can price are left out
/// and noted there; of the others, area, leakage and idle energy are left out where
/// nobody knows them. \throws SpecError, EstimationError
EnergyTables price_design(const Design& design, const Registry& registry,
                          const GivenNames& given = {}, std::vector<Unpriced>* failures = nullptr);

/// Estimators of an entry, each once, and the least of their accuracies.
struct EntrySource {
  std::string estimators;  // joined by "+"
  double accuracy = -1;    // percent; < 0 = nobody estimated
};
EntrySource source_of(const TableEntry& entry);

/// As a table that the evaluator's prices are read from.
ReferenceTable to_reference_table(const EnergyTables& tables);

}  // namespace tilewright::energy
