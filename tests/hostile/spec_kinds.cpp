// Specs of `network`, `bound`, `model` and `map`; certificates.
#include "hostile/hostile_inputs.hpp"

namespace tilewright::hostile {
namespace {

using std::to_string;

const std::string kArch =
    "arch:\n  arithmetic: {name: MAC, instances: 4, word-bits: 16}\n  storage:\n"
    "  - {name: Buf, entries: 64, instances: 1, word-bits: 16}\n"
    "  - {name: Main, technology: DRAM, instances: 1, word-bits: 16}\n";
const std::string kProblem = "problem: {shape: gemm, instance: {M: 4, N: 4, K: 4}}\n";

Input for_command(std::vector<std::string> arguments, std::string text) {
  arguments.insert(arguments.begin() + 1, "input.yaml");
  return {std::move(arguments), {{"input.yaml", std::move(text)}}};
}

std::string network(const std::string& keys, const std::string& layers) {
  return "network:\n  name: n\n  shape: gemm\n" + keys + "  layers:\n" + layers;
}

std::string name(int i) { return "l" + to_string(i); }

std::string layers(std::size_t bytes, const std::string& instance, const std::string& more = "") {
  return filled(bytes, [&](int i) {
    return "  - {name: " + name(i) + ", instance: " + instance + more + "}\n";
  });
}

const std::string kSizes = "{M: 4, N: 4, K: 4}";

// A word of letters for a number.
std::string word(int i) {
  std::string letters = "x";
  for (int rest = i + 1; rest != 0; rest /= 26) letters += static_cast<char>('a' + rest % 26);
  return letters;
}

Input inputs_of_layers(std::size_t bytes, const std::string& option) {
  std::string text;
  for (int i = 0; text.size() < bytes; ++i) {
    text += "  - {name: " + name(i) + ", instance: " + kSizes + ", inputs: [" +
            repeated(i, [](int j) { return name(j) + ", "; }) + "]}\n";
  }
  Input input = for_command({"network"}, network("", text));
  if (!option.empty()) input.arguments.push_back(option);
  return input;
}

Input own_shapes(std::size_t bytes) {
  return for_command({"network", "--merge"},
                     network("", filled(bytes, [](int i) {
                               return "  - {name: " + name(i) +
                                      ", shape: {dimensions: [A], data-spaces: [{name: S" +
                                      to_string(i) +
                                      ", projection: [[[A]]], read-write: True}]}, "
                                      "instance: {A: 4}}\n";
                             })));
}

Input long_name(std::size_t bytes, const std::string& command) {
  return for_command({command}, kArch + network("", "  - {name: " + std::string(bytes / 2, 'x') +
                                                        ", instance: " + kSizes + "}\n" +
                                                        layers(bytes / 2, kSizes)));
}

Input layers_of_a_file(std::size_t bytes, const std::string& keys, const std::string& rest) {
  return {{"network", "input.yaml"},
          {{"input.yaml", network("", filled(bytes / 2, "  - {file: layer.yaml}\n"))},
           {"layer.yaml",
            "problem: {shape: gemm, instance: {M: 4, N: 4, K: 4" + keys + "}}\n" + rest}}};
}

std::string keys_of(std::size_t bytes) {
  return filled(bytes, [](int i) { return "k" + to_string(i) + ": 1, "; });
}

Input unused_defaults(std::size_t bytes) {
  const std::string defaults = repeated(200, [](int i) { return word(i) + "defaults: 1, "; });
  return for_command(
      {"network"}, network("  defaults: {" + defaults + "}\n", filled(bytes, [](int i) {
                             return "  - {name: " + name(i) + ", shape: {dimensions: [" + word(i) +
                                    "], data-spaces: [{name: S, projection: [[[" + word(i) +
                                    "]]], read-write: True}]}, instance: {" + word(i) + ": 4}}\n";
                           })));
}

std::string tree(const std::string& components) {
  return "architecture:\n  version: 0.3\n  subtree:\n  - name: chip\n    local:\n" + components +
         "    - {name: m, class: SRAM, attributes: {depth: 4, width: 16, word-bits: 16}}\n"
         "    - {name: c, class: intmac}\n" +
         kProblem;
}

Input components(std::size_t bytes, const std::string& component_class) {
  return for_command({"bound"}, tree(filled(bytes, [&](int i) {
                       return "    - {name: a" + to_string(i) + ", class: " + component_class +
                              "}\n";
                     })));
}

Input levels(std::size_t bytes, bool changes) {
  const std::size_t each = changes ? bytes / 2 : bytes;
  const std::string storage =
      filled(each, [](int i) { return "  - {name: L" + to_string(i) + ", instances: 1}\n"; });
  const std::string text = "arch:\n  arithmetic: {name: MAC, instances: 4}\n  storage:\n" + storage;
  if (!changes) return for_command({"bound"}, text + kProblem);
  return for_command({"bound"}, text + "architecture_changes:\n" + filled(each, [](int i) {
                                  return "- {target: L" + to_string(i) + ", sizeKB: 4}\n";
                                }) + kProblem);
}

Input shape_with(const std::string& begin, const std::string& middle, const std::string& end,
                 std::size_t bytes) {
  return for_command({"network"}, "problem:\n  shape: {dimensions: [A], data-spaces: [" + begin +
                                      filled(bytes, middle) + end + "]}\n  instance: {A: 4}\n");
}

Input price_table(std::size_t bytes) {
  return for_command(
      {"bound"},
      kArch + kProblem + "ERT:\n  tables:\n  - name: MAC\n    actions:\n" +
          filled(bytes, [](int i) { return "    - {name: r" + to_string(i) + ", energy: 1}\n"; }));
}

// In Tilewright's own form.
Input own_form(const std::string& section) {
  return for_command({"network"}, "tilewright: 1\n" + section);
}

Input own_layers(std::size_t bytes) {
  return own_form("network:\n  shape: gemm\n  layers:\n" + filled(bytes, [](int i) {
                    return "  - {name: " + name(i) + ", sizes: " + kSizes + "}\n";
                  }));
}

Input own_shapes_of_a_network(std::size_t bytes) {
  return own_form("network:\n  shapes:\n" + filled(bytes, [](int i) {
                    return "  - {name: " + name(i) +
                           ", dimensions: [A], tensors: {T: [A]}, outputs: [T]}\n";
                  }));
}

Input own_levels(std::size_t bytes) {
  return own_form("architecture:\n  arithmetic: {name: MAC}\n  levels:\n" +
                  filled(bytes, [](int i) { return "  - {name: " + name(i) + "}\n"; }));
}

Input own_factors(std::size_t bytes) {
  return own_form("mapspace:\n  levels:\n  - {name: a, temporal: {factors: {" +
                  filled(bytes, [](int i) { return word(i) + ": 1, "; }) + "}}}\n");
}

Input own_coordinate(std::size_t bytes) {
  return own_form("network:\n  shapes:\n  - {name: a, dimensions: [A], tensors: {T: [" +
                  filled(bytes, "A+") + "A]}, outputs: [T]}\n");
}

Maker certificate(std::string begin, std::string middle, std::string end) {
  return [=](std::size_t bytes) {
    return Input{{"verify", "certificate.json"},
                 {{"certificate.json", begin + filled(bytes, middle) + end}}};
  };
}

Kind spec_kind(std::string name, std::vector<std::string> arguments, std::string begin,
               std::string middle, std::string end) {
  return {std::move(name), [=](std::size_t bytes) {
            return for_command(arguments, begin + filled(bytes, middle) + end);
          }};
}

}  // namespace

std::vector<Kind> spec_kinds() {
  std::vector<Kind> kinds{
      {"Layers",
       [](std::size_t b) { return for_command({"network"}, network("", layers(b, kSizes))); }},
      {"LayersWithDefaults",
       [](std::size_t b) {
         return for_command({"network"},
                            network("  defaults: {M: 4, N: 4, K: 4}\n", layers(b, "{}")));
       }},
      {"LayersBound",
       [](std::size_t b) {
         return for_command({"bound"}, kArch + network("", layers(b / 4, kSizes)));
       }},
      {"LayersWithInputs", [](std::size_t b) { return inputs_of_layers(b, ""); }},
      {"LayersWithInputsMerged", [](std::size_t b) { return inputs_of_layers(b, "--merge"); }},
      {"LayersWithInputsDrawn", [](std::size_t b) { return inputs_of_layers(b, "--dot=-"); }},
      {"LayersWithOwnShapes", own_shapes},
      {"LayersOfOneName",
       [](std::size_t b) {
         return for_command({"network"},
                            network("", filled(b, "  - {name: a, instance: " + kSizes + "}\n")));
       }},
      {"LayerOfALongName", [](std::size_t b) { return long_name(b, "network"); }},
      {"LayerOfALongNameBound", [](std::size_t b) { return long_name(b, "bound"); }},
      {"LayersOfAFile",
       [](std::size_t b) { return layers_of_a_file(b, "", "#" + std::string(b / 2, 'x') + "\n"); }},
      {"LayersOfAFileWithKeys",
       [](std::size_t b) { return layers_of_a_file(b, ", " + keys_of(b / 2), ""); }},
      {"Defaults",
       [](std::size_t b) {
         return for_command({"network"},
                            network("  defaults: {" + keys_of(b / 2) + "}\n", layers(b / 2, "{}")));
       }},
      {"DefaultsUnused", unused_defaults},
      {"DataBits",
       [](std::size_t b) {
         return for_command({"network"}, network("  data-bits: {" + keys_of(b / 2) + "}\n",
                                                 layers(b / 2, kSizes)));
       }},
      {"Levels", [](std::size_t b) { return levels(b, false); }},
      {"LevelsChanged", [](std::size_t b) { return levels(b, true); }},
      {"ComponentsOfOtherKinds", [](std::size_t b) { return components(b, "thing"); }},
      {"Networks", [](std::size_t b) { return components(b, "XY_NoC"); }},
      {"Dataspaces",
       [](std::size_t b) { return shape_with("", "{name: S, projection: [[[A]]]}, ", "", b); }},
      {"Coordinates",
       [](std::size_t b) { return shape_with("{name: S, projection: [", "[[A]], ", "]}", b); }},
      {"Terms",
       [](std::size_t b) { return shape_with("{name: S, projection: [[", "[A], ", "]]}", b); }},
      {"PriceTable", price_table},
      {"KeysOfALevel",
       [](std::size_t b) {
         return for_command({"bound"},
                            "arch:\n  arithmetic: {name: MAC, instances: 4}\n  storage:\n"
                            "  - {name: Main, technology: DRAM, instances: 1, " +
                                keys_of(b) + "}\n" + kProblem);
       }},
      {"KeysOfAChange",
       [](std::size_t b) {
         return for_command({"bound"}, kArch + "architecture_changes:\n- {target: Buf, " +
                                           keys_of(b) + "}\n" + kProblem);
       }},
      {"KeysOfAnInstance",
       [](std::size_t b) {
         return for_command({"network"}, "problem: {shape: gemm, instance: {M: 1, N: 1, K: 1, " +
                                             keys_of(b) + "}}\n");
       }},
      {"Sections",
       [](std::size_t b) {
         return for_command({"network"}, kProblem + filled(b, [](int i) {
                                           return "a" + to_string(i) + "_ignore: 1\n";
                                         }));
       }},
      {"Variables",
       [](std::size_t b) {
         return for_command({"bound"}, "variables: {" + keys_of(b) + "}\n" + kArch + kProblem);
       }},
  };
  kinds.insert(kinds.end(), {{"OwnLayers", own_layers},
                             {"OwnShapes", own_shapes_of_a_network},
                             {"OwnLevels", own_levels},
                             {"OwnFactors", own_factors},
                             {"OwnCoordinate", own_coordinate}});
  const std::string mapping = kArch + kProblem + "mapping:\n";
  const std::string mapspace = kArch + kProblem + "mapspace:\n  targets:\n";
  kinds.push_back(spec_kind("Constraints", {"map", "--max-evaluated=1", "-o", "out"}, mapspace,
                            "  - {target: Buf, type: temporal}\n", ""));
  kinds.push_back(spec_kind("Directives", {"model"}, mapping,
                            "- {target: Buf, type: datatype, keep: [A]}\n", ""));
  kinds.push_back(spec_kind("Factors", {"model"},
                            mapping + "- {target: Buf, type: temporal, factors: ", "M1 ", "}\n"));
  kinds.push_back(spec_kind("ListOfFactors", {"model"},
                            mapping + "- {target: Buf, type: temporal, factors: [", "M=1, ",
                            "]}\n"));
  kinds.push_back(spec_kind("Permutation", {"model"},
                            mapping + "- {target: Buf, type: temporal, permutation: ", "M", "}\n"));
  return kinds;
}

std::vector<Kind> certificate_kinds() {
  return {
      {"CertificateBrackets", certificate("", "[", "")},
      {"CertificateMaps", certificate("", "{\"a\":", "")},
      {"CertificateNumbers", certificate("{\"format\": [", "1,", "1]}")},
      {"CertificateEmptyLists", certificate("{\"format\": [", "[],", "1]}")},
      {"CertificateText", certificate("{\"format\": \"", "x", "\"}")},
      {"CertificateKeys",
       [](std::size_t bytes) {
         return Input{{"verify", "certificate.json"},
                      {{"certificate.json", "{" + filled(bytes, [](int i) {
                                              return "\"k" + to_string(i) + "\": 1, ";
                                            }) + "\"k\": 1}"}}};
       }},
      {"CertificateWithoutEnd",
       [](std::size_t) {
         return Input{{"verify", "/dev/zero"}, {}};
       }},
  };
}

}  // namespace tilewright::hostile
