#include "model/spec/places.hpp"

#include <algorithm>
#include <vector>

#include "model/spec/node.hpp"
#include "model/spec/spec_files.hpp"

namespace tilewright {
namespace {

using spec::Entry;
using spec::Node;

// What a constraint is called in all versions.
std::string_view usual_type(std::string_view type) {
  if (type == "bypass" || type == "bypassing" || type == "dataspace") return "datatype";
  return type == "parallelism" ? "utilization" : type;
}

const Node* list_of(const Node& section) {
  if (section.is_list()) return &section;
  for (const char* key : {"targets", "constraints"}) {
    const Node* list = section.is_map() ? section.find(key) : nullptr;
    if (list != nullptr && list->is_list()) return list;
    if (list == nullptr || !list->is_text()) continue;
    return section.find("constraints_" + list->raw_text());
  }
  return nullptr;
}

bool is_for(const Node& target, const Architecture& arch, int level) {
  const Node* node = target.find("target");
  if (node == nullptr) node = target.find("name");
  if (node == nullptr || !node->is_text()) return false;
  const std::string& text = node->raw_text();
  return text == arch.storage[static_cast<std::size_t>(level)].name ||
         text == std::to_string(level);
}

bool has_type(const Node& constraint, std::string_view type) {
  const Node* node = constraint.find("type");
  return node != nullptr && node->is_text() && usual_type(node->raw_text()) == type;
}

const Node* find_constraint(const Node& list, const Architecture& arch, int level,
                            std::string_view type) {
  for (const Node* target : list.items()) {
    if (!target->is_map() || (level >= 0 && !is_for(*target, arch, level))) continue;
    if (has_type(*target, type)) return target;
    const Node* inner = target->find("constraints");
    if (inner == nullptr) continue;
    for (const Node* constraint : inner->items()) {
      if (constraint->is_map() && has_type(*constraint, type)) return constraint;
    }
  }
  return nullptr;
}

const Entry* find_entry(const Node* map, const std::string& key) {
  if (map == nullptr) return nullptr;
  const auto& entries = map->entries();
  const auto it = std::find_if(entries.begin(), entries.end(),
                               [&](const Entry& entry) { return entry.key == key; });
  return it == entries.end() ? nullptr : &*it;
}

// In a problem, a layer, or what stands for it.
std::optional<Mark> size_in(const Node& node, const std::string& dim) {
  if (!node.is_map()) return std::nullopt;
  for (const Node* map : {node.find("instance"), &node}) {
    const Entry* entry = find_entry(map, dim);
    if (entry != nullptr) return map->mark(*entry);
  }
  return std::nullopt;
}

const Node* layer_in(const Node& network, const std::string& name) {
  const Node* layers = network.is_map() ? network.find("layers") : nullptr;
  if (layers == nullptr) return nullptr;
  for (const Node* layer : layers->items()) {
    const Node* own = layer->is_map() ? layer->find("name") : nullptr;
    if (own != nullptr && own->is_text() && own->raw_text() == name) return layer;
  }
  return nullptr;
}

}  // namespace

Mark place_of_constraint(const SpecSet& specs, int level, std::string_view type) {
  if (specs.source == nullptr || !specs.architecture) return {};
  for (const Node* section : specs.source->constraints) {
    const Node* list = list_of(*section);
    const Node* found =
        list != nullptr ? find_constraint(*list, *specs.architecture, level, type) : nullptr;
    if (found != nullptr) return found->mark();
  }
  return specs.source->constraints.empty() ? Mark{} : specs.source->constraints.front()->mark();
}

Mark place_of_size(const SpecSet& specs, const std::string& layer, const std::string& dim) {
  Mark otherwise;
  if (specs.source == nullptr) return otherwise;
  for (const auto& document : specs.source->documents) {
    const Node& root = *document->root;
    if (!root.is_map()) continue;
    for (const char* key : {"problem", "network"}) {
      const Node* section = root.find(key);
      if (section == nullptr) continue;
      const Node* own = layer_in(*section, layer);
      if (otherwise.file.empty() || own != nullptr)
        otherwise = (own != nullptr ? own : section)->mark();
      const bool is_network = std::string_view(key) == "network";
      if (is_network && own == nullptr) continue;
      if (const auto place = size_in(own != nullptr ? *own : *section, dim)) return *place;
    }
  }
  return otherwise;
}

}  // namespace tilewright
