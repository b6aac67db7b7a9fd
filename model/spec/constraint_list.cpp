#include "model/spec/constraint_list.hpp"

namespace tilewright::spec {

const Node* find_constraint_list(const Node& section) {
  if (section.is_list()) return &section;
  const Node* targets = section.find("targets");
  const Node* list = section.find("constraints");
  if (list == nullptr) return targets;
  if (targets != nullptr) {
    targets->fail("'targets' and 'constraints' mean the same; give one of them");
  }
  return list->is_list() ? list : &section.at("constraints_" + list->text("constraints"));
}

void for_each_constraint(
    const Node& list, const std::function<void(const Node& target, const Node& constraint)>& use) {
  for (const Node* target : list.list("constraints")) {
    const Node* inner = target->find("constraints");
    if (inner == nullptr) {
      use(*target, *target);
      continue;
    }
    Fields fields(*target, "a target");
    fields.know({"target", "name", "constraints"});
    fields.expect_no_more("a target with 'constraints'");
    for (const Node* constraint : inner->list("constraints")) use(*target, *constraint);
  }
}

}  // namespace tilewright::spec
