#pragma once

#include <pybind11/pybind11.h>

#include <string>
#include <vector>

#include "model/spec/spec.hpp"

namespace tilewright::python {

/// The arguments of a tilewright.SpecWarning: (message, file, line, column).
inline pybind11::tuple to_python(const std::string& message, const Mark& mark = {}) {
  return pybind11::make_tuple(message, mark.file, mark.line, mark.column);
}

inline pybind11::list to_python(const std::vector<Warning>& warnings) {
  pybind11::list list;
  for (const Warning& warning : warnings) list.append(to_python(warning.message, warning.mark));
  return list;
}

}  // namespace tilewright::python
