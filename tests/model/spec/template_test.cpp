// What templates see and what they may come to.
#include "model/spec/template.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "model/energy/compound/energy_input.hpp"
#include "spec_text.hpp"

namespace tilewright::spec {
namespace {

namespace fs = std::filesystem;
using ::testing::AnyOf;
using ::testing::HasSubstr;

class Template : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = fs::temp_directory_path() / "tilewright-template-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = fs::canonical(name);
    fs::create_directories(folder_ / "given/parts");
    fs::create_directories(folder_ / "beside");
    write("given/parts/a.yaml", "a: {b: 1}\n");
    write("given/parts/b.yaml", "a: {b: 2}\n");
    write("beside/secret.yaml", "a: {b: 3}\n");
    fs::create_symlink(folder_ / "beside", folder_ / "given/link");
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }

  // The value of `x` that a template gives.
  std::string rendered(const std::string& text, const std::vector<std::string>& include = {}) {
    write("given/top.yaml.jinja2", text);
    TemplateContext context;
    context.visible.add(folder_ / "given");
    for (const std::string& folder : include) context.visible.add(folder_ / folder);
    context.max_bytes = 1 << 20;
    std::vector<Warning> warnings;
    document_ = load_template(folder_ / "given/top.yaml.jinja2", context, warnings);
    return document_->root->at("x").raw_text();
  }

  std::string error(const std::string& text) {
    return error_of([&] { (void)rendered(text); });
  }

  fs::path folder_;
  std::unique_ptr<Document> document_;
};

TEST_F(Template, RepeatsAPart) {
  EXPECT_EQ(rendered("x: '{% for i in [1, 2, 3] %}{{ i * 2 }}{% if not loop.last %}+{% endif %}"
                     "{% endfor %}'\n"),
            "2+4+6");
  EXPECT_EQ(rendered("x: '{% for i in range(2) %}{% for j in range(3) -%}\n  {{ i }}{{ j }} "
                     "{%- endfor %}{% endfor %}'\n"),
            "000102101112");
  EXPECT_EQ(rendered("x: '{% for a, b in [[1, 2], [3, 4]] %}{{ a ~ b }};{% endfor %}'\n"),
            "12;34;");
  // What a round sets ends with it, and an inactive loop is not looked at.
  EXPECT_EQ(rendered("{% set y = 1 %}{% for i in [5] %}{% set y = i %}{% endfor %}x: {{ y }}\n"),
            "1");
  EXPECT_EQ(rendered("{% if False %}{% for i in no_such %}{{ i }}{% endfor %}{% endif %}x: 1\n"),
            "1");
}

TEST_F(Template, NamesWhatIsWrongWithALoop) {
  EXPECT_THAT(error("x: 1\n{% for i in [1] %}\n"), HasSubstr("2:1: this 'for' lacks its 'endfor'"));
  EXPECT_THAT(error("x: {% for i of [1] %}{% endfor %}\n"),
              HasSubstr("expected 'for NAME in LIST'"));
  EXPECT_THAT(error("x: {% for i in 3 %}{% endfor %}\n"), HasSubstr("1:4: for: expected a list"));
  EXPECT_THAT(error("x: {% for a, b in [1] %}{% endfor %}\n"), HasSubstr("expected pairs"));
  EXPECT_THAT(error("x: {% endfor %}\n"), HasSubstr("'endfor'"));
  EXPECT_THAT(error("{% if True %}{% for i in [1] %}{% endif %}{% endfor %}x: 1\n"),
              HasSubstr("'endif' without an 'if'"));
  // Rounds count, also those that render nothing.
  EXPECT_THAT(error("{% for i in range(1000) %}{% for j in range(1000) %}{% for k in range(1000) %}"
                    "{% endfor %}{% endfor %}{% endfor %}x: 1\n"),
              HasSubstr("1:"));
}

TEST_F(Template, SeesTheFoldersGivenOnly) {
  EXPECT_EQ(rendered("x: {{ path_exists('parts/a.yaml') }}\n"), "True");
  EXPECT_EQ(rendered("x: {{ path_exists('*/a.yaml') }}\n"), "True");
  EXPECT_EQ(rendered("x: {{ find_paths('parts/[ab].yaml') | length }}\n"), "2");
  for (const char* path : {"../beside/secret.yaml", "link/secret.yaml", "../*/*", "/etc/passwd",
                           "/*", "/*/*/*/*", "../given/../beside/*"}) {
    EXPECT_EQ(rendered("x: {{ path_exists('" + std::string(path) + "') }}\n"), "False") << path;
    // A file that is there is said to lie outside; a pattern finds none.
    const std::string told = error("x: {{ include('" + std::string(path) + "') }}\n");
    EXPECT_THAT(told, HasSubstr("top.yaml.jinja2:1:4: "));
    EXPECT_THAT(told, AnyOf(HasSubstr("there is no file '" + std::string(path)),
                            HasSubstr("lies outside of what templates see")));
  }
  EXPECT_EQ(rendered("x: {{ path_exists('../beside/secret.yaml') }}\n", {"beside"}), "True");
  EXPECT_EQ(rendered("x: {{ path_exists('link/*.yaml') }}\n", {"beside"}), "True");
}

TEST_F(Template, PlacesAreThoseOfTheTags) {
  EXPECT_THAT(error("a: 1\n\nb: {{ 1 }} {{ y }}\n"), HasSubstr("jinja2:3:12: the template's 'y'"));
}

TEST_F(Template, NestedDefaultsAreEvaluatedOnce) {
  std::string value = "y";
  for (int i = 0; i < 12; ++i) value = "((" + value + " + 1) | default(1))";
  EXPECT_EQ(rendered("x: {{ " + value + " }}\n"), "12");
}

TEST_F(Template, MaxFilesAndTextsAreErrorsWithThePlace) {
  EXPECT_THAT(error("{% set x = 'abcdefghijklmnopqrstuvwxyzabcdefghij' %}\n" +
                    [] {
                      std::string text;
                      for (int i = 0; i < 40; ++i) text += "{% set x = x ~ x %}\n";
                      return text;
                    }() +
                    "x: {{ x }}\n"),
              HasSubstr("the texts and lists of all expressions come to more than"));
}

TEST_F(Template, OwnMapsWinInDeepMerges) {
  const auto merged = [&](const std::string& text) {
    std::vector<Warning> warnings;
    document_ = parse_document("a.yaml", text, warnings);
    return document_->root;
  };
  const Node& root = *merged(
      "p: &p {m: {a: 1, b: 1}, l: [1], s: 1, n: !nomerge {a: 1}}\n"
      "q: &q {m: {b: 2, c: 2}, l: [2, 3], s: 2, n: {z: 2}, t: 2}\n"
      "x: {<<<: [*p, *q], m: {a: 0}, l: [0]}\n");
  const Node& x = root.at("x");
  EXPECT_EQ(x.keys(), (std::vector<std::string>{"m", "l", "s", "n", "t"}));
  EXPECT_EQ(x.at("m").keys(), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(x.at("m").at("a").raw_text(), "0");
  EXPECT_EQ(x.at("m").at("b").raw_text(), "1");
  EXPECT_EQ(x.at("l").items().size(), 4U);
  EXPECT_EQ(x.at("s").raw_text(), "1");
  EXPECT_EQ(x.at("n").keys(), std::vector<std::string>{"a"});
}

}  // namespace
}  // namespace tilewright::spec
