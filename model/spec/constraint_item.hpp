#pragma once

#include <string_view>

#include "model/spec/node.hpp"

namespace tilewright::spec {

/// One constraint: its type, and its settings, which may stand in two places.
struct ConstraintItem {
  const Node& node;
  Fields own;         // keys next to `type`
  Fields attributes;  // keys in `attributes`, or the same as `own`

  explicit ConstraintItem(const Node& constraint)
      : node(constraint),
        own(constraint, "a constraint"),
        attributes(
            constraint.find("attributes") != nullptr ? *constraint.find("attributes") : constraint,
            "attributes") {
    own.know({"target", "name", "type", "attributes"});
    attributes.know({"target", "name", "type", "attributes"});
  }
  const Node* take(std::string_view key) {
    const Node* found = own.take(key);
    const Node* attribute = attributes.take(key);
    return found != nullptr ? found : attribute;
  }
  void expect_no_more(std::string_view what) const {
    own.expect_no_more(what);
    attributes.expect_no_more(what);
  }
};

}  // namespace tilewright::spec
