#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "model/spec/document.hpp"
#include "model/spec/node.hpp"
#include "model/spec/spec.hpp"

namespace tilewright::spec {

/// Findings that do not stop the reading.
struct Findings {
  std::vector<Warning>* warnings;
  bool is_dense = false;  // sparse optimizations are to be ignored
  /// Attributes that component classes may have (version 0.4); nullptr: those of the reader only.
  const std::set<std::string, std::less<>>* attributes = nullptr;
  /// Files in Tilewright's own form, whose keys are checked already; nullptr: there are none.
  const std::set<std::string>* own_files = nullptr;

  /// Names of attributes, which expressions in the attributes of a tree may be.
  const std::set<std::string, std::less<>>* names = nullptr;

  bool is_own(const std::string& file) const {
    return own_files != nullptr && own_files->contains(file);
  }
  /// \throws SpecError for a finding in Tilewright's own form, which is strict
  void warn(Warning warning) const {
    if (is_own(warning.mark.file)) throw SpecError(warning.mark, warning.message);
    warnings->push_back(std::move(warning));
  }
  void warn(Mark mark, std::string message, std::string_view code = odd::kSpec,
            Effect effect = Effect::on_results) const {
    warn({std::move(mark), std::move(message), code, effect});
  }
  /// Of a component or layer: the message begins with its name.
  void warn_about(const std::string& name, Mark mark, std::string_view words,
                  std::string_view code = odd::kSpec, Effect effect = Effect::on_results) const {
    warn({std::move(mark), name + ": " + std::string(words), code, effect, name});
  }
  /// A setting that is known and not honoured.
  void ignore(Mark mark, const std::string& setting, Effect effect) const {
    warnings->push_back({std::move(mark), "ignored: " + setting, odd::kIgnored, effect});
  }
};

/// Whether a text in a tree may be an expression, which is Accelergy's to read: it is no single
/// word, or one that is the name of an attribute.
bool may_be_expression(const std::string& text, const Findings& findings);

/// Sparse optimizations are not modelled: an error, or a warning if they are to be ignored.
/// \throws SpecError
void refuse_sparse_optimizations(const Node& node, const Findings& findings);

/// One warning about the keys of a map that nobody asked for, or about those of them in `unread`.
void warn_unread(const Fields& fields, const std::string& what, const Findings& findings);
void warn_unread(const Fields& fields, const std::vector<const Entry*>& unread,
                 const std::string& what, const Findings& findings);

/// Shapes that files of the set define for others, next to the built-in ones.
using UserShapes = std::vector<Shape>;

// --- architecture ---

/// A node that may be changed, by the same node as all others see it.
using Writable = std::function<Node&(const Node&)>;

/// Lays `changes` (the section `architecture_changes`) over an architecture that is still to be
/// read.
void apply_changes(const Node& changes, const Node& arch, const Writable& writable);

/// `arch` or `architecture`, flat or a tree.
Architecture read_architecture(const Node& node, const Findings& findings);

/// A storage level from its component (`name`, `class`, `attributes`, or all keys in one map).
/// `instances` is what its place in the tree implies, 0 = unknown.
StorageLevel read_storage(const Node& component, std::uint64_t instances, const Findings& findings);
ComputeLevel read_compute(const Node& component, std::uint64_t instances, const Findings& findings);
Network read_network(const Node& component, const Findings& findings);

/// `leakage` of an architecture: `none`, `all` (of every instance and cycle) or `in-use` (of
/// instances that work).
void read_leakage(const Node& node, ReferenceTable& table);

/// Bits of elements by dataspace, `{Weights: 4, Inputs: 8}`.
std::vector<DataBits> read_data_bits(const Node& node);

// --- problem ---

/// Tells where data-bits of the level make those of layers ineffective.
void warn_of_covered_bits(const StorageLevel& level, const std::vector<Layer>& layers,
                          const Findings& findings);
/// Sets the bits of a problem's elements. \throws SpecError for names that it lacks.
void set_data_bits(const std::vector<DataBits>& bits, Problem& problem);
/// \throws SpecError, the message beginning with `prefix`, for names that no layer has.
void check_data_bits(const std::vector<DataBits>& bits, const std::vector<Layer>& layers,
                     const std::string& prefix);

Shape read_shape(const Node& node);
/// `used`: the shape of the problem is added there.
Problem read_problem(const Node& node, const std::string& name, const UserShapes& shapes,
                     const Findings& findings, std::vector<Shape>* used = nullptr);
/// A problem of `shape` with the sizes in `instance`; sizes that it lacks come from `defaults`
/// (which may be nullptr).
Problem read_instance(const Node& instance, const Node* defaults, const Shape& shape,
                      const std::string& name, const Findings& findings);
/// A shape given inline, by name, or not at all (`node` == nullptr: cnn-layer).
Shape resolve_shape(const Node* node, const UserShapes& shapes);

// --- network ---

/// `own`, `shared` or `none`.
WeightUse read_weight_use(const Node& node);
/// `N`, `{N: 35}`, `none` or `unknown`.
BatchUse read_batch_use(const Node& node, const Problem& problem);
/// \throws SpecError for too many sizes for all layers, for every layer looks through them.
void check_defaults(const Node& defaults);
/// Tells which of them no layer has among its `sizes`; a default may be for some of the layers
/// only.
void warn_of_unused_defaults(const Node& defaults, const std::set<std::string>& sizes,
                             const Findings& findings);
/// Sets the inputs of the last layers, as many as there are `nodes`, from lists of names among
/// these layers; nullptr: none are given.
void read_inputs(const std::vector<const Node*>& nodes, std::vector<Layer>& layers);

// --- tables ---

void read_energy_table(const Node& node, ReferenceTable& table, const Findings& findings);
void read_area_table(const Node& node, ReferenceTable& table, const Findings& findings);

// --- search ---

SearchSettings read_search(const Node& node, const Findings& findings);

}  // namespace tilewright::spec
