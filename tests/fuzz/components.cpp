// Architectures with component classes, their flattening, expansion and pricing, action counts,
// and the tables that `tilewright energy` writes, ERT and ART among the input included.

#include "fuzz.hpp"
#include "model/energy/compound/energy_input.hpp"
#include "model/energy/compound/write_tables.hpp"
#include "model/energy/registry.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tilewright;
  static const energy::Registry registry = energy::Registry::with_builtins();
  const auto input = fuzz::text_of(data, size);
  fuzz::tolerate_bad_input([&] {
    const energy::EnergyInput read =
        energy::read_energy_texts({{"input.yaml", std::string(input)}}, {});
    const energy::EnergyTables tables = energy::price_input(read, registry);
    (void)energy::write_ert(tables, {});
    (void)energy::write_ert_summary(tables, {});
    (void)energy::write_art(tables, {});
    (void)energy::write_art_summary(tables, {});
    if (read.has_architecture) (void)energy::write_flattened(read.design);
    if (!read.design.has_action_counts) return;
    (void)energy::write_energy_estimation(read.design,
                                          energy::energy_of_counts(read.design, tables));
  });
  return 0;
}
