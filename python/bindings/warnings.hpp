#pragma once

#include <pybind11/pybind11.h>

#include <string>
#include <vector>

#include "model/spec/spec.hpp"

namespace tilewright::python {

/// For each the arguments of a tilewright.SpecWarning: (message, file, line, column, code,
/// suggestion). As the program prints them.
inline pybind11::list to_python(const std::vector<Warning>& warnings) {
  pybind11::list list;
  for (const Warning& warning : arranged(warnings)) {
    const Mark& mark = warning.mark;
    list.append(pybind11::make_tuple(warning.message, mark.file, mark.line, mark.column,
                                     std::string(warning.code), warning.suggestion));
  }
  return list;
}

}  // namespace tilewright::python
