#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/energy/compound/design_limits.hpp"
#include "model/energy/estimator.hpp"
#include "model/energy/expression/expression.hpp"
#include "model/error.hpp"
#include "model/spec/node.hpp"

namespace tilewright::energy {

/// An attribute or argument as a file gives it: a value, or the text of an expression that is still
/// to be evaluated (`is_open`).
struct Setting {
  std::string name;
  Value value;
  bool is_open = false;
  Mark mark;
};

/// In the order of the file, which is the order of evaluation.
using Settings = std::vector<Setting>;

const Setting* find_setting(const Settings& settings, std::string_view name);
/// Replaces the value of a name in its place, or appends it.
void put_setting(Settings& settings, Setting setting);
Attributes to_attributes(const Settings& settings);

/// A value of a file. In version 0.4 a text in quotes is a text, and one without an expression; up
/// to 0.3 every text is tried as an expression.
Setting read_setting(const std::string& name, const spec::Node& node, Dialect dialect);
Settings read_settings(const spec::Node* map, std::string_view what, Dialect dialect);

/// What they count in a limit: one each, and their texts and lists.
std::size_t weight_of(const Settings& settings);

/// Values by name, where a list would be too long to look through.
using NamedValues = std::unordered_map<std::string, Value>;

/// Names from several lists of settings; the first list that has one wins. `named` comes after the
/// first list.
class SettingScope : public Scope {
 public:
  explicit SettingScope(std::vector<const Settings*> layers, const NamedValues* named = nullptr)
      : layers_(std::move(layers)), named_(named) {}
  std::optional<Value> find(std::string_view name) const override;
  std::vector<std::string> names() const override;

 private:
  std::vector<const Settings*> layers_;
  const NamedValues* named_;
};

/// Evaluates settings by the rules of a version.
class Resolver {
 public:
  Resolver(Dialect dialect, Allowance& allowance) : dialect_(dialect), allowance_(allowance) {}
  Dialect dialect() const { return dialect_; }

  /// The value of one setting. Up to version 0.3 what has no value stays the text that it is
  /// (`45nm`). \throws SpecError otherwise.
  Value resolve(const Setting& setting, const Scope& scope);
  /// The value of an expression that must be a number. \throws SpecError
  double number(const Setting& setting, const Scope& scope);
  double number(const std::string& text, const Scope& scope, const Mark& mark,
                std::string_view what);
  /// Evaluates all of `settings`, in order. In version 0.4 they see those of `outer` and the ones
  /// before them; up to 0.3 `outer` and all of them, evaluated or not.
  void resolve_all(Settings& settings, const Settings& outer) { resolve_all(settings, {&outer}); }
  /// The same with several outer ones, as in a SettingScope.
  void resolve_all(Settings& settings, const std::vector<const Settings*>& outer,
                   const NamedValues* named = nullptr);
  /// Up to version 0.3, at the end: \throws SpecError for a text that computes something with a
  /// name that nothing has. It would count as the number that it starts with.
  void check_resolved(const Settings& settings, const std::string& where);
  /// `storage[1..width*depth]` with its first range evaluated.
  std::string resolve_name(const std::string& name, const Scope& scope, const Mark& mark);

 private:
  Value evaluate(const std::string& text, const Scope& scope, const Mark& mark,
                 std::string_view what);
  Value resolve_text(const std::string& text, const Scope& scope);

  Dialect dialect_;
  Allowance& allowance_;
  ExpressionCache expressions_;
};

/// The values in sections `variables` (maps, or lists of them), each of which may use those before
/// it; `otherwise`: the dialect of those that name no version. \throws SpecError
Settings evaluate_variables(const std::vector<const spec::Node*>& sections, Allowance& allowance,
                            Dialect otherwise);

/// `a.b` of `a[0..3].b[1..2]`.
std::string without_ranges(std::string_view name);
/// How many a name stands for: 8 for `a[0..3].b[1..2]`; a single index counts once.
double count_in_name(std::string_view name);
/// The bounds in brackets, {index, index} for a single one, in their order. \throws SpecError
struct IndexRange {
  double first = 0;
  double last = 0;
};
std::vector<IndexRange> ranges_in_name(std::string_view name);

}  // namespace tilewright::energy
