#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tilewright {

/// A place that cannot be written. The program exits with 2.
class OutputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Whether a file must be on the disk before it takes its name, so that not even a loss of power
/// leaves a part of it. That takes milliseconds.
enum class Durable : std::uint8_t { no, yes };

/// Writes `text` so that readers see the old file or the whole new one, never a part: into a
/// temporary file beside it that then takes its name. \throws OutputError.
void write_atomically(const std::filesystem::path& path, std::string_view text,
                      Durable durable = Durable::yes);

/// Makes a folder and those above it. \throws OutputError when it cannot be made or written.
void make_folder(const std::filesystem::path& path);

/// SHA-256 of a file's content in lower-case hexadecimal, or "" when it cannot be read.
std::string hash_of_file(const std::filesystem::path& path);
/// The same of a file, or of the names and contents of the files below a folder.
std::string hash_of_path(const std::filesystem::path& path);

/// A name that is safe as part of a file name: letters, digits, `.`, `-` and `_`; no leading dot.
std::string safe_file_name(std::string_view name);
/// Whether a name is as those, but for its length.
bool is_safe_file_name(std::string_view name);

}  // namespace tilewright
