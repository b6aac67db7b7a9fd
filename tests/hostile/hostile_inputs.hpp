#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace tilewright::hostile {

/// A file of a command line: its name and its text.
using File = std::pair<std::string, std::string>;

/// Files that are made to take long or to fill the memory, and the command that reads them.
struct Input {
  std::vector<std::string> arguments;  // of the program, in the folder of the files
  std::vector<File> files;

  std::size_t bytes() const;
};

/// Makes an input of about so many bytes.
using Maker = std::function<Input(std::size_t bytes)>;

struct Kind {
  std::string name;
  Maker make;
};

/// YAML, whatever it says; templates; architectures for `tilewright energy`; tables of prices;
/// specs of the other commands; certificates.
std::vector<Kind> yaml_kinds();
std::vector<Kind> template_kinds();
std::vector<Kind> energy_kinds();
std::vector<Kind> table_kinds();
std::vector<Kind> spec_kinds();
std::vector<Kind> certificate_kinds();

/// All of them.
std::vector<Kind> all_kinds();

// --- for the makers ---

/// Texts of 0, 1, 2 ... one after the other, up to about so many bytes.
std::string filled(std::size_t bytes, const std::function<std::string(int)>& text);
std::string filled(std::size_t bytes, const std::string& text);
/// The same, `count` times.
std::string repeated(int count, const std::function<std::string(int)>& text);

/// `tilewright energy` of one file.
Input for_energy(std::string text, const std::string& file = "input.yaml");

}  // namespace tilewright::hostile
