// Problems: a shape (inline, by name, or none), and the sizes of one instance of it.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <set>
#include <string_view>

#include "model/limits.hpp"
#include "model/names.hpp"
#include "model/spec/readers.hpp"

namespace tilewright::spec {
namespace {

constexpr std::uint64_t kMostBound = std::numeric_limits<std::int32_t>::max();
constexpr int kMostCoefficients = kMaxSpaces * kMaxRank * kMaxTerms;  // one for every term

int index_in(const std::vector<std::string>& names, const std::string& name) {
  const auto it = std::find(names.begin(), names.end(), name);
  return it == names.end() ? -1 : static_cast<int>(it - names.begin());
}

// Before any work on the items.
void check_count(const Node& node, std::size_t count, int most, std::string_view what) {
  if (count > static_cast<std::size_t>(most)) {
    node.fail(fmt::format("{} {}; at most {} are supported", count, what, most));
  }
}

void read_dims(const Node& node, Shape& shape) {
  const auto dims = node.texts("dimensions");
  check_count(node, dims.size(), kMaxDims, "dimensions");
  for (const Node* dim : dims) {
    const auto& name = dim->name("a dimension");
    const bool is_word = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
      return std::isalpha(static_cast<unsigned char>(c)) != 0;
    });
    // Digits would make the factor `K8` ambiguous.
    if (!is_word) dim->fail(fmt::format("a dimension's name is made of letters, not '{}'", name));
    if (index_in(shape.dims, name) >= 0)
      dim->fail(fmt::format("the dimension {} occurs twice", name));
    shape.dims.push_back(name);
  }
}

void read_coefficients(const Node& node, Shape& shape, std::vector<std::string>& names) {
  check_count(node, node.list("coefficients").size(), kMostCoefficients, "coefficients");
  for (const Node* coefficient : node.list("coefficients")) {
    Fields fields(*coefficient, "coefficients");
    const Node* name = fields.take("name");
    const Node* value = fields.take("default");
    fields.expect_no_more("a coefficient");
    if (name == nullptr) coefficient->fail("a coefficient needs a name");
    if (index_in(names, name->text("name")) >= 0) {
      name->fail(fmt::format("the coefficient {} occurs twice", name->text("name")));
    }
    names.push_back(name->name("a coefficient"));
    shape.coefficients.push_back({names.back(), value == nullptr ? 1 : value->integer("default")});
  }
}

// A term is a dimension, alone or in a list with its coefficient.
Shape::SymbolicTerm read_term(const Node& node, const Shape& shape,
                              const std::vector<std::string>& coefficients) {
  const auto parts = node.texts("projection");
  if (parts.empty() || parts.size() > 2) {
    node.fail("expected a term [dimension] or [dimension, coefficient]");
  }
  Shape::SymbolicTerm term;
  const auto& dim = parts[0]->text("projection");
  term.dim = index_in(shape.dims, dim);
  if (term.dim < 0) {
    parts[0]->fail(fmt::format("unknown dimension '{}'{}", dim, hint(dim, shape.dims)));
  }
  if (parts.size() == 2) {
    const auto& coefficient = parts[1]->text("projection");
    term.coefficient = index_in(coefficients, coefficient);
    if (term.coefficient < 0) {
      parts[1]->fail(
          fmt::format("unknown coefficient '{}'{}", coefficient, hint(coefficient, coefficients)));
    }
  }
  return term;
}

Shape::SymbolicSpace read_space(const Node& node, const Shape& shape,
                                const std::vector<std::string>& coefficients) {
  Fields fields(node, "data-spaces");
  const Node* name = fields.take("name");
  const Node* projection = fields.take("projection");
  const Node* read_write = fields.take("read-write");
  fields.expect_no_more("a dataspace");
  if (name == nullptr) node.fail("a dataspace needs a name");
  if (projection == nullptr) node.fail("a dataspace needs a projection");
  Shape::SymbolicSpace space;
  space.name = name->name("a dataspace");
  if (read_write != nullptr) space.read_write = read_write->flag("read-write");
  check_count(*projection, projection->list("projection").size(), kMaxRank, "coordinates");
  for (const Node* coordinate : projection->list("projection")) {
    // Always 0, and so none of the coordinates that tell words apart: `[[]]` is a scalar.
    if (coordinate->is_list() && coordinate->items().empty()) continue;
    auto& terms = space.projection.emplace_back();
    // The short form: a list of dimensions, one per coordinate.
    if (coordinate->is_text()) {
      terms.push_back(read_term(*coordinate, shape, coefficients));
      continue;
    }
    check_count(*coordinate, coordinate->list("projection").size(), kMaxTerms, "terms");
    for (const Node* term : coordinate->list("projection")) {
      terms.push_back(read_term(*term, shape, coefficients));
    }
  }
  return space;
}

void check_shape(const Node& node, const Shape& shape) {
  const auto is_output = [](const auto& space) { return space.read_write; };
  if (std::none_of(shape.spaces.begin(), shape.spaces.end(), is_output)) {
    node.fail("no dataspace is an output; give one of them 'read-write: True'");
  }
  for (auto it = shape.spaces.begin(); it != shape.spaces.end(); ++it) {
    const auto same_name = [&](const auto& other) { return other.name == it->name; };
    if (std::any_of(shape.spaces.begin(), it, same_name)) {
      node.fail(fmt::format("two dataspaces have the name '{}'", it->name));
    }
  }
}

// Keys of a problem in the old form, where the sizes stand next to them.
constexpr std::array<std::string_view, 5> kNoSizes{"version", "shape", "name", "instance",
                                                   "data-bits"};
constexpr std::array<std::string_view, 2> kDensities{"densities", "commonDensity"};

template <std::size_t n>
bool is_one_of(const std::string& key, const std::array<std::string_view, n>& keys) {
  return std::any_of(keys.begin(), keys.end(),
                     [&](std::string_view known) { return same_key(key, known); });
}

// What is close to a name of the shape is worth a line of its own; all else shares one.
void report_unknown_sizes(const Node& instance, const Shape& shape,
                          const std::vector<std::string>& known, const std::string& name,
                          bool is_old_form, const Findings& findings) {
  constexpr std::size_t kMostListed = 50;
  const auto describe = [&](const std::string& names, bool one) {
    return fmt::format("{}{} of the shape {} and ha{} no effect", names,
                       one ? " is neither a dimension nor a coefficient"
                           : " are neither dimensions nor coefficients",
                       shape.name, one ? "s" : "ve");
  };
  const Entry* first = nullptr;
  std::string others;
  std::size_t count = 0;
  for (const auto& entry : instance.map("instance")) {
    if (index_in(known, entry.key) >= 0) continue;
    if (is_old_form && is_one_of(entry.key, kNoSizes)) continue;
    if (is_one_of(entry.key, kDensities)) {
      if (entry.value->is_map() && entry.value->entries().empty()) continue;
      findings.ignore(instance.mark(entry),
                      fmt::format("problem {}: {} (tensors are dense)", name, entry.key),
                      Effect::on_results);
      continue;
    }
    if (++count > kMostListed) continue;
    const std::string quoted = fmt::format("'{}'", entry.key);
    if (const auto close = nearest(entry.key, known); !close.empty()) {
      findings.warn(instance.mark(entry),
                    fmt::format("{}; did you mean '{}'?", describe(quoted, true), close),
                    odd::kUnreadKey);
      continue;
    }
    if (first == nullptr) first = &entry;
    others += (others.empty() ? "" : ", ") + quoted;
  }
  if (first == nullptr) return;
  if (count > kMostListed) others += fmt::format(" and {} more", count - kMostListed);
  const bool one = others.find(',') == std::string::npos && count <= kMostListed;
  findings.warn(instance.mark(*first), describe(others, one), odd::kUnreadKey);
}

// A size of the instance, or else of the network's defaults.
const Node* find_size(const Node& instance, const Node* defaults, const std::string& key) {
  const Node* size = instance.find(key);
  return size != nullptr || defaults == nullptr ? size : defaults->find(key);
}

// `is_old_form`: the sizes stand next to `shape` and the other keys of a problem.
Problem read_sizes(const Node& instance, const Node* defaults, const Shape& shape,
                   const std::string& name, bool is_old_form, const Findings& findings) {
  if (!instance.is_null()) (void)instance.map("instance");
  std::vector<std::int64_t> bounds;
  std::vector<std::int64_t> coefficients;
  std::vector<std::string> known = shape.dims;
  for (const auto& dim : shape.dims) {
    const Node* size = find_size(instance, defaults, dim);
    if (size == nullptr) {
      instance.fail(fmt::format("the size of dimension {} is missing (shape {} has {})", dim,
                                shape.name, fmt::join(shape.dims, ", ")));
    }
    bounds.push_back(
        static_cast<std::int64_t>(size->count(fmt::format("dimension {}", dim), 1, kMostBound)));
  }
  for (const auto& coefficient : shape.coefficients) {
    const Node* value = find_size(instance, defaults, coefficient.name);
    coefficients.push_back(value == nullptr ? coefficient.default_value
                                            : value->integer(coefficient.name));
    known.push_back(coefficient.name);
  }
  if (instance.is_map()) report_unknown_sizes(instance, shape, known, name, is_old_form, findings);
  try {
    return make_problem(shape, name, bounds, coefficients);
  } catch (const std::invalid_argument& error) {
    instance.fail(error.what());
  }
}

}  // namespace

Shape read_shape(const Node& node) {
  Fields fields(node, "shape");
  const Node* name = fields.take("name");
  const Node* dims = fields.take({"dimensions", "dims"});
  const Node* coefficient_list = fields.take("coefficients");
  const Node* spaces = fields.take({"data-spaces", "dataspaces"});
  const Node* flatten = fields.take("flatten");
  fields.know({"version"});
  fields.expect_no_more("a shape");
  if (flatten != nullptr) flatten->fail("'flatten' is not supported");
  if (dims == nullptr) node.fail("a shape needs 'dimensions'");
  if (spaces == nullptr) node.fail("a shape needs 'data-spaces'");
  Shape shape;
  shape.name = name != nullptr ? name->name("a shape") : "unnamed";
  read_dims(*dims, shape);
  std::vector<std::string> coefficients;
  if (coefficient_list != nullptr) read_coefficients(*coefficient_list, shape, coefficients);
  check_count(*spaces, spaces->list("data-spaces").size(), kMaxSpaces, "dataspaces");
  for (const Node* space : spaces->list("data-spaces")) {
    shape.spaces.push_back(read_space(*space, shape, coefficients));
  }
  check_shape(node, shape);
  return shape;
}

Shape resolve_shape(const Node* node, const UserShapes& shapes) {
  if (node == nullptr) return *find_builtin_shape("cnn-layer");
  if (!node->is_text()) return read_shape(*node);
  std::string name = node->text("shape");
  for (const std::string_view ending : {".yaml", ".yml", ".cfg"}) {
    if (name.ends_with(ending)) name.resize(name.size() - ending.size());
  }
  const auto is_named = [&](const Shape& shape) { return shape.name == name; };
  if (const auto it = std::find_if(shapes.begin(), shapes.end(), is_named); it != shapes.end()) {
    return *it;
  }
  if (const Shape* shape = find_builtin_shape(name)) return *shape;
  auto names = builtin_shape_names();
  for (const auto& shape : shapes) names.push_back(shape.name);
  node->fail(fmt::format("unknown shape '{}'{}", name, hint(name, names)));
}

void set_data_bits(const std::vector<DataBits>& bits, Problem& problem) {
  for (const DataBits& entry : bits) {
    const int space = problem.find_space(entry.space);
    if (space < 0) {
      std::vector<std::string> known;
      for (const DataSpace& data : problem.spaces) known.push_back(data.name);
      throw SpecError(entry.mark, fmt::format("data-bits: problem {} has no dataspace '{}'{}",
                                              problem.name, entry.space, hint(entry.space, known)));
    }
    problem.spaces[space].bits = entry.bits;
  }
}

void warn_of_covered_bits(const StorageLevel& level, const std::vector<Layer>& layers,
                          const Findings& findings) {
  for (const DataBits& entry : level.data_bits) {
    const Layer* first = nullptr;
    std::uint32_t wanted = 0;
    std::size_t others = 0;
    for (const Layer& layer : layers) {
      const int space = layer.problem.find_space(entry.space);
      const std::uint32_t bits = space < 0 ? 0 : layer.problem.spaces[space].bits;
      if (bits == 0 || bits == entry.bits) continue;
      if (first == nullptr) {
        first = &layer;
        wanted = bits;
      } else {
        ++others;
      }
    }
    if (first == nullptr) continue;
    findings.warn(
        entry.mark,
        fmt::format("{}: {} has {} bits here, by the level's own data-bits; the {} bits of "
                    "layer '{}'{} do not count",
                    level.name, entry.space, entry.bits, wanted, first->name,
                    others == 0 ? "" : fmt::format(" (and those of {} more)", others)),
        odd::kWithoutEffect);
  }
}

void check_data_bits(const std::vector<DataBits>& bits, const std::vector<Layer>& layers,
                     const std::string& prefix) {
  if (bits.empty()) return;
  std::set<std::string> names;
  for (const Layer& layer : layers) {
    for (const DataSpace& space : layer.problem.spaces) names.insert(space.name);
  }
  const std::vector<std::string> known(names.begin(), names.end());
  for (const DataBits& entry : bits) {
    if (names.contains(entry.space)) continue;
    throw SpecError(entry.mark, fmt::format("{}data-bits: no layer has a dataspace '{}'{}", prefix,
                                            entry.space, hint(entry.space, known)));
  }
}

Problem read_instance(const Node& instance, const Node* defaults, const Shape& shape,
                      const std::string& name, const Findings& findings) {
  return read_sizes(instance, defaults, shape, name, false, findings);
}

Problem read_problem(const Node& node, const std::string& name, const UserShapes& shapes,
                     const Findings& findings, std::vector<Shape>* used) {
  (void)node.map("problem");
  const Node* shape_node = node.find("shape");
  const Shape shape = resolve_shape(shape_node, shapes);
  if (used != nullptr) used->push_back(shape);
  if (shape_node == nullptr) {
    findings.warn(node.mark(),
                  fmt::format("problem {}: no 'shape' is given; cnn-layer is assumed", name),
                  odd::kAssumed, Effect::none);
  }
  const Node* instance = node.find("instance");
  if (instance == nullptr) {
    Problem problem = read_sizes(node, nullptr, shape, name, true, findings);
    if (const Node* bits = node.find("data-bits")) set_data_bits(read_data_bits(*bits), problem);
    return problem;
  }
  Fields fields(node, "problem");
  fields.know({"shape", "instance", "version", "name"});
  const Node* bits = fields.take("data-bits");
  warn_unread(fields, "problem " + name, findings);
  Problem problem = read_instance(*instance, nullptr, shape, name, findings);
  if (bits != nullptr) set_data_bits(read_data_bits(*bits), problem);
  return problem;
}

}  // namespace tilewright::spec
