// Certificates that somebody has changed: `verify` must not take them for what they are not.
#include <functional>

#include "program/run_program.hpp"

namespace tilewright::testing {
namespace {

using Json = nlohmann::json;

constexpr const char* kNetwork = R"(
network:
  name: pair
  layers:
  - {name: first, shape: gemm, instance: {M: 8, N: 4, K: 6}}
  - {name: second, shape: gemm, instance: {M: 16, N: 4, K: 6}}
)";

// All loops at the backing store: every operand comes from there.
constexpr const char* kPoor = R"(mapping:
- {target: Buf, type: temporal, factors: M=1 N=1 K=1}
- {target: Main, type: temporal, factors: M=8 N=4 K=6}
)";

class ForgedCertificate : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    write("network.yaml", kNetwork);
    const ProgramResult result = run("map arch.yaml network.yaml --quiet -o out");
    ASSERT_EQ(result.exit_code, 0) << result.err;
    good_ = read_json("out/certificate.json");
  }

  ProgramResult verify(const Json& certificate, const std::string& more = "") const {
    write("forged.json", certificate.dump());
    return run("verify forged.json " + more);
  }

  /// Claims that a poor mapping of the first layer is the best. What it costs tells `verify`
  /// itself.
  Json claim_poor_mapping(const std::string& text = kPoor) const {
    Json forged = good_;
    Json& claim = forged["layers"][0];
    claim["mapping"] = text;
    claim["best"] = claim["lower_bound"] = 0;
    claim["proven"] = false;
    const std::string out = verify(forged).out;
    const std::size_t at = out.find("it costs ");
    if (at == std::string::npos) return forged;
    claim["best"] = claim["lower_bound"] = std::stod(out.substr(at + 9));
    claim["proven"] = true;
    return forged;
  }

  Json good_;
};

TEST_F(ForgedCertificate, TheTrueOneHolds) {
  const ProgramResult result = verify(good_);
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_NE(result.out.find("pair on arch: objective edp\n"), std::string::npos) << result.out;
}

TEST_F(ForgedCertificate, APoorMappingIsWrongWhateverItsTextHolds) {
  const ProgramResult plain = verify(claim_poor_mapping());
  EXPECT_EQ(plain.exit_code, 1) << plain.out << plain.err;
  EXPECT_NE(plain.out.find("first: WRONG"), std::string::npos) << plain.out;
  // Each of these would make the mapspace smaller, or the poor mapping cheaper.
  const double cost = claim_poor_mapping()["layers"][0]["best"];
  for (const char* more : {
           "mapspace: {constraints: [{target: Buf, type: temporal, factors: M=1 N=1 K=1}]}\n",
           "architecture_constraints: {targets: []}\n",
           "constraints: []\n",
           "architecture_changes: [{match: Buf, set: {entries: 3}}]\n",
           "variables: {Buf: Main}\n",
           "problem: {shape: gemm, instance: {M: 8, N: 4, K: 6}}\n",
           "ERT: {version: 0.3, tables: []}\n",
           "mapper: {optimization-metrics: [energy]}\n",
           "version: 0.3\n",
           "mapping: []\n",
           "compound_components: {}\n",
       }) {
    Json forged = good_;
    Json& claim = forged["layers"][0];
    claim["mapping"] = std::string(kPoor) + more;
    claim["best"] = claim["lower_bound"] = cost;
    const ProgramResult result = verify(forged);
    EXPECT_EQ(result.exit_code, 2) << more << result.out;
    EXPECT_NE(result.err.find("the mapping of 'first':"), std::string::npos) << result.err;
  }
}

TEST_F(ForgedCertificate, FilesThatAreNotHashedAreRefused) {
  write("constraints.yaml",
        "mapspace: {constraints: [{target: Buf, type: temporal, factors: M=1 N=1 K=1}]}\n");
  for (const char* files :
       {"arch.yaml network.yaml constraints.yaml", "constraints.yaml network.yaml arch.yaml"}) {
    const ProgramResult result = verify(good_, files);
    EXPECT_EQ(result.exit_code, 2) << result.out;
    EXPECT_NE(result.err.find("'constraints.yaml' is not as any input was"), std::string::npos)
        << result.err;
  }
  // Not in the list of the certificate either.
  Json forged = good_;
  forged["files"].push_back((folder_ / "constraints.yaml").string());
  EXPECT_EQ(verify(forged).exit_code, 2);
  EXPECT_EQ(verify(good_, "network.yaml arch.yaml").exit_code, 0);  // in any order
  EXPECT_EQ(verify(good_, "arch.yaml network.yaml network.yaml").exit_code, 2);
  const ProgramResult fewer = verify(good_, "network.yaml");
  EXPECT_EQ(fewer.exit_code, 2);
  EXPECT_NE(fewer.err.find("no file is as the input '"), std::string::npos) << fewer.err;
}

TEST_F(ForgedCertificate, EveryLayerIsClaimedOnce) {
  using Change = std::function<void(Json&)>;
  const std::vector<Change> changes{
      [](Json& layers) { layers = Json::array(); },
      [](Json& layers) { layers.erase(0); },
      [](Json& layers) { layers.erase(1); },
      [](Json& layers) { layers.push_back(layers[1]); },
      [](Json& layers) { layers[1] = layers[0]; },
      [](Json& layers) { std::swap(layers[0], layers[1]); },
      [](Json& layers) { layers[1]["name"] = "third"; },
  };
  for (const Change& change : changes) {
    Json forged = good_;
    change(forged["layers"]);
    const ProgramResult result = verify(forged);
    EXPECT_EQ(result.exit_code, 2) << forged["layers"] << result.out;
    EXPECT_NE(result.err.find("] of the certificate: expected "), std::string::npos) << result.err;
  }
  Json empty = good_;
  empty["layers"][1].update(
      {{"proven", false}, {"best", nullptr}, {"lower_bound", nullptr}, {"mapping", nullptr}});
  const ProgramResult result = verify(empty);
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.out.find("second: NOTHING CLAIMED"), std::string::npos) << result.out;
}

TEST_F(ForgedCertificate, ThatThereIsNoMappingIsChecked) {
  Json forged = good_;
  forged["layers"][0].update(
      {{"proven", true}, {"best", nullptr}, {"lower_bound", nullptr}, {"mapping", nullptr}});
  const ProgramResult wrong = verify(forged);
  EXPECT_EQ(wrong.exit_code, 1) << wrong.err;
  EXPECT_NE(wrong.out.find("first: WRONG: there is a mapping"), std::string::npos) << wrong.out;

  // 8 * 4 * 6 operations on 4 multipliers take 48 cycles at least; the second layer takes 96.
  ASSERT_EQ(run("map arch.yaml network.yaml --quiet -o fast --max-delay 47").exit_code, 3);
  const ProgramResult right = run("verify fast");
  EXPECT_EQ(right.exit_code, 0) << right.out << right.err;
  EXPECT_NE(right.out.find("at most 47 cycles"), std::string::npos) << right.out;
  EXPECT_NE(right.out.find("there is none that is valid"), std::string::npos) << right.out;
  Json loose = read_json("fast/certificate.json");
  loose["budgets"]["max_cycles"] = 1e9;
  EXPECT_EQ(verify(loose).exit_code, 1);
}

TEST_F(ForgedCertificate, ShortTilesAreNoMappingOfPerfectFactors) {
  Json forged = good_;
  Json& claim = forged["layers"][0];
  claim["mapping"] =
      "mapping:\n- {target: Buf, type: temporal, factors: 'M=5,3 N=1 K=6'}\n"
      "- {target: Main, type: temporal, factors: M=2 N=4 K=1}\n";
  const ProgramResult result = verify(forged);
  EXPECT_EQ(result.exit_code, 1) << result.out << result.err;
  EXPECT_NE(result.out.find("its factors do not divide the bounds"), std::string::npos)
      << result.out;
}

// Whatever is missing, unknown or of another kind is an error that says where.
TEST_F(ForgedCertificate, IsReadStrictly) {
  const std::vector<Json> others{nullptr, true, -1, 1.5, "x", Json::array(), Json::object(), 1e300};
  const Json leaves = good_.flatten();
  int tried = 0;
  for (const auto& [place, unused] : leaves.items()) {
    // The second layer is as the first one.
    if (place.starts_with("/layers/1")) continue;
    const Json& value = good_[Json::json_pointer(place)];
    for (const Json& other : others) {
      if (std::string(other.type_name()) == value.type_name()) continue;
      Json forged = good_;
      forged[Json::json_pointer(place)] = other;
      const ProgramResult result = verify(forged);
      EXPECT_EQ(result.exit_code, 2) << place << " " << other << result.out;
      EXPECT_NE(result.err.find("forged.json: "), std::string::npos) << place << result.err;
      ++tried;
    }
  }
  EXPECT_GT(tried, 100);
  for (const char* place : {"", "/tool", "/budgets", "/layers/0", "/inputs/0"}) {
    Json forged = good_;
    forged[Json::json_pointer(place)]["provn"] = true;
    const ProgramResult unknown = verify(forged);
    EXPECT_EQ(unknown.exit_code, 2) << place;
    EXPECT_NE(unknown.err.find("unknown key \"provn\""), std::string::npos) << unknown.err;
    if (std::string(place) == "/budgets") continue;  // none is needed
    const Json object = good_[Json::json_pointer(place)];
    for (const auto& [key, unused] : object.items()) {
      forged = good_;
      forged[Json::json_pointer(place)].erase(key);
      const ProgramResult missing = verify(forged);
      EXPECT_EQ(missing.exit_code, 2) << place << "/" << key;
      EXPECT_NE(missing.err.find("'" + key + "' is missing"), std::string::npos) << missing.err;
    }
  }
}

TEST_F(ForgedCertificate, ValuesOutOfRangeAreRefused) {
  const auto with = [&](const char* place, const Json& value) {
    Json forged = good_;
    forged[Json::json_pointer(place)] = value;
    return verify(forged).exit_code;
  };
  EXPECT_EQ(with("/format", "tilewright certificate 1"), 2);
  EXPECT_EQ(with("/inputs", Json::array()), 2);
  EXPECT_EQ(with("/files", Json::array()), 2);
  EXPECT_EQ(with("/inputs/0/sha256", ""), 2);
  EXPECT_EQ(with("/inputs/0/sha256", std::string(64, 'A')), 2);
  EXPECT_EQ(with("/batch", 0), 2);
  EXPECT_EQ(with("/batch", -1), 2);
  EXPECT_EQ(with("/objective", ""), 2);
  EXPECT_EQ(with("/objective", "edpp"), 2);
  EXPECT_EQ(with("/budgets/max_cycles", -1), 2);
  EXPECT_EQ(with("/budgets/max_delay", 1), 2);
  EXPECT_EQ(with("/layers/0/best", 1.0), 1);
  EXPECT_EQ(with("/layers/0/lower_bound", 1.0), 1);
  EXPECT_EQ(with("/layers/0/mapping", ""), 2);
}

TEST_F(ForgedCertificate, WhatIsNoObjectOfJsonIsRefused) {
  for (const std::string text :
       {"", "[]", "null", "{", "{\"format\": 1e999}", "\xff\xfe", "mapping: []", "{} {}"}) {
    write("forged.json", text);
    const ProgramResult result = run("verify forged.json");
    EXPECT_EQ(result.exit_code, 2) << text;
    EXPECT_NE(result.err.find("forged.json: "), std::string::npos) << result.err;
  }
  // Readers differ in which of two equal keys they take.
  std::string twice = good_.dump();
  twice.insert(1, "\"leakage\": true, ");
  write("forged.json", twice);
  const ProgramResult result = run("verify forged.json");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("the key \"leakage\" is given twice"), std::string::npos) << result.err;
  // Deep nesting costs no stack.
  write("forged.json", std::string(200'000, '['));
  EXPECT_EQ(run("verify forged.json").exit_code, 2);
}

TEST_F(ForgedCertificate, EstimatorsAreThoseOfTheRun) {
  const ProgramResult made = run("map arch.yaml conv.yaml --quiet -o priced --estimate");
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const ProgramResult without = run("verify priced");
  EXPECT_EQ(without.exit_code, 2) << without.out;
  EXPECT_NE(without.err.find("--estimate was given and is not given"), std::string::npos)
      << without.err;
  EXPECT_EQ(run("verify priced --estimate").exit_code, 0);
  EXPECT_EQ(run("verify out --estimate").exit_code, 2);
  EXPECT_EQ(run("verify out --dummy").exit_code, 2);
  // A table may lie elsewhere, but holds what it held.
  write("prices.csv", "class,action,energy\nnothing,read,1\n");
  write("other.csv", "class,action,energy\nnothing,read,1\n");
  write("changed.csv", "class,action,energy\nnothing,read,2\n");
  ASSERT_EQ(run("map arch.yaml conv.yaml --quiet -o table --table prices.csv").exit_code, 0);
  EXPECT_EQ(run("verify table --table prices.csv").exit_code, 0);
  EXPECT_EQ(run("verify table --table other.csv").exit_code, 0);
  EXPECT_EQ(run("verify table --table changed.csv").exit_code, 2);
  EXPECT_EQ(run("verify table").exit_code, 2);
}

TEST_F(ForgedCertificate, FoldersAndWhatIsMissing) {
  EXPECT_EQ(run("verify out").exit_code, 0);
  EXPECT_EQ(run("verify out/").exit_code, 0);
  const ProgramResult other = run("verify .");
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_NE(other.err.find("'.' holds no certificate.json; expected the folder of a run"),
            std::string::npos)
      << other.err;
  const ProgramResult nothing = run("verify");
  EXPECT_EQ(nothing.exit_code, 2);
  EXPECT_NE(nothing.err.find("expected the certificate.json of a run"), std::string::npos)
      << nothing.err;
  const ProgramResult missing = run("verify nowhere.json");
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_NE(missing.err.find("expected the certificate.json of a run"), std::string::npos)
      << missing.err;
}

// A network may take layers from files of their own, and a folder may be a network.
TEST_F(ForgedCertificate, LayersInFilesOfTheirOwnAreInputs) {
  write("layer.yaml", "problem: {shape: gemm, instance: {M: 4, N: 4, K: 4}}\n");
  write("files.yaml", "network: {name: files, layers: [{file: layer.yaml}]}\n");
  ASSERT_EQ(run("map arch.yaml files.yaml --quiet -o files").exit_code, 0);
  EXPECT_EQ(run("verify files").exit_code, 0);
  std::filesystem::create_directory(folder_ / "net");
  write("net/layer.yaml", "problem: {shape: gemm, instance: {M: 4, N: 4, K: 4}}\n");
  ASSERT_EQ(run("map arch.yaml net --quiet -o folder").exit_code, 0);
  EXPECT_EQ(run("verify folder").exit_code, 0);
  write("net/more.yaml", "problem: {shape: gemm, instance: {M: 4, N: 4, K: 8}}\n");
  EXPECT_EQ(run("verify folder").exit_code, 2);
  write("layer.yaml", "problem: {shape: gemm, instance: {M: 4, N: 4, K: 5}}\n");
  EXPECT_EQ(run("verify files").exit_code, 2);
}

// docs/schema/certificate.schema.json says the same as the program's reader.
TEST_F(ForgedCertificate, SchemaNamesEveryKey) {
  const Json schema = Json::parse(
      read_text(std::filesystem::path(kSourceFolder) / "docs/schema/certificate.schema.json"));
  const auto check = [](const Json& rule, const Json& value) {
    std::set<std::string> keys;
    std::set<std::string> described;
    for (const auto& [key, unused] : value.items()) keys.insert(key);
    for (const auto& [key, unused] : rule["properties"].items()) described.insert(key);
    EXPECT_EQ(keys, described);
    EXPECT_EQ(rule["required"].get<std::set<std::string>>(), keys);
    EXPECT_EQ(rule["additionalProperties"], false);
  };
  check(schema, good_);
  const Json& properties = schema["properties"];
  EXPECT_EQ(properties["format"]["const"], good_["format"]);
  check(properties["tool"], good_["tool"]);
  check(properties["inputs"]["items"], good_["inputs"][0]);
  check(properties["layers"]["items"], good_["layers"][0]);
  EXPECT_EQ(properties["budgets"]["additionalProperties"], false);
  ASSERT_EQ(run("map arch.yaml network.yaml --quiet -o priced --estimate --max-delay 100000 "
                "--max-energy 1J --min-utilization 1%")
                .exit_code,
            0);
  const Json priced = read_json("priced/certificate.json");
  check(properties["estimators"]["items"], priced["estimators"][0]);
  for (const auto& [key, unused] : priced["budgets"].items()) {
    EXPECT_TRUE(properties["budgets"]["properties"].contains(key)) << key;
  }
}

}  // namespace
}  // namespace tilewright::testing
