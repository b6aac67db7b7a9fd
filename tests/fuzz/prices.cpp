// Tables of prices in CSV: a user's own, libraries that are scaled, and CACTI's answers; and what
// they say to a few questions.

#include "fuzz.hpp"
#include "model/energy/estimators/cacti.hpp"
#include "model/energy/estimators/csv_table.hpp"
#include "model/energy/estimators/library.hpp"
#include "model/energy/registry.hpp"

namespace {

using tilewright::energy::Query;

std::vector<Query> questions() {
  std::vector<Query> list;
  for (const char* kind : {"SRAM", "intmac", "isaac_adc", "a"}) {
    Query query;
    query.component_class = kind;
    query.attributes = {{"technology", "45nm"}, {"width", 64},    {"depth", 512},
                        {"resolution", 8},      {"voltage", 0.9}, {"n_banks", 2},
                        {"exponent", 8},        {"mantissa", 23}, {"global_cycle_seconds", 1e-9}};
    query.action = "read";
    query.arguments = {{"data_delta", 1}};
    list.push_back(query);
    query.quantity = tilewright::energy::Quantity::area;
    list.push_back(query);
  }
  return list;
}

void ask(std::unique_ptr<tilewright::energy::EnergyEstimator> estimator) {
  tilewright::energy::Registry registry;
  registry.add(std::move(estimator));
  for (const Query& query : questions()) {
    tilewright::fuzz::tolerate_bad_input([&] { (void)registry.find_price(query); });
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tilewright;
  const auto input = fuzz::text_of(data, size);
  fuzz::tolerate_bad_input([&] { ask(energy::parse_csv_table("input.csv", input)); });
  fuzz::tolerate_bad_input([&] { ask(energy::make_library({{"input.csv", std::string(input)}})); });
  fuzz::tolerate_bad_input([&] { (void)energy::parse_cacti_answers("input.csv", input); });
  return 0;
}
