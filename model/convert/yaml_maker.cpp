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

// To YAML 1.1 what has an exponent is a number only with a point before it.
const spec::Node* YamlMaker::number(double number) const {
  std::string text = energy::number_text(number);
  const std::size_t exponent = text.find('e');
  const bool has_point = text.find('.') != std::string::npos;
  if (exponent != std::string::npos && !has_point) text.insert(exponent, ".0");
  return plain(text);
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
