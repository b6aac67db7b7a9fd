#include "model/energy/compound/expand.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "model/names.hpp"

namespace tilewright::energy {
namespace {

constexpr int kDeepest = 50;                          // compound classes within each other
constexpr std::size_t kMostRows = 20'000;             // per component
constexpr std::size_t kMostPartAttributes = 100'000;  // of the parts of one component
constexpr std::size_t kBare = 5;  // attributes that a part without any counts as

// A subcomponent with its attributes evaluated, primitive or compound.
struct Defined {
  std::string name;  // dotted, ranges evaluated; "" = the component itself
  const ComponentClass* component_class = nullptr;  // nullptr = primitive and unknown
  Settings attributes;
  std::size_t part = 0;  // if primitive
  bool is_primitive() const { return component_class == nullptr || !component_class->is_compound; }
};

class Expander {
 public:
  Expander(const FlatComponent& component, const Design& design)
      : component_(component), design_(design), limits_(*design.limits) {}

  ExpandedComponent run() {
    const ComponentClass& own = design_.classes.at(component_.component_class);
    result_.component = &component_;
    result_.is_compound = own.is_compound;
    result_.primitive_type = own.primitive_type.value_or("");
    Defined& self = define("", own.is_compound ? &own : nullptr, component_.attributes);
    const SettingScope scope({&component_.attributes});
    Resolver& rules = resolver(own.dialect);
    const double area_scale =
        component_.area_scale ? rules.number(*component_.area_scale, scope) : 1;
    const double energy_scale =
        component_.energy_scale ? rules.number(*component_.energy_scale, scope) : 1;
    if (own.is_compound) {
      add_subcomponents(own, self, area_scale, energy_scale, 0);
      add_rows(own);
    } else {
      add_part(self, component_.name, component_.component_class, area_scale, energy_scale);
      result_.parts.back().count = 1;  // its table is per instance
      add_rows(own);
    }
    return std::move(result_);
  }

 private:
  Resolver& resolver(Dialect dialect) { return dialect == Dialect::v03 ? v03_ : v04_; }

  Defined& define(const std::string& name, const ComponentClass* component_class,
                  Settings attributes) {
    Defined& defined = defined_[without_ranges(name)];
    defined = {name, component_class, std::move(attributes), 0};
    return defined;
  }

  void add_part(Defined& defined, const std::string& name, const std::string& component_class,
                double area_scale, double energy_scale) {
    defined.part = result_.parts.size();
    limits_.parts.spend(1, component_.mark);
    result_.parts.push_back({name, component_class, to_attributes(defined.attributes), area_scale,
                             energy_scale, count_in_name(name)});
  }

  const ComponentClass* find_class(const std::string& name) const {
    const auto it = design_.classes.find(name);
    if (it != design_.classes.end()) return &it->second;
    if (design_.dialect == Dialect::v04) return nullptr;
    const auto known = primitive_library().find(name);
    return known == primitive_library().end() ? nullptr : &known->second;
  }

  void add_subcomponents(const ComponentClass& owner_class, const Defined& owner, double area_scale,
                         double energy_scale, int depth) {
    if (depth > kDeepest) {
      throw SpecError(owner_class.mark, fmt::format("{}: class '{}' contains itself",
                                                    component_.name, owner_class.name));
    }
    const Settings above = owner.attributes;
    const std::string prefix = owner.name.empty() ? "" : owner.name + ".";
    Resolver& rules = resolver(owner_class.dialect);
    for (const Subcomponent& sub : owner_class.subcomponents) {
      const SettingScope scope({&above});
      const std::string name = prefix + rules.resolve_name(sub.name, scope, sub.mark);
      const ComponentClass* sub_class = find_class(sub.component_class);
      Settings attributes = sub_attributes(sub, sub_class, above, rules, name);
      const SettingScope inner({&attributes, &above});
      const double area = area_scale * (sub.area_scale ? rules.number(*sub.area_scale, inner) : 1);
      const double energy =
          energy_scale * (sub.energy_scale ? rules.number(*sub.energy_scale, inner) : 1);
      Defined& defined = define(name, sub_class, std::move(attributes));
      if (defined.is_primitive()) {
        add_part(defined, name, sub.component_class, area, energy);
      } else {
        add_subcomponents(*sub_class, defined, area, energy, depth + 1);
      }
    }
  }

  // The subcomponent's own attributes over those of its owner, the defaults of its class, and then
  // what refers to each other.
  Settings sub_attributes(const Subcomponent& sub, const ComponentClass* sub_class,
                          const Settings& above, Resolver& rules, const std::string& name) {
    const std::string where = component_.name + ": " + name;
    const bool is_v04 = rules.dialect() == Dialect::v04;
    Settings attributes = sub.attributes;
    if (is_v04) {
      rules.resolve_all(attributes, above);
      hand_down(above, attributes, sub.mark, where);
    } else {
      const SettingScope scope({&above});
      for (Setting& setting : attributes) setting.value = rules.resolve(setting, scope);
    }
    if (sub_class != nullptr) add_defaults(*sub_class, attributes, sub, where);
    Resolver& inner_rules =
        sub_class != nullptr && sub_class->is_compound ? resolver(sub_class->dialect) : rules;
    inner_rules.resolve_all(attributes, inner_rules.dialect() == Dialect::v04 ? above : Settings());
    inner_rules.check_resolved(attributes, where);
    part_attributes_.spend(kBare + weight_of(attributes) + name.size() / kBare, sub.mark);
    return attributes;
  }

  static void add_defaults(const ComponentClass& sub_class, Settings& attributes,
                           const Subcomponent& sub, const std::string& where) {
    for (const Setting& setting : sub_class.attributes) {
      const Setting* given = find_setting(attributes, setting.name);
      const bool is_given =
          given != nullptr && (sub_class.dialect == Dialect::v03 || !given->value.is_none());
      if (!is_given && setting.value == Value("must_specify")) {
        throw SpecError(sub.mark, fmt::format("{}: class '{}' needs the attribute '{}'", where,
                                              sub_class.name, setting.name));
      }
      if (sub_class.dialect == Dialect::v03 && is_given) continue;
      // Version 0.4 evaluates in the order of the class.
      Setting chosen = is_given ? *given : setting;
      std::erase_if(attributes, [&](const Setting& s) { return s.name == setting.name; });
      attributes.push_back(std::move(chosen));
    }
  }

  void add_rows(const ComponentClass& own) {
    Resolver& rules = resolver(own.dialect);
    for (const ActionClass& action : own.actions) {
      for (Settings& arguments : combinations(action, rules)) {
        ActionRow row{action.name, to_attributes(arguments), {}};
        if (own.is_compound) {
          add_actions(row, own, action, "", arguments, 1, 0);
        } else {
          Attributes passed = row.arguments;
          if (design_.dialect == Dialect::v04) add_action_keys(passed, component_.attributes);
          row.arguments = passed;
          row.actions.push_back({0, component_.name, action.name, std::move(passed), 1, 1});
        }
        limits_.parts.spend(1, action.mark);
        if (result_.rows.size() == kMostRows) {
          throw SpecError(action.mark,
                          fmt::format("{}: more than {} rows", component_.name, kMostRows));
        }
        result_.rows.push_back(std::move(row));
      }
    }
  }

  // Every combination of the values of the arguments; the first one varies fastest.
  std::vector<Settings> combinations(const ActionClass& action, Resolver& rules) {
    std::vector<Settings> result(1);
    const SettingScope scope({&component_.attributes});
    for (const ArgumentRange& range : action.arguments) {
      const double first = rules.number(range.first, scope, range.mark, range.name);
      const double last = rules.number(range.last, scope, range.mark, range.name);
      std::vector<Settings> longer;
      const double values = std::max(std::floor(last - first) + 1, 0.0);
      if (values * static_cast<double>(result.size()) > static_cast<double>(kMostRows)) {
        throw SpecError(range.mark, fmt::format("{}: action {} has more than {} rows",
                                                component_.name, action.name, kMostRows));
      }
      for (int i = 0; i < static_cast<int>(values); ++i) {
        for (Settings settings : result) {
          settings.push_back({range.name, first + i, false, range.mark});
          longer.push_back(std::move(settings));
        }
      }
      result = std::move(longer);
    }
    return result;
  }

  static void add_action_keys(Attributes& arguments, const Settings& attributes) {
    for (const char* key : {"global_cycle_seconds", "action_latency_cycles"}) {
      const Setting* setting = find_setting(attributes, key);
      if (setting != nullptr && arguments.find(key) == nullptr) arguments.set(key, setting->value);
    }
  }

  const Defined& find_defined(const std::string& name, const ActionPart& part) const {
    const auto it = defined_.find(without_ranges(name));
    if (it == defined_.end()) {
      std::vector<std::string> known;
      for (const auto& entry : defined_) {
        if (!entry.first.empty()) known.push_back(entry.first);
      }
      throw SpecError(part.mark,
                      fmt::format("{}: there is no subcomponent '{}'{}", component_.name,
                                  without_ranges(name), hint(without_ranges(name), known)));
    }
    check_range(name, it->second.name, part);
    return it->second;
  }

  void check_range(const std::string& used, const std::string& declared,
                   const ActionPart& part) const {
    const auto wanted = ranges_in_name(used);
    const auto there = ranges_in_name(declared);
    if (wanted.empty()) return;
    bool fits = wanted.size() == there.size();
    for (std::size_t i = 0; fits && i < wanted.size(); ++i) {
      fits = wanted[i].first >= there[i].first && wanted[i].last <= there[i].last;
    }
    if (!fits) {
      throw SpecError(part.mark,
                      fmt::format("{}: '{}' is no part of '{}'", component_.name, used, declared));
    }
  }

  // The actions of the parts that `action` of the (sub)component `owner` stands for.
  void add_actions(ActionRow& row, const ComponentClass& owner_class, const ActionClass& action,
                   const std::string& owner, const Settings& arguments, double scale, int depth) {
    const Settings& attributes = defined_.at(without_ranges(owner)).attributes;
    Resolver& rules = resolver(owner_class.dialect);
    const SettingScope scope({&arguments, &attributes});
    const std::string prefix = owner.empty() ? "" : owner + ".";
    for (const ActionPart& part : action.parts) {
      const std::string name = prefix + rules.resolve_name(part.subcomponent, scope, part.mark);
      const Defined& defined = find_defined(name, part);
      for (const Subaction& subaction : part.actions) {
        const double own_scale =
            subaction.energy_scale ? rules.number(*subaction.energy_scale, scope) : 1;
        Settings passed = pass_arguments(subaction, arguments, attributes, rules, part.mark);
        limits_.parts.spend(1, part.mark);
        if (defined.is_primitive()) {
          row.actions.push_back({defined.part, name, subaction.name, to_attributes(passed),
                                 scale * own_scale, count_in_name(name)});
          continue;
        }
        const ActionClass* inner = defined.component_class->find_action(subaction.name);
        if (inner == nullptr) {
          throw SpecError(part.mark,
                          fmt::format("{}: class '{}' of '{}' has no action '{}'", component_.name,
                                      defined.component_class->name, name, subaction.name));
        }
        if (depth > kDeepest) throw SpecError(part.mark, "actions that contain each other");
        add_actions(row, *defined.component_class, *inner, name, passed, scale * own_scale,
                    depth + 1);
      }
    }
  }

  Settings pass_arguments(const Subaction& subaction, const Settings& arguments,
                          const Settings& attributes, Resolver& rules, const Mark& mark) {
    Settings passed = subaction.arguments;
    const SettingScope scope({&arguments, &attributes});
    if (rules.dialect() == Dialect::v03) {
      for (Setting& setting : passed) {
        setting.value = rules.resolve(setting, scope);
        if (setting.value.text() == nullptr) continue;
        // In version 0.3 too, an argument is a number.
        setting.value = rules.number(setting, scope);
      }
      return passed;
    }
    Settings both = arguments;
    for (const Setting& setting : attributes) {
      if (find_setting(both, setting.name) == nullptr) both.push_back(setting);
    }
    rules.resolve_all(passed, both);
    hand_down(both, passed, mark, component_.name);
    return passed;
  }

  const FlatComponent& component_;
  const Design& design_;
  DesignLimits& limits_;
  Quota part_attributes_{kMostPartAttributes, "attributes of the parts of one component"};
  Resolver v03_{Dialect::v03, limits_.expressions};
  Resolver v04_{Dialect::v04, limits_.expressions};
  std::map<std::string, Defined> defined_;  // by dotted name without ranges
  ExpandedComponent result_;
};

}  // namespace

ExpandedComponent expand(const FlatComponent& component, const Design& design) {
  return Expander(component, design).run();
}

}  // namespace tilewright::energy
