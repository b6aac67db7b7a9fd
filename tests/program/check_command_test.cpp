#include <gmock/gmock.h>

#include <set>

#include "places.hpp"
#include "program/run_program.hpp"
#include "search/lint/finding.hpp"

namespace tilewright::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class CheckCommand : public ProgramTest {
 protected:
  void misspell() {
    std::string arch = kArch;
    arch.replace(arch.find("entries: 64"), 11, "entires: 64, entries: 64");
    write("odd.yaml", arch);
  }
};

TEST_F(CheckCommand, NothingIsFoundInPlainSpecs) {
  const ProgramResult result = run("check arch.yaml conv.yaml --strict");
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_EQ(result.out, "nothing found\n");
}

TEST_F(CheckCommand, FindingsHavePlacesAndFailOnlyIfStrict) {
  misspell();
  const ProgramResult result = run("check odd.yaml conv.yaml");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("odd.yaml:"));
  EXPECT_THAT(result.out, HasSubstr("warning [unread_key]\n"));
  EXPECT_THAT(result.out, HasSubstr("  -> entries\n"));
  EXPECT_EQ(run("check odd.yaml conv.yaml --strict").exit_code, 1);
  EXPECT_EQ(run("check odd.yaml conv.yaml --strict -q").out, "");
}

TEST_F(CheckCommand, JsonHasTheSame) {
  misspell();
  const ProgramResult result = run("check odd.yaml conv.yaml --json -");
  EXPECT_EQ(result.exit_code, 0);
  const json report = json::parse(result.out);
  EXPECT_EQ(report["format"], "tilewright check 1");
  EXPECT_EQ(report["complete"], true);
  ASSERT_EQ(report["findings"].size(), report["warnings"].get<std::size_t>());
  const json& finding = report["findings"][0];
  EXPECT_EQ(finding["code"], "unread_key");
  EXPECT_EQ(finding["file"], "odd.yaml");
  EXPECT_EQ(finding["suggestion"], "entries");
}

TEST_F(CheckCommand, AFileThatCannotBeReadIsAFindingToo) {
  write("bad.yaml", "arch: [\n");
  const ProgramResult result = run("check bad.yaml conv.yaml --json -");
  EXPECT_EQ(result.exit_code, 2);
  const json report = json::parse(result.out);
  EXPECT_EQ(report["errors"], 1);
  EXPECT_EQ(report["findings"][0]["code"], "bad_spec");
  EXPECT_EQ(report["findings"][0]["file"], "bad.yaml");
}

TEST_F(CheckCommand, PartsAreCheckedAlone) {
  EXPECT_EQ(run("check arch.yaml --strict").exit_code, 0);
  EXPECT_EQ(run("check conv.yaml --strict").exit_code, 0);
}

TEST_F(CheckCommand, EveryCodeIsInTheSchemaAndInTheDocumentation) {
  const std::filesystem::path root = kSourceFolder;
  const std::string page = read_text(root / "docs/check.md");
  const json schema = json::parse(read_text(root / "docs/schema/check.schema.json"));
  const json notices = json::parse(read_text(root / "docs/schema/notice.schema.json"));
  std::set<std::string> codes;
  for (const auto& code : schema["properties"]["findings"]["items"]["properties"]["code"]["enum"]) {
    codes.insert(code.get<std::string>());
  }
  for (const std::string_view code : lint::own_codes()) {
    EXPECT_TRUE(codes.erase(std::string(code)) == 1) << code;
    EXPECT_THAT(page, HasSubstr("`" + std::string(code) + "`"));
  }
  std::set<std::string> known;
  for (const auto& code : notices["properties"]["code"]["enum"]) {
    known.insert(code.get<std::string>());
  }
  for (const std::string& code : codes) EXPECT_TRUE(known.contains(code)) << code;
}

}  // namespace
}  // namespace tilewright::testing
