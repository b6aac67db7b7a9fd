// Every file in tests/data/bad says in its first line what its message must be, position included.

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "model/spec/document.hpp"
#include "places.hpp"
#include "spec_text.hpp"

namespace tilewright {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(kSourceFolder) / "tests/data/bad";

std::string first_line(const fs::path& path) {
  std::string line;
  std::ifstream stream(path);
  std::getline(stream, line);
  return line;
}

std::vector<std::string> bad_files() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    if (first_line(entry.path()).starts_with("# ") && entry.path().extension() == ".yaml" &&
        std::isdigit(static_cast<unsigned char>(first_line(entry.path())[2])) != 0) {
      names.push_back(entry.path().stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

void read_all(const std::vector<std::string>& files) {
  const SpecSet specs = read_specs(files);
  for (const auto& layer : specs.layers) {
    if (specs.has_mapping) (void)read_mapping(specs, layer.problem);
    if (specs.architecture) (void)read_constraints(specs, layer.problem);
  }
}

class BadSpec : public ::testing::TestWithParam<std::string> {};

TEST_P(BadSpec, IsRefusedWithItsMessage) {
  const fs::path path = kFolder / (GetParam() + ".yaml");
  std::vector<std::string> files;
  // Mappings and constraints need something that they are for.
  if (GetParam().starts_with("mapping_") || GetParam().starts_with("constraints_")) {
    files.push_back((kFolder / "base/small.yaml").string());
  }
  files.push_back(path.string());
  const std::string expected = path.string() + ":" + first_line(path).substr(2);
  const std::string message = error_of([&] { read_all(files); });
  // A message may go on with the folder, which differs from machine to machine.
  EXPECT_EQ(message.substr(0, expected.size()), expected);
}

INSTANTIATE_TEST_SUITE_P(Files, BadSpec, ::testing::ValuesIn(bad_files()),
                         [](const auto& info) { return info.param; });

std::string message_of(const std::string& name, const ReadOptions& options = {}) {
  return without_folder(error_of([&] { (void)read_specs({(kFolder / name).string()}, options); }));
}

TEST(BadFile, EmptyOnesAreRefused) {
  const std::string expected = "the file is empty; expected a YAML map such as 'problem: ...'";
  EXPECT_EQ(message_of("empty.yaml"), "empty.yaml:1:1: " + expected);
  EXPECT_EQ(message_of("only_comment.yaml"), "only_comment.yaml:1:1: " + expected);
}

TEST(BadFile, WhatIsNoTextIsRefusedAtTheFirstBadByte) {
  EXPECT_EQ(message_of("not_utf8.yaml"),
            "not_utf8.yaml:2:23: byte 0xe9 is no UTF-8 text; specs are YAML in UTF-8");
  EXPECT_EQ(message_of("nul_byte.yaml"),
            "nul_byte.yaml:2:13: byte 0x00 is no UTF-8 text; specs are YAML in UTF-8");
}

TEST(BadFile, LibconfigIsAnsweredWithTheYamlForm) {
  EXPECT_EQ(message_of("libconfig.cfg"),
            "libconfig.cfg: libconfig files are not read; give the same spec as YAML "
            "('libconfig.yaml')");
}

TEST(BadFile, MissingOnesAndEmptyFoldersAreNamed) {
  EXPECT_EQ(message_of("nowhere.yaml"), "nowhere.yaml: cannot read the file; does it exist?");
  const SpecFolder folder;
  EXPECT_EQ(error_of([&] { (void)read_specs({folder.path()}); }),
            folder.path() + ": the folder holds no YAML file");
}

TEST(BadFile, TheSizeLimitIsTight) {
  const SpecFolder folder;
  const std::string text = "mapper: {timeout: 1}\n";
  const std::string file = folder.add("mapper.yaml", text);
  EXPECT_NO_THROW((void)read_specs({file}, {.max_bytes = text.size()}));
  EXPECT_EQ(
      without_folder(error_of([&] { (void)read_specs({file}, {.max_bytes = text.size() - 1}); })),
      "mapper.yaml: the file is larger than 20 bytes, the limit for a spec (--max-file-size raises "
      "it)");
}

TEST(BadFile, VariablesOfTemplatesHaveToBeGiven) {
  const SpecFolder folder;
  const std::string file = folder.add("mapper.jinja2", "mapper:\n  timeout: {{ limit }}\n");
  EXPECT_EQ(without_folder(error_of([&] { (void)read_specs({file}); })),
            "mapper.jinja2:2:12: the template's 'limit': 'limit' is not known");
  EXPECT_EQ(read_specs({file}, {.variables = {{"limit", 3.0}}}).search.timeout, 3U);
}

TEST(BadFile, FoldersAreNoLayers) {
  const SpecFolder folder;
  folder.add("inner/a.yaml", kSmallProblem);
  const auto network = folder.add("net.yaml", "network:\n  layers: [{name: a, file: inner}]\n");
  EXPECT_EQ(without_folder(error_of([&] { (void)read_specs({network}); })),
            "net.yaml:2:28: there is no file 'inner' beside this one");
}

TEST(BadFile, LayersInFilesHaveAProblemAndNothingElseIsRead) {
  const SpecFolder folder;
  folder.add("a.yaml", kSmallProblem + "mapper: {}\n");
  folder.add("b.yaml", "mapper: {}\n");
  const auto network = [&](const std::string& name) {
    return folder.add("net.yaml", "network:\n  layers: [{file: " + name + "}]\n");
  };
  EXPECT_EQ(warnings_of(read_specs({network("a.yaml")})),
            std::vector<std::string>{"a.yaml:13:1: ignored: mapper (only its 'problem' is read)"});
  EXPECT_EQ(without_folder(error_of([&] { (void)read_specs({network("b.yaml")}); })),
            "b.yaml:1:1: the key 'problem' is missing");
}

TEST(BadFile, AFolderIsNoFile) {
  const SpecFolder folder;
  std::vector<Warning> warnings;
  EXPECT_EQ(error_of([&] { (void)spec::load_document(folder.path(), 100, warnings); }),
            folder.path() + ": this is a folder");
}

TEST(BadFile, VariablesAreGivenOnce) {
  const auto message = error_of([] {
    (void)read_texts({"variables: {A: 1}\n", "variables: {B: 1}\n"});
  });
  EXPECT_NE(message.find("spec1.yaml:1:1: a second section of variables; the first is in"),
            std::string::npos)
      << message;
}

TEST(BadFile, MappingsAndConstraintsNeedAnArchitecture) {
  const auto specs = read_texts({kSmallProblem, "mapping: [{}]\n", "mapspace: []\n"});
  const Problem& problem = specs.layers[0].problem;
  EXPECT_EQ(without_folder(error_of([&] { (void)read_mapping(specs, problem); })),
            "spec1.yaml:1:10: a mapping needs an architecture; none of the specs has one");
  EXPECT_EQ(error_of([&] { (void)read_constraints(specs, problem); }),
            "constraints need an architecture; none of the specs has one");
  const auto without = read_texts({kSmallArch, kSmallProblem});
  EXPECT_EQ(error_of([&] { (void)read_mapping(without, problem); }),
            "none of the specs has a 'mapping'");
}

TEST(BadText, IsNamedAndLimitedLikeAFile) {
  EXPECT_EQ(error_of([] {
              (void)read_spec_texts({{"a.yaml", "mapper:\n  version: [\n"}});
            }).substr(0, 7),
            "a.yaml:");
  EXPECT_EQ(error_of([] {
              (void)read_spec_texts({{"a.yaml", "mapper: {}"}}, {.max_bytes = 9});
            }),
            "a.yaml: the file is larger than 9 bytes, the limit for a spec (--max-file-size raises "
            "it)");
}

}  // namespace
}  // namespace tilewright
