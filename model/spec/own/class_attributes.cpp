#include "model/spec/own/class_attributes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "model/arch/component_kind.hpp"
#include "model/names.hpp"
#include "model/spec/level_keys.hpp"

namespace tilewright::spec {
namespace {

// Attributes that have a key of their own beside them.
constexpr std::array<std::string_view, 39> kBeside{"word-bits",
                                                   "block-size",
                                                   "meshX",
                                                   "meshY",
                                                   "num-ports",
                                                   "num-banks",
                                                   "entries",
                                                   "sizeKB",
                                                   "size_KB",
                                                   "instances",
                                                   "data-bits",
                                                   "bandwidth",
                                                   "read_bandwidth",
                                                   "write_bandwidth",
                                                   "shared_bandwidth",
                                                   "multiple-buffering",
                                                   "min-utilization",
                                                   "reduction_supported",
                                                   "vector-access-energy",
                                                   "addr-gen-energy",
                                                   "cluster-area",
                                                   "energy",
                                                   "area",
                                                   "network-type",
                                                   "network-word-bits",
                                                   "tile-width",
                                                   "wire-energy",
                                                   "energy-per-hop",
                                                   "router-energy",
                                                   "energy-per-ingress",
                                                   "network_read",
                                                   "network_fill",
                                                   "network_update",
                                                   "network_drain",
                                                   "network_operand",
                                                   "network_result",
                                                   "network_fill_latency",
                                                   "network_drain_latency",
                                                   "cluster-size"};

bool is_one_of(const Spellings& spellings, std::string_view name) {
  return std::any_of(spellings.begin(), spellings.end(),
                     [&](std::string_view spelling) { return same_key(spelling, name); });
}

// Capacities in rows say it in another unit, which the reader of levels compares.
bool says_the_same(const Entry& key, const std::string& attribute) {
  if (same_key(key.key, attribute)) return true;
  if (is_one_of(kSizeKeys, attribute)) return false;
  return std::any_of(kKeyGroups.begin(), kKeyGroups.end(), [&](const Spellings& group) {
    return is_one_of(group, key.key) && is_one_of(group, attribute);
  });
}

}  // namespace

bool is_said_beside(std::string_view attribute) {
  return std::any_of(kBeside.begin(), kBeside.end(),
                     [&](std::string_view key) { return same_key(key, attribute); });
}

void add_class_attributes(const Node& attributes, std::vector<Entry>& keys) {
  std::vector<Entry> all;
  for (const Entry& entry : attributes.map("attributes")) {
    if (is_said_beside(entry.key)) {
      throw SpecError(
          attributes.mark(entry),
          fmt::format("attributes: '{}' is said by a key beside 'attributes'", entry.key));
    }
    const auto said = std::find_if(keys.begin(), keys.end(),
                                   [&](const Entry& key) { return says_the_same(key, entry.key); });
    if (said != keys.end() && !said->value->same_text(*entry.value)) {
      throw SpecError(attributes.mark(entry),
                      fmt::format("attributes: '{}' is {}, but the component has {}", entry.key,
                                  entry.value->describe(), said->value->describe()));
    }
    if (said != keys.end()) keys.erase(said);
    all.push_back(entry);
  }
  all.insert(all.end(), keys.begin(), keys.end());
  keys = std::move(all);
}

bool class_is(const Node& component_class, std::string_view role) {
  const std::string& name = component_class.text("class");
  const ComponentKind kind = component_kind(name);
  if (role == "intmac") return kind == ComponentKind::compute;
  const bool is_dram = usual_class(name).find("DRAM") != std::string::npos;
  return kind == ComponentKind::storage && is_dram == (role == "DRAM");
}

}  // namespace tilewright::spec
