#pragma once

#include <string_view>

#include "model/energy/compound/design.hpp"
#include "model/spec/document.hpp"

namespace tilewright::spec {

/// A node that stands for a value, in the place of another.
const Node* to_node(Document& document, const energy::Value& value, const Node& place);

/// Evaluates the expressions in constraints of version 0.4: numbers, and factors such as
/// `M=columns` or `("M=" + str(columns))`. Names of dimensions and dataspaces stay what they are.
class ConstraintValues {
 public:
  ConstraintValues(energy::Resolver& resolver, const energy::NodeScope& scope, Document& document)
      : resolver_(resolver), scope_(scope), document_(document) {}

  /// The value of a key, with the attributes of the level that it is a constraint of.
  /// \throws SpecError for what has no value
  const Node* evaluate(std::string_view key, const Node& node, const energy::Settings& attributes);

 private:
  const Node* evaluate_text(std::string_view key, const Node& node,
                            const energy::Settings& attributes);
  const Node* evaluate_factor(const Node& node, const energy::Settings& attributes);

  energy::Resolver& resolver_;
  energy::NodeScope scope_;
  Document& document_;
};

}  // namespace tilewright::spec
