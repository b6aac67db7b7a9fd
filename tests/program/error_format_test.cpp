// `--error-format json`: errors and warnings for programs.
#include <gmock/gmock.h>

#include <sstream>

#include "program/run_program.hpp"

namespace tilewright::testing {
namespace {

using nlohmann::json;

class ErrorFormat : public ProgramTest {
 protected:
  // Every line of stderr is a document with these keys.
  static std::vector<json> notices(const ProgramResult& result) {
    std::vector<json> list;
    std::istringstream text(result.err);
    for (std::string line; std::getline(text, line);) {
      list.push_back(json::parse(line));
      std::vector<std::string> keys;
      for (const auto& [key, value] : list.back().items()) keys.push_back(key);
      EXPECT_THAT(keys, ::testing::UnorderedElementsAre("severity", "code", "message", "file",
                                                        "line", "column", "suggestion"));
    }
    return list;
  }

  // The only notice of a run that fails.
  json error(const std::string& arguments, int exit_code) const {
    const ProgramResult result = run(arguments);
    EXPECT_EQ(result.exit_code, exit_code) << arguments << "\n" << result.err;
    const std::vector<json> list = notices(result);
    if (list.size() != 1) {
      ADD_FAILURE() << arguments << "\n" << result.err;
      return json::object();
    }
    EXPECT_EQ(list[0]["severity"], "error");
    return list[0];
  }
};

TEST_F(ErrorFormat, HasThePlaceAndTheNameThatWasMeant) {
  write("mapping.yaml", "mapping:\n- {target: Bufer, type: temporal, factors: R=3 P=16}\n");
  const json notice = error("model arch.yaml conv.yaml mapping.yaml --error-format json", 2);
  EXPECT_EQ(notice, (json{{"severity", "error"},
                          {"code", "bad_spec"},
                          {"message", "target: unknown storage level 'Bufer'; did you mean 'Buf'?"},
                          {"file", "mapping.yaml"},
                          {"line", 2},
                          {"column", 12},
                          {"suggestion", "Buf"}}));
}

TEST_F(ErrorFormat, HasNullsWhereNothingIsKnown) {
  const json notice = error("--error-format=json map conv.yaml", 2);
  EXPECT_EQ(notice["code"], "bad_usage");
  EXPECT_EQ(notice["file"], nullptr);
  EXPECT_EQ(notice["line"], nullptr);
  EXPECT_EQ(notice["column"], nullptr);
  EXPECT_EQ(notice["suggestion"], nullptr);
}

TEST_F(ErrorFormat, GoesBeforeOrBehindTheCommandOrIntoTheEnvironment) {
  for (const char* arguments : {"--error-format json map arch.yaml conv.yaml --tme 1s",
                                "map --error-format json arch.yaml conv.yaml --tme 1s",
                                "map arch.yaml conv.yaml --tme 1s --error-format=json"}) {
    const json notice = error(arguments, 2);
    EXPECT_EQ(notice["code"], "bad_usage") << arguments;
    EXPECT_EQ(notice["suggestion"], "--time") << arguments;
  }
  const ProgramResult result = run_in("TILEWRIGHT_ERROR_FORMAT=json", "modl");
  ASSERT_EQ(notices(result).size(), 1);
  EXPECT_EQ(notices(result)[0]["suggestion"], "model");
  EXPECT_EQ(run_in("TILEWRIGHT_ERROR_FORMAT=json", "modl --error-format text").err,
            "tilewright: error: unknown command 'modl'; did you mean 'model'?\n");
}

TEST_F(ErrorFormat, OtherProgramsAreTold) {
  std::filesystem::create_directory(folder_ / "bin");
  write("bin/tilewright-hello", "#!/bin/sh\necho \"$TILEWRIGHT_ERROR_FORMAT $@\"\n");
  std::filesystem::permissions(folder_ / "bin/tilewright-hello", std::filesystem::perms::owner_all);
  const std::string path = "PATH=\"$PWD/bin:$PATH\"";
  EXPECT_EQ(run_in(path, "--error-format json hello you").out, "json you\n");
  EXPECT_EQ(run_in(path, "hello you").out, " you\n");
}

TEST_F(ErrorFormat, CodesFollowWhatIsWrong) {
  write("file", "");
  EXPECT_EQ(error("map arch.yaml conv.yaml -o file/below --error-format json", 2)["code"],
            "cannot_write");
  write("misfit.yaml",
        "mapping:\n- {target: Buf, type: temporal, factors: R=3 P=5, permutation: RP}\n");
  const json misfit = error("model arch.yaml conv.yaml misfit.yaml --error-format json", 3);
  EXPECT_EQ(misfit["code"], "mapping_rejected");
  EXPECT_EQ(misfit["file"], "misfit.yaml");
  EXPECT_EQ(misfit["message"].get<std::string>().find("misfit.yaml"), std::string::npos);
  EXPECT_EQ(error("map arch.yaml conv.yaml -o out --max-delay 1 --error-format json", 3)["code"],
            "no_mapping");
}

TEST_F(ErrorFormat, WarningsAreLinesToo) {
  std::string odd = kArch;
  odd.replace(odd.find("entries: 64"), 11, "entries: 64, instanses: 2");
  write("arch.yaml", odd);
  const ProgramResult result =
      run("map arch.yaml conv.yaml -o out --max-evaluated 100 --error-format json");
  EXPECT_EQ(result.exit_code, 0);
  const std::vector<json> list = notices(result);  // and no progress between them
  ASSERT_EQ(list.size(), 1) << result.err;
  EXPECT_EQ(list[0]["severity"], "warning");
  EXPECT_EQ(list[0]["code"], "unread_key");
  EXPECT_EQ(list[0]["file"], "arch.yaml");
  EXPECT_EQ(list[0]["suggestion"], "instances");
}

TEST_F(ErrorFormat, EveryCodeIsInTheDocumentation) {
  const std::filesystem::path root = kSourceFolder;
  const std::string page = read_text(root / "docs/errors.md");
  const json schema = json::parse(read_text(root / "docs/schema/notice.schema.json"));
  for (const auto& code : schema["properties"]["code"]["enum"]) {
    EXPECT_NE(page.find("`" + code.get<std::string>() + "`"), std::string::npos) << code;
  }
}

}  // namespace
}  // namespace tilewright::testing
