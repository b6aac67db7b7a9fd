// Architectures for `tilewright energy`: classes of classes, attributes handed down, expressions.
#include "hostile/hostile_inputs.hpp"

namespace tilewright::hostile {
namespace {

using std::to_string;

constexpr const char* kSram = "SRAM, attributes: {width: 64, depth: 64}";

// An architecture with one component of a class; what follows are the classes.
std::string one_component(const std::string& component_class, const std::string& name = "a") {
  return "architecture:\n  version: 0.3\n  subtree:\n  - name: chip\n"
         "    attributes: {technology: 45nm}\n"
         "    local: [{name: \"" +
         name + "\", class: " + component_class + "}]\n";
}

std::string classes(const std::string& list) {
  return "compound_components:\n  version: 0.3\n  classes:\n" + list;
}

// Components beside each other, below `attributes`.
std::string tree(const std::string& attributes, const std::string& components) {
  return "architecture:\n  version: 0.3\n  subtree:\n  - name: chip\n    attributes: {technology: "
         "45nm, width: 64, depth: 64" +
         attributes + "}\n    local:\n" + components;
}

std::string nodes(const std::string& components) {
  return "architecture:\n  version: 0.4\n  nodes:\n  - !Container\n    name: chip\n"
         "    attributes: {technology: \"45nm\", global_cycle_seconds: 1e-9}\n" +
         components;
}

// Classes in a chain, each with the parts and the actions of the next that `of` says.
Input class_chain(const std::string& subcomponents, const std::string& actions) {
  const auto put = [](std::string text, const std::string& what) {
    for (auto at = text.find('@'); at != text.npos; at = text.find('@', at + what.size())) {
      text.replace(at, 1, what);
    }
    return text;
  };
  constexpr int kClasses = 31;
  return for_energy(one_component("A0") + classes(repeated(kClasses, [&](int i) {
                      const std::string next = i + 1 < kClasses ? "A" + to_string(i + 1) : kSram;
                      return "  - {name: A" + to_string(i) + ", subcomponents: [" +
                             put(subcomponents, next) +
                             "], actions: [{name: read, subcomponents: [" + actions + "]}]}\n";
                    })));
}

Maker component_with(std::string begin, std::string middle, std::string end) {
  return [=](std::size_t bytes) {
    return for_energy(one_component("SRAM, attributes: {depth: 64, " + begin +
                                    filled(bytes, middle) + end + "}"));
  };
}

Input attributes_handed_down(std::size_t bytes) {
  return for_energy(tree(
      repeated(900, [](int i) { return ", k" + to_string(i) + ": 1"; }),
      filled(bytes, [](int i) { return "    - {name: a" + to_string(i) + ", class: SRAM}\n"; })));
}

Input rows(const std::string& arguments) {
  return for_energy(
      one_component("A0") +
      classes("  - {name: A0, subcomponents: [{name: x, class: " + std::string(kSram) +
              "}], actions: [{name: read, arguments: {" + arguments +
              "}, subcomponents: [{name: x, actions: [{name: read}]}]}]}\n"));
}

Input wide_class(std::size_t bytes) {
  const auto name = [](int i) { return "x" + to_string(i); };
  return for_energy(
      one_component("A0") +
      classes(
          "  - {name: A0, subcomponents: [" +
          filled(bytes / 2,
                 [&](int i) { return "{name: " + name(i) + ", class: " + kSram + "}, "; }) +
          "], actions: [{name: read, subcomponents: [" +
          repeated(static_cast<int>(bytes / 120),
                   [&](int i) { return "{name: " + name(i) + ", actions: [{name: read}]}, "; }) +
          "]}]}\n"));
}

Input many_actions(std::size_t bytes) {
  return for_energy(
      one_component("A0") +
      classes("  - {name: A0, subcomponents: [{name: x, class: " + std::string(kSram) +
              "}], actions: [" +
              filled(bytes,
                     [](int i) {
                       return "{name: r" + to_string(i) +
                              ", subcomponents: [{name: x, actions: [{name: read}]}]}, ";
                     }) +
              "]}\n"));
}

Input text_attributes_that_double(std::size_t /*bytes*/) {
  return for_energy(
      nodes("  - !Component {name: a, class: SRAM, attributes: {width: 64, depth: 64, "
            "t0: str(width)" +
            repeated(40,
                     [](int i) {
                       const std::string last = "t" + to_string(i);
                       return ", t" + to_string(i + 1) + ": " + last + "+" + last;
                     }) +
            "}}\n"));
}

Input chain_of_variables(std::size_t bytes) {
  return for_energy(
      "variables: {version: 0.4, v0: 1, " +
      filled(bytes, [](int i) { return "v" + to_string(i + 1) + ": v" + to_string(i) + "+1, "; }) +
      "}\n" + nodes("  - !Component {name: a, class: SRAM, attributes: {}}\n"));
}

Input expressions(std::size_t bytes) {
  return for_energy(tree("", filled(bytes, [](int i) {
                           return "    - {name: a" + to_string(i) +
                                  ", class: SRAM, attributes: {k: " + to_string(i) +
                                  repeated(100, [](int j) { return "+" + to_string(j); }) + "}}\n";
                         })));
}

std::string table(std::size_t bytes, const std::string& component_of_all) {
  return "ERT:\n  tables:\n" +
         (component_of_all.empty()
              ? filled(bytes,
                       [](int i) {
                         return "  - {name: a" + to_string(i) +
                                ", actions: [{name: read, energy: 1}]}\n";
                       })
              : "  - name: " + component_of_all + "\n    actions:\n" + filled(bytes, [](int i) {
                  return "    - {name: r" + to_string(i) + ", energy: 1}\n";
                }));
}

Input with_output(std::string text) {
  Input input = for_energy(std::move(text));
  input.arguments.insert(input.arguments.end(), {"-o", "out"});
  return input;
}

Input counts_of_actions(std::size_t bytes) {
  return with_output(table(bytes / 2, "MAC") +
                     "action_counts:\n  local:\n  - name: MAC\n    action_counts:\n" +
                     repeated(static_cast<int>(bytes / 70), [](int i) {
                       return "    - {name: r" + to_string(i) + ", counts: 1}\n";
                     }));
}

Input counts_of_components(std::size_t bytes) {
  return with_output(table(bytes / 2, "") + "action_counts:\n  local:\n" +
                     repeated(static_cast<int>(bytes / 110), [](int i) {
                       return "  - {name: a" + to_string(i) +
                              ", action_counts: [{name: read, counts: 1}]}\n";
                     }));
}

}  // namespace

std::vector<Kind> energy_kinds() {
  const std::string two_parts = "{name: x, class: @}, {name: y, class: @}";
  const std::string read_x = "{name: x, actions: [{name: read}]}";
  const std::string read_y = "{name: y, actions: [{name: read}]}";
  return {
      {"ClassesThatDouble",
       [=](std::size_t) { return class_chain(two_parts, read_x + ", " + read_y); }},
      {"ClassesThatDoubleUnused", [=](std::size_t) { return class_chain(two_parts, read_x); }},
      {"ActionsThatDouble",
       [=](std::size_t) {
         return class_chain("{name: x, class: @}",
                            "{name: x, actions: [{name: read}, {name: read}]}");
       }},
      {"ClassOfItself",
       [](std::size_t) {
         return for_energy(one_component("A0") +
                           classes("  - {name: A0, subcomponents: [{name: x, class: A0}, "
                                   "{name: y, class: A0}]}\n"));
       }},
      {"ClassWithManyParts", wide_class},
      {"ClassWithManyActions", many_actions},
      {"ArgumentRows", [](std::size_t) { return rows("a: 0..999, b: 0..999"); }},
      {"ArgumentOfHugeValue", [](std::size_t) { return rows("a: 1e300..1e300"); }},
      {"ArgumentOfHugeRange", [](std::size_t) { return rows("a: 0..1e18"); }},
      {"AttributesHandedDown", attributes_handed_down},
      {"Attributes",
       [](std::size_t bytes) {
         return for_energy(one_component(
             "SRAM, attributes: {" +
             filled(bytes, [](int i) { return "k" + to_string(i) + ": 1, "; }) + "}"));
       }},
      {"Components",
       [](std::size_t bytes) {
         return for_energy(tree("", filled(bytes, [](int i) {
                                  return "    - {name: a" + to_string(i) + ", class: SRAM}\n";
                                })));
       }},
      {"ComponentsOfVersion4",
       [](std::size_t bytes) {
         return for_energy(nodes(filled(bytes, [](int i) {
           return "  - !Component {name: a" + to_string(i) +
                  ", class: SRAM, attributes: {width: 64, depth: 64}}\n";
         })));
       }},
      {"TextAttributesThatDouble", text_attributes_that_double},
      {"ChainOfVariables", chain_of_variables},
      {"Expressions", expressions},
      {"ExpressionTower", component_with("width: ", "2**", "2")},
      {"ExpressionParentheses", component_with("width: \"", "(", "\"")},
      {"ExpressionNots", component_with("width: \"", "not ", "1\"")},
      {"ExpressionSum", component_with("width: ", "1+", "1")},
      {"RangeOfHugeIndex",
       [](std::size_t) { return for_energy(one_component(kSram, "a[0..1e18]")); }},
      {"RangesInAName",
       [](std::size_t bytes) {
         return for_energy(one_component(kSram, "a" + filled(bytes, "[0..1]")));
       }},
      {"TablesGiven", [](std::size_t bytes) { return with_output(table(bytes, "")); }},
      {"TableOfManyRows", [](std::size_t bytes) { return with_output(table(bytes, "MAC")); }},
      {"CountsOfActions", counts_of_actions},
      {"CountsOfComponents", counts_of_components},
  };
}

}  // namespace tilewright::hostile
