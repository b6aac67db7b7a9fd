#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "model/spec/spec.hpp"

namespace tilewright {

/// A folder of spec files that lives as long as the object.
class SpecFolder {
 public:
  SpecFolder() {
    static int count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("tilewright_spec_" + std::to_string(getpid()) + "_" + std::to_string(++count));
    std::filesystem::create_directories(path_);
  }
  ~SpecFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  SpecFolder(const SpecFolder&) = delete;
  SpecFolder& operator=(const SpecFolder&) = delete;

  std::string path() const { return path_.string(); }
  /// Writes a file and returns its path.
  std::string add(const std::string& name, const std::string& text) const {
    const auto file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file.string();
  }

 private:
  std::filesystem::path path_;
};

/// Reads texts as if each were a file (`spec0.yaml`, `spec1.yaml`, ...).
inline SpecSet read_texts(const std::vector<std::string>& texts) {
  const SpecFolder folder;
  std::vector<std::string> files;
  for (const auto& text : texts) {
    files.push_back(folder.add("spec" + std::to_string(files.size()) + ".yaml", text));
  }
  return read_specs(files);
}

/// The message of the SpecError that `use` throws, or "no error".
template <class Use>
std::string error_of(const Use& use) {
  try {
    use();
  } catch (const SpecError& error) {
    return error.what();
  }
  return "no error";
}

/// The message without the folder of the file.
inline std::string without_folder(const std::string& message) {
  const auto colon = message.find(':');
  const auto slash = message.rfind('/', colon);
  return slash == std::string::npos ? message : message.substr(slash + 1);
}

/// What was odd, in the order found.
inline std::vector<std::string> messages_of(const SpecSet& specs) {
  std::vector<std::string> messages;
  for (const Warning& warning : specs.warnings) messages.push_back(warning.message);
  return messages;
}

/// The same with the places, but for the folders.
inline std::vector<std::string> warnings_of(const SpecSet& specs) {
  std::vector<std::string> texts;
  for (const Warning& warning : specs.warnings) texts.push_back(without_folder(warning.text()));
  return texts;
}

/// Three levels with a fan-out of 4 (along X) below the middle one.
inline const std::string kSmallArch = R"(
arch:
  arithmetic: {name: MAC, instances: 4, meshX: 4}
  storage:
  - {name: Registers, entries: 64, instances: 4, meshX: 4}
  - {name: Buffer, entries: 4096, instances: 1}
  - {name: Main, technology: DRAM, instances: 1}
)";

/// A convolution in one dimension with channels: R=3, P=16, C=8.
inline const std::string kSmallProblem = R"(
problem:
  shape:
    name: conv1d
    dimensions: [R, P, C]
    coefficients:
    - {name: Stride, default: 1}
    data-spaces:
    - {name: Weights, projection: [[[R]], [[C]]]}
    - {name: Inputs, projection: [[[R], [P, Stride]], [[C]]]}
    - {name: Outputs, projection: [[[P]]], read-write: True}
  instance: {R: 3, P: 16, C: 8}
)";

}  // namespace tilewright
