// Energy and area reference tables, and the prices that an architecture gets from them.

#include "fuzz.hpp"
#include "model/energy/prices.hpp"

namespace {

// With the names that the tables in specs and the public examples have.
const std::string kNamed = R"(
architecture:
  version: 0.3
  subtree:
  - name: system
    local:
    - {name: DRAM, class: DRAM, attributes: {word-bits: 16}}
    subtree:
    - name: chip
      local:
      - {name: shared_glb, class: smartbuffer_SRAM, attributes: {depth: 1024, width: 64,
         block-size: 4, word-bits: 16, network_read: NoC, network_update: Sums}}
      - {name: NoC, class: SimpleMulticast, attributes: {action_name: transfer,
         multicast_factor_argument: n, per_datatype_ERT: True}}
      - {name: Sums, class: ReductionTree}
      subtree:
      - name: PE[0..15]
        local:
        - {name: weights_spad, class: regfile, attributes: {depth: 16, width: 16, word-bits: 16,
           network_fill: NoC, network_drain: Sums}}
        - {name: mac, class: intmac}
)";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tilewright;
  const auto input = fuzz::text_of(data, size);
  if (input.find("ERT") == input.npos && input.find("ART") == input.npos) return -1;
  fuzz::tolerate_bad_input([&] {
    const SpecSet specs = fuzz::read({kNamed}, input);
    if (specs.table) (void)price(*specs.architecture, *specs.table);
  });
  return 0;
}
