#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "model/spec/spec.hpp"

namespace tilewright {

class StrictJson;

/// An input file and what it held.
struct InputHash {
  std::string file;
  std::string sha256;  // empty when it could not be read twice
  friend bool operator==(const InputHash&, const InputHash&) = default;
};

/// An option as the user gave it.
struct GivenOption {
  std::string name;    // without dashes
  std::string value;   // of a flag: empty
  std::string sha256;  // of the file or the folder that it names; empty = it names none
};

/// All that the results of a run depend on.
struct RunSettings {
  std::string version = TILEWRIGHT_VERSION;
  std::vector<InputHash> inputs;
  std::vector<GivenOption> options;
};

/// All files that were read, with their hashes.
std::vector<InputHash> hash_inputs(const SpecSet& specs);

nlohmann::ordered_json options_json(const std::vector<GivenOption>& options);
std::vector<GivenOption> read_options(const StrictJson& json);
nlohmann::ordered_json settings_json(const RunSettings& settings);
RunSettings read_settings(const StrictJson& json);

/// What differs first between an earlier run, or its options, and this one: a clause such as
/// "--seed was 1 and is 2", or nothing.
std::string describe_difference(const RunSettings& then, const RunSettings& now);
std::string describe_difference(const std::vector<GivenOption>& then,
                                const std::vector<GivenOption>& now);

}  // namespace tilewright
