// Templates of version 0.4 whose texts, lists or files grow out of a few lines.
#include "hostile/hostile_inputs.hpp"

namespace tilewright::hostile {
namespace {

using std::to_string;

constexpr const char* kTemplate = "top.yaml.jinja2";

Maker around(std::string begin, std::string middle, std::string end) {
  return
      [=](std::size_t bytes) { return for_energy(begin + filled(bytes, middle) + end, kTemplate); };
}

Maker numbered(std::string begin, std::function<std::string(int)> middle, std::string end) {
  return
      [=](std::size_t bytes) { return for_energy(begin + filled(bytes, middle) + end, kTemplate); };
}

// As many steps as double anything that can be doubled.
Maker steps(std::string begin, std::string step, std::string end) {
  return [=](std::size_t /*bytes*/) {
    return for_energy(begin + repeated(60, [&](int) { return step; }) + end, kTemplate);
  };
}

// A file of two calls for the next one, and so on.
Maker chain(std::string before, std::string after) {
  return [=](std::size_t /*bytes*/) {
    constexpr int kFiles = 18;
    Input input{{"energy", "f0.yaml"}, {}};
    for (int i = 0; i < kFiles; ++i) {
      const std::string call = before + "f" + to_string(i + 1) + ".yaml" + after;
      input.files.emplace_back("f" + to_string(i) + ".yaml", "a: " + call + "\nb: " + call + "\n");
    }
    input.files.emplace_back("f" + to_string(kFiles) + ".yaml", "c: 1\n");
    return input;
  };
}

Input nested(std::size_t /*bytes*/, const std::string& before, const std::string& after) {
  std::string text = "x";
  for (int i = 0; i < 45; ++i) text = before + text + after;
  return for_energy("{% set y = " + text + " %}\na: 1\n", kTemplate);
}

}  // namespace

std::vector<Kind> template_kinds() {
  const std::string set = "{% set x = ";
  return {
      {"TemplateTags", around("", "a: {{1}}\n", "")},
      {"TemplateVariables",
       numbered(
           "", [](int i) { return "{% set v" + to_string(i) + " = 1 %}\n"; }, "a: 1\n")},
      {"TemplateUnknownNames",
       numbered(
           repeated(900, [](int i) { return "{% set v" + to_string(i) + " = 1 %}\n"; }),
           [](int /*i*/) { return "{{ (q.w) | default(1) }}\n"; }, "")},
      {"TemplateTextDoubles",
       steps(set + "'abcdefghijklmnopabcdefghijklmnop' %}", set + "x ~ x %}\n", "a: {{x}}\n")},
      {"TemplateTextAdds",
       steps(set + "'abcdefghijklmnopabcdefghijklmnop' %}", set + "x + x %}\n", "a: {{x}}\n")},
      {"TemplateListDoubles", steps(set + "[1] %}", set + "x + x %}\n", "a: {{x}}\n")},
      {"TemplateListOfItself", steps(set + "[1] %}", set + "[x, x] %}\n", "a: {{x}}\n")},
      {"TemplateMapOfItself", steps(set + "1 %}", set + "{'a': x, 'b': x} %}\n", "a: {{x}}\n")},
      {"TemplateListInList", around(set + "[1] %}", set + "[x] %}\n", "a: {{x}}\n")},
      {"TemplateRanges", around("{% set y = [", "range(99999), ", "1] %}\na: 1\n")},
      {"TemplateCombinations", around("", "{% set y = comb(9000000000, 999999) %}\n", "a: 1\n")},
      {"TemplateNearCombinations", around("", "{% set y = comb(999999, 999998) %}\n", "a: 1\n")},
      {"TemplatePowers", around("", "{% set y = 9 ** 9 ** 2 %}\n", "a: 1\n")},
      {"TemplateNestedDefaults",
       [](std::size_t bytes) { return nested(bytes, "((", " + 1) | default(1))"); }},
      {"TemplateNestedTests",
       [](std::size_t bytes) { return nested(bytes, "((", " + 1) is defined)"); }},
      {"TemplateNestedCalls", [](std::size_t bytes) { return nested(bytes, "max(", ", 1)"); }},
      {"TemplateCopies",
       [](std::size_t bytes) {
         return for_energy("{% set x = '" + std::string(bytes / 2, 'y') + "' %}\n" +
                               filled(bytes / 2, "{% set z = x %}{% if x == z %}{% endif %}\n") +
                               "a: 1\n",
                           kTemplate);
       }},
      {"TemplateOutput",
       [](std::size_t bytes) {
         return for_energy("{% set x = '" + std::string(bytes / 2, 'y') + "' %}\na: 1\n# " +
                               filled(bytes / 2, "{{x}}"),
                           kTemplate);
       }},
      {"TemplateIncludesDouble", chain("{{include('", "')}}")},
      {"TemplateTextIncludesDouble", chain("{{include_text('", "')}}")},
      {"TemplateTagIncludesDouble", chain("!include ", "")},
      {"TemplateIncludesItself",
       [](std::size_t) { return for_energy("a: {{include('top.yaml.jinja2')}}\n", kTemplate); }},
      {"TemplateGlobOfTheDisk",
       around("", "{% if path_exists('/*/*/*/*/*') %}{% endif %}\n", "a: 1\n")},
      {"TemplateGlobs", around("", "{% if path_exists('*.none') %}{% endif %}\n", "a: 1\n")},
      {"TemplateUpwards",
       around("", "{% if path_exists('../../../../*/*/*') %}{% endif %}\n", "a: 1\n")},
      {"TemplateFolders", around("", "{{add_to_path(cwd())}}\n", "a: 1\n")},
      {"TemplateOpenTag", around("a: ", "{{ ", "")},
      {"TemplateIfs", around("", "{% if 1 %}", "")},
  };
}

}  // namespace tilewright::hostile
