#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/error.hpp"
#include "model/spec/spec.hpp"

// What the fuzz targets share. Bad input may end in a SpecError or UsageError, nothing else: any
// other exception, InternalError included, ends the target as a crash.
namespace tilewright::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Calls `use` and takes the exceptions that bad input may cause.
template <class Use>
void tolerate_bad_input(const Use& use) {
  try {
    use();
  } catch (const SpecError&) {
  } catch (const UsageError&) {
  }
}

/// Reads `front` and then the input, as if each were a file.
inline SpecSet read(const std::vector<std::string>& front, std::string_view input) {
  std::vector<SpecText> texts;
  for (const std::string& text : front) texts.push_back({"front.yaml", text});
  texts.push_back({"input.yaml", std::string(input)});
  return read_spec_texts(texts);
}

/// Three levels with a fan-out of 4 x 2 below the middle one.
inline const std::string kArch = R"(
arch:
  arithmetic: {name: MAC, instances: 8, meshX: 4}
  storage:
  - {name: Registers, entries: 64, instances: 8, meshX: 4}
  - {name: Buffer, entries: 4096, instances: 1}
  - {name: Main, technology: DRAM, instances: 1}
)";

/// A convolution in one dimension with channels: R=3, P=16, C=8.
inline const std::string kProblem = R"(
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

}  // namespace tilewright::fuzz
