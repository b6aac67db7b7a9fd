#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/limits.hpp"

namespace tilewright {

/// `coefficient * dimension`, one summand of a coordinate. Coefficients carry stride and dilation.
struct Term {
  int dim = 0;
  std::int64_t coefficient = 1;
  friend bool operator==(const Term&, const Term&) = default;
};

/// One coordinate of a dataspace: a sum of terms, e.g. `R*dilation + P*stride`.
using Coordinate = std::vector<Term>;

/// A tensor of the problem: which of its points an operation touches.
struct DataSpace {
  std::string name;
  std::vector<Coordinate> projection;
  bool read_write = false;
  std::uint32_t bits = 0;  // of an element, wherever no level says otherwise; 0 = a word's
};

/// The shape of a problem without sizes: what Timeloop calls `shape`.
struct Shape {
  struct Coefficient {
    std::string name;
    std::int64_t default_value = 1;
  };
  /// A term whose coefficient is still a name; `coefficient` < 0 means the constant 1.
  struct SymbolicTerm {
    int dim = 0;
    int coefficient = -1;
  };
  struct SymbolicSpace {
    std::string name;
    std::vector<std::vector<SymbolicTerm>> projection;
    bool read_write = false;
  };

  std::string name;
  std::vector<std::string> dims;
  std::vector<Coefficient> coefficients;
  std::vector<SymbolicSpace> spaces;
};

/// A loop nest with affine projections: one operation per point of the box `bounds`.
/// Plain data after construction; const use is thread-safe.
struct Problem {
  std::string name;
  std::string shape_name;
  std::vector<std::string> dims;                 // names, in the order of the shape
  std::vector<std::int64_t> bounds;              // [dim], all >= 1
  std::vector<DataSpace> spaces;                 // in the order of the shape
  std::vector<Shape::Coefficient> coefficients;  // with the values of this instance, for writers

  int num_dims() const { return static_cast<int>(dims.size()); }
  int num_spaces() const { return static_cast<int>(spaces.size()); }
  /// Index of a dimension, or -1.
  int find_dim(std::string_view dim) const;
  /// Index of a dataspace, or -1.
  int find_space(std::string_view space) const;
  /// Operations of the problem: the product of the bounds.
  std::uint64_t operations() const;
  /// Words of the smallest box that holds `space` (stride gaps and dilation holes included).
  std::uint64_t tensor_words(int space) const;
  /// Equal bounds, projections, read-write flags, bits and names, which constraints speak of: such
  /// layers are searched once.
  bool same_work(const Problem& other) const;
};

/// Words are counted in 64 bits and priced in doubles: beyond 2^62 neither is exact any more.
/// \throws std::invalid_argument when a mapping of the problem could come to more.
/// `bits`: of an element, where elements are counted in bits.
void check_size(const Problem& problem, std::uint64_t bits = 1);

/// Builds a problem. \throws std::invalid_argument if a limit of `limits.hpp` is exceeded, a bound
/// is below 1 or the operation count leaves 63 bits.
Problem make_problem(const Shape& shape, std::string name, const std::vector<std::int64_t>& bounds,
                     const std::vector<std::int64_t>& coefficients);

/// The shapes that ship with the program (`cnn-layer`, `gemm`, ...), or nullptr.
const Shape* find_builtin_shape(std::string_view name);
std::vector<std::string> builtin_shape_names();

}  // namespace tilewright
