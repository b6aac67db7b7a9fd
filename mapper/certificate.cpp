#include "mapper/certificate.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "model/error.hpp"
#include "model/spec/spec.hpp"

namespace tilewright {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFormat = "tilewright certificate 1";

Json claim_json(const LayerResult& result, const Architecture& arch) {
  const Proof& proof = *result.search.proof;
  return Json{{"name", result.layer->name},
              {"proven", result.search.proven},
              {"best", proof.best},
              {"lower_bound", proof.lower_bound},
              {"gap", result.search.gap() ? Json(*result.search.gap()) : Json(nullptr)},
              {"vertices", proof.finished},
              {"labels", proof.labels},
              {"dominated", proof.dominated},
              {"bounded", proof.bounded},
              {"evaluated", proof.evaluated},
              {"mapping", write_mapping(result.search.best->mapping, result.layer->problem, arch)}};
}

Certificate::LayerClaim read_claim(const Json& json) {
  Certificate::LayerClaim claim;
  json.at("name").get_to(claim.name);
  json.at("mapping").get_to(claim.mapping);
  json.at("best").get_to(claim.best);
  json.at("lower_bound").get_to(claim.lower_bound);
  json.at("proven").get_to(claim.proven);
  return claim;
}

Certificate read_json(const Json& json) {
  if (json.at("format") != kFormat) {
    throw UsageError(
        fmt::format("its format is {}, not \"{}\"", json.at("format").dump(), kFormat));
  }
  Certificate certificate;
  for (const Json& input : json.at("inputs")) {
    certificate.inputs.push_back({input.at("file"), input.at("sha256")});
  }
  json.at("objective").get_to(certificate.objective);
  const Json& budgets = json.at("budgets");
  certificate.budgets.max_delay = budgets.value("max_cycles", certificate.budgets.max_delay);
  certificate.budgets.max_energy = budgets.value("max_energy_pJ", certificate.budgets.max_energy);
  certificate.budgets.min_utilization = budgets.value("min_utilization", 0.0);
  if (!json.at("batch").is_null()) certificate.batch = json.at("batch").get<std::uint64_t>();
  json.at("both_axes").get_to(certificate.both_axes);
  json.at("imperfect").get_to(certificate.imperfect);
  json.at("leakage").get_to(certificate.leakage);
  for (const Json& layer : json.at("layers")) certificate.layers.push_back(read_claim(layer));
  return certificate;
}

}  // namespace

std::string certificate_json(const NetworkSearch& search, const SummaryContext& context,
                             const Architecture& arch) {
  const SearchPlan& plan = search.plan();
  Json layers = Json::array();
  for (const LayerResult& result : search.results()) {
    if (result.search.best && result.search.proof) layers.push_back(claim_json(result, arch));
  }
  if (layers.empty()) return {};
  Json inputs = Json::array();
  for (const InputHash& input : context.inputs) {
    inputs.push_back(
        {{"file", std::filesystem::absolute(input.file).string()}, {"sha256", input.sha256}});
  }
  const Json json{{"format", kFormat},
                  {"tool", {{"name", "tilewright"}, {"version", TILEWRIGHT_VERSION}}},
                  {"inputs", std::move(inputs)},
                  {"objective", plan.objective.name()},
                  {"budgets", budgets_json(plan.objective.budgets())},
                  {"batch", context.batch ? Json(*context.batch) : Json(nullptr)},
                  {"both_axes", plan.mapspace.both_axes},
                  {"imperfect", plan.mapspace.imperfect},
                  {"leakage", search.prices().count_idle},
                  {"layers", std::move(layers)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Certificate read_certificate(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw UsageError(fmt::format("{}: cannot be read", path));
  try {
    return read_json(Json::parse(in));
  } catch (const Json::exception& error) {
    throw UsageError(fmt::format("{}: no certificate: {}", path, error.what()));
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("{}: {}", path, error.what()));
  }
}

}  // namespace tilewright
