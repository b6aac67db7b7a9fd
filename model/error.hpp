#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include "model/suggestion.hpp"

namespace tilewright {

/// A place in a text that a user wrote. Line and column count from 1; 0 means "not known".
struct Mark {
  std::string file;
  int line = 0;
  int column = 0;
};

/// Bad input in a file: `file:line:column: message`. The program exits with 2.
class SpecError : public std::runtime_error {
 public:
  SpecError(Mark mark, const std::string& message)
      : std::runtime_error(locate(mark) + message),
        mark_(std::move(mark)),
        suggestion_(suggestion_in(message)) {}
  const Mark& mark() const noexcept { return mark_; }
  /// The text without the place.
  std::string message() const { return what() + locate(mark_).size(); }
  /// The name that the message proposes instead of one that is not known, or nothing.
  const std::string& suggestion() const noexcept { return suggestion_; }
  /// The same with words before its message.
  SpecError with_prefix(const std::string& prefix) const { return {mark_, prefix + message()}; }

  /// "file:line:column: ", with the parts that are not known left out.
  static std::string locate(const Mark& mark) {
    if (mark.file.empty()) return {};
    std::string text = mark.file + ":";
    if (mark.line > 0) text += std::to_string(mark.line) + ":" + std::to_string(mark.column) + ":";
    return text + " ";
  }

 private:
  Mark mark_;
  std::string suggestion_;
};

/// A mapping that is well written but does not fit the problem or the architecture: factors that
/// miss the bound, spatial loops where nothing fans out. It is rejected like one that does not fit
/// the memories: the program exits with 3.
class MappingMisfit : public SpecError {
 public:
  using SpecError::SpecError;
};

/// Wrong options or arguments. The program exits with 2.
class UsageError : public std::runtime_error {
 public:
  explicit UsageError(const std::string& message)
      : std::runtime_error(message), suggestion_(suggestion_in(message)) {}
  /// As of a SpecError.
  const std::string& suggestion() const noexcept { return suggestion_; }

 private:
  std::string suggestion_;
};

/// A broken promise inside Tilewright: a defect to report. The program exits with 70.
class InternalError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

}  // namespace tilewright
