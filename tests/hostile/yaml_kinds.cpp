// YAML that no reader understands or that is read in vain.
#include "hostile/hostile_inputs.hpp"

namespace tilewright::hostile {
namespace {

using std::to_string;

// Begin, then one text again and again, then end.
Maker around(std::string begin, std::string middle, std::string end) {
  return [=](std::size_t bytes) { return for_energy(begin + filled(bytes, middle) + end); };
}

Maker numbered(std::string begin, std::function<std::string(int)> middle, std::string end) {
  return [=](std::size_t bytes) { return for_energy(begin + filled(bytes, middle) + end); };
}

Input aliases_that_double(std::size_t /*bytes*/) {
  return for_energy("x0: &x0 [a]\n" + repeated(40, [](int i) {
                      const std::string last = "*x" + to_string(i);
                      const std::string name = "x" + to_string(i + 1);
                      return name + ": &" + name + " [" + last + ", " + last + "]\n";
                    }));
}

Input deep_merges_of_maps(std::size_t bytes) {
  const auto keys = [&](const std::string& letter) {
    return "{" + filled(bytes / 2, [&](int i) { return letter + to_string(i) + ": 1, "; }) + "}\n";
  };
  return for_energy("x: &a " + keys("k") + "y: &b " + keys("j") + "z: {<<<: [*a, *b]}\n");
}

Input deep_merges_of_lists(std::size_t bytes) {
  return for_energy("x: &a {l: [" + filled(bytes / 2, "1, ") + "]}\nz: {<<<: [" +
                    filled(bytes / 2, "*a, ") + "]}\n");
}

Input deep_merges_of_merges(std::size_t /*bytes*/) {
  return for_energy("x0: &x0 {k: {l: [1, 2, 3]}}\n" + repeated(60, [](int i) {
                      return "x" + to_string(i + 1) + ": &x" + to_string(i + 1) + " {<<<: [*x" +
                             to_string(i) + ", *x" + to_string(i) + "]}\n";
                    }));
}

Input staircase(std::size_t bytes) {
  std::string text;
  int depth = 0;
  for (; text.size() < bytes && depth < 480; ++depth) text += std::string(depth, ' ') + "a:\n";
  return for_energy(text + std::string(depth, ' ') + "1\n");
}

}  // namespace

std::vector<Kind> yaml_kinds() {
  return {
      {"YamlFlowList", around("a: [", "1,", "1]\n")},
      {"YamlBlockList", around("a:\n", "- 1\n", "")},
      {"YamlEmptyMaps", around("a: [", "{},", "1]\n")},
      {"YamlJson", around("{\"a\": [", "{\"k\":1},", "1]}\n")},
      {"YamlListInList", around("a: [[", "1,", "1]]\n")},
      {"YamlJsonListInList", around("[[", "1,", "1]]\n")},
      {"YamlOpenBrackets", around("a: ", "[", "")},
      {"YamlOpenBraces", around("a: ", "{", "")},
      {"YamlDashes", around("", "- ", "")},
      {"YamlQuestions", around("", "? ", "")},
      {"YamlColons", around("a: {", ":,", "")},
      {"YamlLongText", around("a: \"", "x", "\"\n")},
      {"YamlEscapes", around("a: \"", "\\n", "\"\n")},
      {"YamlQuotes", around("a: '", "''", "'\n")},
      {"YamlPlainLines", around("a:\n", " xxxx\n", "")},
      {"YamlFolded", around("a: >\n", " x\n", "")},
      {"YamlBlankLines", around("", "\n", "a: 1\n")},
      {"YamlComments", around("", "#\n", "a: 1\n")},
      {"YamlSameKey", around("a: {", "k: 1, ", "}\n")},
      {"YamlKeys", numbered(
                       "a: {", [](int i) { return "k" + to_string(i) + ": 1, "; }, "}\n")},
      {"YamlAnchors",
       numbered(
           "", [](int i) { return "a" + to_string(i) + ": &a" + to_string(i) + " 1\n"; }, "")},
      {"YamlTags", numbered(
                       "a: [", [](int i) { return "!t" + to_string(i) + " 1, "; }, "]\n")},
      {"YamlTagDirectives",
       numbered(
           "", [](int i) { return "%TAG !a" + to_string(i) + "! x\n"; }, "---\na: 1\n")},
      {"YamlAliases", around("x: &a 1\ny: [", "*a, ", "1]\n")},
      {"YamlAliasesThatDouble", aliases_that_double},
      {"YamlMerges", around("x: &a {k: 1}\ny: [", "{<<: *a}, ", "1]\n")},
      {"YamlDeepMergesOfMaps", deep_merges_of_maps},
      {"YamlDeepMergesOfLists", deep_merges_of_lists},
      {"YamlDeepMergesOfMerges", deep_merges_of_merges},
      {"YamlStaircase", staircase},
      {"YamlDocuments", around("", "---\na: 1\n", "")},
      {"YamlNumbers", around("a: ", "9", "\n")},
  };
}

}  // namespace tilewright::hostile
