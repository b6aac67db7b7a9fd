// write_seeds FOLDER: the inputs that are made to cost much, small, as seeds of the targets that
// read such files: FOLDER/TARGET/hostile-NAME.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "hostile/hostile_inputs.hpp"

namespace {

namespace fs = std::filesystem;
using tilewright::hostile::Kind;

constexpr std::size_t kBytes = 2000;

constexpr const char* kCertificate = R"({"format": "tilewright certificate 3",
"tool": {"name": "tilewright", "version": "0.1.0"}, "files": ["a.yaml"],
"inputs": [{"file": "a.yaml",
"sha256": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}],
"estimators": [{"option": "table", "value": "t.csv", "sha256": null}], "reading": [], "objective": "edp",
"budgets": {"max_cycles": 1e9}, "batch": 2, "both_axes": false, "imperfect": false,
"leakage": false, "layers": [{"name": "one", "proven": true, "best": 2, "lower_bound": 1.5,
"mapping": "mapping: []"}, {"name": "two", "proven": false, "best": null, "lower_bound": null,
"mapping": null}]})";

// The files of the kinds whose names end so.
void write(const fs::path& folder, const std::vector<Kind>& kinds, const std::string& ending) {
  fs::create_directories(folder);
  for (const Kind& kind : kinds) {
    for (const auto& [name, text] : kind.make(kBytes).files) {
      if (!name.ends_with(ending)) continue;
      std::ofstream(folder / ("hostile-" + kind.name + "-" + fs::path(name).stem().string()),
                    std::ios::binary)
          << text;
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  using namespace tilewright::hostile;
  if (argc != 2) {
    std::cerr << "usage: write_seeds FOLDER\n";
    return 2;
  }
  const fs::path folder = argv[1];
  write(folder / "components", yaml_kinds(), ".yaml");
  write(folder / "components", energy_kinds(), ".yaml");
  write(folder / "templates", template_kinds(), "");
  write(folder / "prices", table_kinds(), ".csv");
  write(folder / "program", spec_kinds(), ".yaml");
  write(folder / "problem", spec_kinds(), ".yaml");
  write(folder / "certificate", certificate_kinds(), ".json");
  std::ofstream(folder / "certificate/valid") << kCertificate;
  return 0;
}
