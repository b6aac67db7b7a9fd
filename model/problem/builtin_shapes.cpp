#include <algorithm>
#include <sstream>

#include "model/problem/problem.hpp"

namespace tilewright {
namespace {

const std::vector<Shape::Coefficient> kStrides{
    {"Wstride", 1}, {"Hstride", 1}, {"Wdilation", 1}, {"Hdilation", 1}};

// A projection as text, so that the table below reads like the formulas: coordinates are separated
// by blanks, terms by '+', and a term is `dim` or `dim*coefficient`.
Shape::SymbolicSpace space(const Shape& shape, std::string name, const std::string& projection,
                           bool read_write) {
  const auto dim_index = [&](const std::string& dim) {
    return static_cast<int>(std::find(shape.dims.begin(), shape.dims.end(), dim) -
                            shape.dims.begin());
  };
  const auto coefficient_index = [&](const std::string& coefficient) {
    const auto it = std::find_if(shape.coefficients.begin(), shape.coefficients.end(),
                                 [&](const auto& c) { return c.name == coefficient; });
    return static_cast<int>(it - shape.coefficients.begin());
  };
  Shape::SymbolicSpace result{.name = std::move(name), .read_write = read_write};
  std::istringstream coordinates(projection);
  for (std::string coordinate; coordinates >> coordinate;) {
    result.projection.emplace_back();
    std::istringstream terms(coordinate);
    for (std::string term; std::getline(terms, term, '+');) {
      const auto star = term.find('*');
      result.projection.back().push_back(
          {dim_index(term.substr(0, star)),
           star == std::string::npos ? -1 : coefficient_index(term.substr(star + 1))});
    }
  }
  return result;
}

Shape shape(std::string name, std::vector<std::string> dims,
            std::vector<Shape::Coefficient> coefficients,
            const std::vector<std::array<std::string, 2>>& inputs,
            const std::array<std::string, 2>& output) {
  Shape result{
      .name = std::move(name), .dims = std::move(dims), .coefficients = std::move(coefficients)};
  for (const auto& [input, projection] : inputs) {
    result.spaces.push_back(space(result, input, projection, false));
  }
  result.spaces.push_back(space(result, output[0], output[1], true));
  return result;
}

const std::vector<Shape>& shapes() {
  // The first two are the shapes that Timeloop v3 ships, so that its problem files load as they
  // are; the others name output channels M, as the literature does.
  static const std::string kSlidingInput = "C R*Wdilation+P*Wstride S*Hdilation+Q*Hstride";
  static const std::vector<Shape> table{
      shape("cnn-layer", {"R", "S", "P", "Q", "C", "K", "N"}, kStrides,
            {{"Weights", "C K R S"}, {"Inputs", "N " + kSlidingInput}}, {"Outputs", "N K Q P"}),
      shape("gemm-ABZ", {"M", "N", "K"}, {}, {{"A", "M K"}, {"B", "N K"}}, {"Z", "M N"}),
      shape("conv", {"N", "M", "C", "P", "Q", "R", "S"}, kStrides,
            {{"Weights", "C M R S"}, {"Inputs", "N " + kSlidingInput}}, {"Outputs", "N M Q P"}),
      shape("grouped-conv", {"N", "G", "M", "C", "P", "Q", "R", "S"}, kStrides,
            {{"Weights", "G C M R S"}, {"Inputs", "N G " + kSlidingInput}},
            {"Outputs", "N G M Q P"}),
      shape("depthwise-conv", {"N", "C", "P", "Q", "R", "S"}, kStrides,
            {{"Weights", "C R S"}, {"Inputs", "N " + kSlidingInput}}, {"Outputs", "N C Q P"}),
      shape("gemm", {"M", "N", "K"}, {}, {{"A", "M K"}, {"B", "N K"}}, {"Z", "M N"}),
      shape("fully-connected", {"N", "C", "M"}, {}, {{"Weights", "C M"}, {"Inputs", "N C"}},
            {"Outputs", "N M"}),
  };
  return table;
}

}  // namespace

const Shape* find_builtin_shape(std::string_view name) {
  for (const auto& shape : shapes()) {
    if (shape.name == name) return &shape;
  }
  return nullptr;
}

std::vector<std::string> builtin_shape_names() {
  std::vector<std::string> names;
  for (const auto& shape : shapes()) names.push_back(shape.name);
  return names;
}

}  // namespace tilewright
