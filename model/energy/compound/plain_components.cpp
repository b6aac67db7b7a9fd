#include "model/energy/compound/plain_components.hpp"

#include <utility>

namespace tilewright::energy {
namespace {

FlatComponent component(const std::string& name, const char* component_class,
                        std::initializer_list<std::pair<const char*, double>> attributes) {
  FlatComponent result;
  result.name = name;
  result.component_class = component_class;
  for (const auto& [attribute, value] : attributes) {
    result.attributes.push_back({attribute, value, false, {}});
  }
  return result;
}

// Timeloop's technology model has defaults of its own, which say nothing about the memory.
void add_unless_default(FlatComponent& memory, const char* attribute, std::uint32_t value,
                        std::uint32_t usual) {
  if (value == usual) return;
  memory.attributes.push_back({attribute, static_cast<double>(value), false, {}});
}

// Without one, the class has a default.
void set_process(FlatComponent& part, const std::optional<double>& nanometres) {
  if (!nanometres) return;
  part.attributes.push_back({"technology", node_text(*nanometres), false, {}});
}

void set_type(FlatComponent& dram, const std::string& type) {
  if (!type.empty()) dram.attributes.push_back({"type", type, true, {}});
}

}  // namespace

void add_plain_components(const Architecture& arch, Design& design) {
  design.dialect = Dialect::v03;
  design.version = "0.3";
  const double word = arch.compute.word_bits;
  design.components.push_back(component(arch.compute.name, "intmac", {{"datawidth", word}}));
  design.components.back().mark = arch.compute.mark;
  set_process(design.components.back(), arch.compute.process_nm);
  for (const StorageLevel& level : arch.storage) {
    const double bits = level.word_bits;
    const double width = bits * level.block_size;  // of one access
    if (level.technology == Technology::dram) {
      design.components.push_back(
          component(level.name, "DRAM", {{"width", width}, {"datawidth", bits}}));
      set_type(design.components.back(), level.dram_type);
      set_process(design.components.back(), level.process_nm);
    } else if (level.entries.value_or(0) > 0) {
      const double depth = static_cast<double>(*level.entries) / level.block_size;
      FlatComponent memory =
          component(level.name, "SRAM", {{"width", width}, {"depth", depth}, {"datawidth", bits}});
      set_process(memory, level.process_nm);
      add_unless_default(memory, "n_rdwr_ports", level.num_ports, StorageLevel{}.num_ports);
      add_unless_default(memory, "n_banks", level.num_banks, StorageLevel{}.num_banks);
      design.components.push_back(std::move(memory));
    } else {
      continue;
    }
    design.components.back().mark = level.mark;
  }
  Resolver resolver(design.dialect, design.limits->expressions);
  apply_classes(design, resolver);
}

}  // namespace tilewright::energy
