#include "model/convert/write_work.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "model/error.hpp"

namespace tilewright::convert {
namespace {

using spec::Node;
using Entries = YamlMaker::Entries;

bool same_space(const Shape::SymbolicSpace& a, const Shape::SymbolicSpace& b) {
  const auto same_term = [](const auto& s, const auto& t) {
    return s.dim == t.dim && s.coefficient == t.coefficient;
  };
  const auto same_coordinate = [&](const auto& s, const auto& t) {
    return std::equal(s.begin(), s.end(), t.begin(), t.end(), same_term);
  };
  return a.name == b.name && a.read_write == b.read_write &&
         std::equal(a.projection.begin(), a.projection.end(), b.projection.begin(),
                    b.projection.end(), same_coordinate);
}

bool same_shape(const Shape& a, const Shape& b) {
  const auto same_coefficient = [](const auto& s, const auto& t) {
    return s.name == t.name && s.default_value == t.default_value;
  };
  return a.dims == b.dims &&
         std::equal(a.coefficients.begin(), a.coefficients.end(), b.coefficients.begin(),
                    b.coefficients.end(), same_coefficient) &&
         std::equal(a.spaces.begin(), a.spaces.end(), b.spaces.begin(), b.spaces.end(), same_space);
}

bool is_number(const std::string& name) {
  return !name.empty() && name[0] >= '0' && name[0] <= '9';
}

void check_coefficient(const Shape::Coefficient& coefficient, const Shape& shape) {
  const std::string& name = coefficient.name;
  const auto is_part = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  };
  const bool is_word = !name.empty() && std::all_of(name.begin(), name.end(), is_part);
  const bool is_itself = !is_number(name) || name == fmt::format("{}", coefficient.default_value);
  if (is_word && is_itself) return;
  throw UsageError(
      fmt::format("shape {}: a coefficient of Tilewright's own form is a number or has "
                  "a name of letters, digits and '_', not '{}'",
                  shape.name, name));
}

// Names of shapes, by which layers speak of them.
class Shapes {
 public:
  // Of a built-in one, or of one that is to be written.
  const std::string& name_of(const Shape& shape) {
    for (const Known& known : known_) {
      if (known.shape.name == shape.name && same_shape(known.shape, shape)) return known.name;
    }
    const Shape* builtin = find_builtin_shape(shape.name);
    const bool is_builtin = builtin != nullptr && same_shape(*builtin, shape);
    std::string name = shape.name;
    for (int i = 2; !is_builtin && (is_taken(name) || find_builtin_shape(name) != nullptr); ++i) {
      name = fmt::format("{}_{}", shape.name, i);
    }
    known_.push_back({name, shape, is_builtin});
    return known_.back().name;
  }

  const Node* written(const YamlMaker& make) const {
    std::vector<const Node*> list;
    for (const Known& known : known_) {
      if (!known.is_builtin) list.push_back(write(known.name, known.shape, make));
    }
    return list.empty() ? nullptr : make.list(std::move(list));
  }

 private:
  struct Known {
    std::string name;  // in what is written
    Shape shape;
    bool is_builtin;
  };

  bool is_taken(const std::string& name) const {
    return std::any_of(known_.begin(), known_.end(),
                       [&](const Known& known) { return known.name == name; });
  }

  static const Node* write(const std::string& name, const Shape& shape, const YamlMaker& make) {
    Entries entries;
    add(entries, "name", make.text(name));
    add(entries, "dimensions", make.texts(shape.dims));
    Entries coefficients;
    for (const Shape::Coefficient& coefficient : shape.coefficients) {
      check_coefficient(coefficient, shape);
      if (is_number(coefficient.name)) continue;
      coefficients.push_back(
          {coefficient.name, 0, 0, make.number(static_cast<double>(coefficient.default_value))});
    }
    add_unless_empty(entries, "coefficients", std::move(coefficients), make);
    Entries tensors;
    std::vector<std::string> outputs;
    for (const Shape::SymbolicSpace& space : shape.spaces) {
      std::vector<const Node*> coordinates;
      for (const auto& terms : space.projection) {
        coordinates.push_back(make.plain(coordinate_of(terms, shape)));
      }
      tensors.push_back({space.name, 0, 0, make.list(std::move(coordinates))});
      if (space.read_write) outputs.push_back(space.name);
    }
    add(entries, "tensors", make.map(std::move(tensors)));
    add(entries, "outputs", make.texts(outputs));
    return make.map(std::move(entries));
  }

  static std::string coordinate_of(const std::vector<Shape::SymbolicTerm>& terms,
                                   const Shape& shape) {
    std::vector<std::string> texts;
    for (const Shape::SymbolicTerm& term : terms) {
      texts.push_back(shape.dims[term.dim]);
      if (term.coefficient >= 0) texts.back() += "*" + shape.coefficients[term.coefficient].name;
    }
    return fmt::format("{}", fmt::join(texts, " + "));
  }

  std::deque<Known> known_;  // names stay where they are
};

Entries sizes_of(const Problem& problem, const Shape& shape, const YamlMaker& make) {
  Entries entries;
  const auto add_size = [&](const std::string& name, std::int64_t size) {
    entries.push_back({name, 0, 0, make.number(static_cast<double>(size))});
  };
  for (int d = 0; d < problem.num_dims(); ++d) add_size(problem.dims[d], problem.bounds[d]);
  for (std::size_t c = 0; c < shape.coefficients.size(); ++c) {
    const std::int64_t value = problem.coefficients[c].default_value;
    if (value != shape.coefficients[c].default_value) add_size(shape.coefficients[c].name, value);
  }
  return entries;
}

const Node* batch_of(const Layer& layer, const YamlMaker& make) {
  const BatchUse& use = layer.batch;
  if (use.growth == BatchUse::Growth::unsaid) return nullptr;
  if (use.growth == BatchUse::Growth::none) return make.plain("none");
  if (use.growth == BatchUse::Growth::unknown) return make.plain("unknown");
  const std::string& dim = layer.problem.dims[use.dim];
  if (use.each == 1) return make.text(dim);
  return make.map({{dim, 0, 0, make.number(static_cast<double>(use.each))}});
}

const Node* write_layer(const Layer& layer, const SpecSet& specs, const Shape& shape,
                        const std::string& shape_name, const YamlMaker& make) {
  Entries entries;
  add(entries, "name", make.text(layer.name));
  if (layer.repeats != 1) {
    add(entries, "repeats", make.number(static_cast<double>(layer.repeats)));
  }
  if (!shape_name.empty()) add(entries, "shape", make.text(shape_name));
  add(entries, "sizes", make.map(sizes_of(layer.problem, shape, make)));
  constexpr std::array<const char*, 3> kUses{"own", "shared", "none"};  // as in WeightUse
  if (layer.weights != WeightUse::own) {
    add(entries, "weights", make.plain(kUses[static_cast<std::size_t>(layer.weights)]));
  }
  if (const Node* batch = batch_of(layer, make)) add(entries, "batch", batch);
  Entries bits;
  for (const DataSpace& space : layer.problem.spaces) {
    if (space.bits != 0) bits.push_back({space.name, 0, 0, make.number(space.bits)});
  }
  add_unless_empty(entries, "data-bits", std::move(bits), make);
  std::vector<std::string> inputs;
  for (const std::size_t input : layer.inputs) inputs.push_back(specs.layers[input].name);
  if (!inputs.empty()) add(entries, "inputs", make.texts(inputs));
  return make.map(std::move(entries));
}

// The shape that most layers have stands once.
std::string most_frequent(const std::vector<std::string>& names) {
  std::map<std::string, std::size_t> counts;
  for (const std::string& name : names) ++counts[name];
  const auto fewer = [](const auto& a, const auto& b) { return a.second < b.second; };
  return std::max_element(counts.begin(), counts.end(), fewer)->first;
}

}  // namespace

const Node* write_network(const SpecSet& specs, const std::vector<Shape>& shapes,
                          const YamlMaker& make) {
  Shapes known;
  std::vector<std::string> names;
  for (const Shape& shape : shapes) names.push_back(known.name_of(shape));
  const std::string common = most_frequent(names);
  std::vector<const Node*> layers;
  for (std::size_t i = 0; i < specs.layers.size(); ++i) {
    layers.push_back(write_layer(specs.layers[i], specs, shapes[i],
                                 names[i] == common ? std::string() : names[i], make));
  }
  Entries network;
  add(network, "name", make.text(specs.network_name));
  if (const Node* written = known.written(make)) add(network, "shapes", written);
  add(network, "shape", make.text(common));
  add(network, "layers", make.list(std::move(layers)));
  return make.map(std::move(network));
}

}  // namespace tilewright::convert
