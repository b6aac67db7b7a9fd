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
  return 0;
}
