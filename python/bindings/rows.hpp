#pragma once

#include <pybind11/numpy.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "model/mapping/mapping.hpp"
#include "python/bindings/scoring.hpp"

namespace tilewright::python {

/// Mappings side by side as numpy holds them: loop bounds [mapping, level, kind, dimension], orders
/// of the same shape, and what each level keeps [mapping, level].
class Rows {
 public:
  using Factors = pybind11::array_t<std::int32_t, pybind11::array::c_style>;
  using Bytes = pybind11::array_t<std::uint8_t, pybind11::array::c_style>;

  /// Of these arrays; orders and keeping that are not given are those of a blank mapping.
  /// \throws UsageError if an array has another shape.
  Rows(const Space& space, Factors factors, std::optional<Bytes> orders, std::optional<Bytes> keep);
  /// New ones, not filled. Raises MemoryError if so many are more than half of the machine's.
  static Rows room(const Space& space, std::size_t size);

  const Space& space() const { return space_; }
  std::size_t size() const { return size_; }

  /// Any number of threads may read and write different places, without the GIL.
  void read(std::size_t i, Mapping& into) const;
  void write(std::size_t i, const Mapping& from);

  /// Whether a mapping can be scored: see is_perfect.
  bool is_good(const Mapping& mapping) const;
  /// \throws UsageError that says what is wrong with number `i`.
  [[noreturn]] void refuse(std::size_t i) const;
  /// Number `i`, checked and with residuals. \throws UsageError
  Mapping checked(std::size_t i) const;

  /// (factors, orders, keep).
  pybind11::tuple arrays() const;

 private:
  Rows(const Space& space, std::size_t size);

  const Space& space_;
  std::size_t size_ = 0;
  std::size_t row_ = 0;  // numbers of a mapping in `factors`
  Factors factors_;
  std::optional<Bytes> orders_;
  std::optional<Bytes> keep_;
  // The same for threads that do not hold the GIL.
  const std::int32_t* factors_at_ = nullptr;
  const std::uint8_t* orders_at_ = nullptr;
  const std::uint8_t* keep_at_ = nullptr;
};

}  // namespace tilewright::python
