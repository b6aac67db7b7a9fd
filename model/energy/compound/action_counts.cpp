#include <fmt/format.h>

#include "model/energy/compound/design.hpp"

namespace tilewright::energy {
namespace {

using spec::Findings;
using spec::Node;

class CountReader {
 public:
  CountReader(Design& design, const Findings& findings) : design_(design), findings_(findings) {}

  // `prefix` is the dotted name of the node, or "".
  void walk(const Node& node, const std::string& prefix) {
    const Node* subtree = node.find("subtree");
    const Node* local = node.find("local");
    if (subtree == nullptr && local == nullptr) {
      node.fail("action_counts: expected 'subtree' or 'local'");
    }
    if (local != nullptr) {
      for (const Node* component : local->list("local")) read(*component, prefix);
    }
    if (subtree == nullptr) return;
    for (const Node* child : subtree->list("subtree")) walk(*child, full_name(*child, prefix));
  }

 private:
  static std::string full_name(const Node& node, const std::string& prefix) {
    const std::string& name = node.at("name").raw_text();
    return prefix.empty() ? name : prefix + "." + name;
  }

  void read(const Node& component, const std::string& prefix) {
    const std::string name = full_name(component, prefix);
    const Node* counts = component.find("action_counts");
    if (counts == nullptr) return;
    for (const Node* item : counts->list("action_counts")) {
      spec::Fields fields(*item, "an action count");
      fields.know({"name", "counts"});
      ActionCount count;
      count.component = name;
      count.action = item->at("name").raw_text();
      count.count = item->at("counts").real("counts", 0);
      count.mark = item->mark();
      count.arguments =
          to_attributes(read_settings(fields.take("arguments"), "arguments", Dialect::v04));
      spec::warn_unread(fields, "action count of " + name, findings_);
      design_.action_counts.push_back(std::move(count));
    }
  }

  Design& design_;
  const Findings& findings_;
};

}  // namespace

void read_action_counts(const Node& section, Design& design, const Findings& findings) {
  CountReader(design, findings).walk(section, "");
  design.has_action_counts = true;
}

}  // namespace tilewright::energy
