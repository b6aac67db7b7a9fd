#include "hostile/mutator.hpp"

#include <yaml-cpp/yaml.h>

#include <array>
#include <utility>
#include <vector>

namespace tilewright::hostile {
namespace {

constexpr std::array kNumbers{"0",
                              "-1",
                              "1",
                              "2",
                              "3",
                              "0.5",
                              "1e-300",
                              "1e300",
                              "1e18",
                              "2147483647",
                              "2147483648",
                              "4294967296",
                              "9223372036854775807",
                              "9223372036854775808",
                              ".nan",
                              ".inf",
                              "-.inf",
                              "0x10",
                              "1e400",
                              "007",
                              "1_000"};
constexpr std::array kTexts{"",
                            "~",
                            "MAC",
                            "DRAM",
                            "A",
                            "true",
                            "[0..3]",
                            "PE[0..1e9]",
                            "{{",
                            "a\nb",
                            "=1+1",
                            "*",
                            "K=0 M=99999999999",
                            "\x1b[2J"};

// A place in a tree: the map or list and the key or index.
struct Place {
  YAML::Node parent;
  YAML::Node key;
};

void collect(const YAML::Node& node, std::vector<Place>& places) {
  if (node.IsMap()) {
    for (const auto& entry : node) {
      places.push_back({node, entry.first});
      collect(entry.second, places);
    }
  } else if (node.IsSequence()) {
    for (std::size_t i = 0; i < node.size(); ++i) {
      places.push_back({node, YAML::Node(i)});
      collect(node[i], places);
    }
  }
}

YAML::Node get(const Place& place) {
  return place.parent.IsMap() ? place.parent[place.key.as<std::string>()]
                              : place.parent[place.key.as<std::size_t>()];
}

void set(const Place& place, const YAML::Node& value) {
  YAML::Node parent = place.parent;
  if (parent.IsMap()) {
    parent[place.key.as<std::string>()] = value;
  } else {
    parent[place.key.as<std::size_t>()] = value;
  }
}

YAML::Node exchanged(const YAML::Node& node) {
  YAML::Node result;
  int index = 0;
  if (node.IsMap()) {
    for (const auto& entry : node) result.push_back(YAML::Clone(entry.second));
  } else if (node.IsSequence()) {
    for (const auto& item : node) result["k" + std::to_string(index++)] = YAML::Clone(item);
  } else {
    result.push_back(YAML::Clone(node));
  }
  return result;
}

YAML::Node doubled(const YAML::Node& node) {
  YAML::Node result(YAML::NodeType::Sequence);
  for (int i = 0; i < 2; ++i) {
    if (!node.IsSequence()) result.push_back(YAML::Clone(node));
    for (std::size_t j = 0; node.IsSequence() && j < node.size(); ++j) {
      result.push_back(YAML::Clone(node[j]));
    }
  }
  return result;
}

void remove(const Place& place) {
  YAML::Node parent = place.parent;
  if (parent.IsMap()) {
    parent.remove(place.key.as<std::string>());
  } else {
    parent.remove(place.key.as<std::size_t>());
  }
}

void rename(const Place& place, const std::string& key) {
  YAML::Node parent = place.parent;
  if (!parent.IsMap()) return;
  const YAML::Node value = YAML::Clone(get(place));
  parent.remove(place.key.as<std::string>());
  parent[key] = value;
}

}  // namespace

std::string Mutator::mutate(const std::string& yaml) {
  YAML::Node root = YAML::Load(yaml);
  const auto pick = [this](std::size_t count) { return random_() % count; };
  const std::size_t changes = 1 + pick(3);
  for (std::size_t i = 0; i < changes; ++i) {
    std::vector<Place> places;
    collect(root, places);
    if (places.empty()) break;
    const Place& place = places[pick(places.size())];
    const Place& other = places[pick(places.size())];
    switch (pick(9)) {
      case 0:
      case 1:
      case 2:
        set(place, YAML::Node(std::string(kNumbers[pick(kNumbers.size())])));
        break;
      case 3:
        set(place, YAML::Node(std::string(kTexts[pick(kTexts.size())])));
        break;
      case 4:
        set(place, exchanged(get(place)));
        break;
      case 5:
        set(place, doubled(get(place)));
        break;
      case 6:
        set(place, YAML::Clone(get(other)));
        break;
      case 7:
        remove(place);
        break;
      default:
        if (other.parent.IsMap()) rename(place, other.key.as<std::string>());
        break;
    }
  }
  YAML::Emitter out;
  out << root;
  return std::string(out.c_str()) + "\n";
}

}  // namespace tilewright::hostile
