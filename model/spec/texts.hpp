#pragma once

#include <string>
#include <vector>

#include "model/spec/spec.hpp"

namespace tilewright {

/// A file as it was read, or a text that was never one.
struct StoredText {
  std::string name;
  std::string text;
  std::string folder;       // argument that a file came from, if any: it may name the network
  bool only_named = false;  // read only if a layer names this file
};

/// Reads files followed by texts; see read_specs. \throws SpecError.
SpecSet read_files_and_stored(const std::vector<std::string>& paths,
                              const std::vector<StoredText>& texts,
                              const ReadOptions& options = {});

/// All that was read: read_files_and_stored gives the same specs again, whatever became of the
/// files.
std::vector<StoredText> texts_of(const SpecSet& specs);

/// As write_specs(), but for sections in any number of files and with the names that were taken
/// from files: specs of equal text are equal.
std::string compare_text(const SpecSet& specs);

}  // namespace tilewright
