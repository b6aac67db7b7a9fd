#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/energy/compound/setting.hpp"
#include "model/spec/node.hpp"
#include "model/spec/readers.hpp"

namespace tilewright::energy {

/// What an action of a compound class makes one of its subcomponents do.
struct Subaction {
  std::string name;
  Settings arguments;
  std::optional<Setting> energy_scale;  // `energy_scale`, `action_share` or `repeat`
};

struct ActionPart {
  std::string subcomponent;  // may hold a range with expressions
  std::vector<Subaction> actions;
  Mark mark;
};

/// `data_delta: 0..n_banks`: one row of the table for every value.
struct ArgumentRange {
  std::string name;
  std::string first;  // expressions
  std::string last;
  Mark mark;
};

struct ActionClass {
  std::string name;
  std::vector<ArgumentRange> arguments;
  std::vector<ActionPart> parts;
  Mark mark;
};

struct Subcomponent {
  std::string name;  // may hold a range with expressions
  std::string component_class;
  Settings attributes;
  std::optional<Setting> area_scale;    // `area_scale` or `area_share`
  std::optional<Setting> energy_scale;  // version 0.4
  Mark mark;
};

/// A class of components: a primitive one, which estimators know, or a compound one.
struct ComponentClass {
  std::string name;
  Dialect dialect = Dialect::v04;
  bool is_compound = true;
  Settings attributes;  // defaults; the text `must_specify` has none
  std::vector<Subcomponent> subcomponents;
  std::vector<ActionClass> actions;
  std::optional<std::string> primitive_type;
  Mark mark;

  const ActionClass* find_action(std::string_view action) const;
};

/// By name.
using ComponentClasses = std::map<std::string, ComponentClass, std::less<>>;

/// Adds the classes of a section `compound_components` (or `components`); of two of one name the
/// last one counts, with a warning. \throws SpecError
void read_classes(const spec::Node& section, ComponentClasses& classes,
                  const spec::Findings& findings);

/// The primitive classes that version 0.3 knows without being told, with their default attributes
/// and actions.
const ComponentClasses& primitive_library();

/// The version of a section: 0.4 and later, or before; `otherwise` if it has none.
Dialect dialect_of(const spec::Node& section, Dialect otherwise);

}  // namespace tilewright::energy
