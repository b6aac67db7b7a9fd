#include "model/convert/yaml_maker.hpp"

#include "model/energy/value.hpp"

namespace tilewright::convert {
namespace {

const spec::Node* first_node(spec::Document& document) {
  return &document.nodes.emplace_back(&document.source, spec::Node::Kind::null, 0, 0);
}

}  // namespace

YamlMaker::YamlMaker()
    : document_(std::make_unique<spec::Document>()),
      place_(first_node(*document_)),
      make_(*document_) {}

const spec::Node* YamlMaker::number(double number) const {
  return plain(energy::number_text(number));
}

const spec::Node* YamlMaker::texts(const std::vector<std::string>& texts) const {
  std::vector<const spec::Node*> items;
  for (const std::string& each : texts) items.push_back(text(each));
  return list(std::move(items));
}

void add_unless_empty(YamlMaker::Entries& entries, const char* key, YamlMaker::Entries value,
                      const YamlMaker& make) {
  if (!value.empty()) add(entries, key, make.map(std::move(value)));
}

}  // namespace tilewright::convert
