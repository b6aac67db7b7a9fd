#pragma once

#include <pybind11/pybind11.h>

#include <cstdint>
#include <string>

#include "model/big_int.hpp"

// Whole numbers: Python's have no end.
namespace tilewright::python {

/// A count that is a double in C++ because it may be large. Finite.
inline pybind11::int_ to_whole(double count) {
  return pybind11::reinterpret_steal<pybind11::int_>(PyLong_FromDouble(count));
}

inline pybind11::int_ to_python(const BigInt& number) {
  return pybind11::int_(pybind11::str(number.str()));
}

inline BigInt to_big_int(const pybind11::int_& number) {
  const std::uint64_t small = PyLong_AsUnsignedLongLong(number.ptr());
  if (PyErr_Occurred() == nullptr) return small;
  PyErr_Clear();
  return BigInt(pybind11::str(number).cast<std::string>());
}

}  // namespace tilewright::python
