#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/spec/spec.hpp"

namespace tilewright::convert {

/// The forms that are written.
enum class Form : std::uint8_t { tilewright, v03 };

/// The names by which users ask for a form: `tilewright`, `v0.3`.
const std::vector<std::string>& form_names();
/// \throws UsageError for a name of no form, and for one that is read but not written
Form form_of(std::string_view name);

/// What specs say, in another form.
struct Converted {
  struct Part {
    std::string name;  // architecture, network, mapping or search
    std::string text;
  };
  std::string text;                // one file
  std::vector<Part> parts;         // the same in several, which are read together
  std::vector<std::string> notes;  // what is said in other words than before
};

/// Writes what was understood: comments, names of variables and the like are gone, but everything
/// scores as before, which is made sure of by reading it again.
/// \throws SpecError or UsageError for what the form cannot say
Converted convert(const SpecSet& specs, Form form);

}  // namespace tilewright::convert
