#include "mapper/certificate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>

#include "mapper/layer_record.hpp"
#include "mapper/strict_json.hpp"
#include "model/error.hpp"
#include "model/spec/spec.hpp"

namespace tilewright {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kFormat = "tilewright certificate 3";

std::string absolute(const std::string& path) { return fs::absolute(path).string(); }

// Where nothing is claimed the scope is the one that was asked for.
Scope scope_of(const SearchResult& search, const SearchPlan& plan) {
  if (search.proof) return search.proof->scope;
  return plan.mapspace.imperfect ? Scope::imperfect : Scope::perfect;
}

Json claim_json(const LayerResult& result, const SearchPlan& plan, const Architecture& arch) {
  const SearchResult& search = result.search;
  Json json{{"name", result.layer->name},
            {"proven", search.proven && (search.proof || !search.best)},
            {"scope", name(scope_of(search, plan))},
            {"best", nullptr},
            {"lower_bound", nullptr},
            {"mapping", nullptr}};
  if (!search.best || !search.proof) return json;
  json["best"] = search.proof->best;
  json["lower_bound"] = search.proof->lower_bound;
  json["mapping"] = write_mapping(search.best->mapping, result.layer->problem, arch);
  return json;
}

bool claims_something(const LayerResult& result) {
  return (result.search.best && result.search.proof) ||
         (!result.search.best && result.search.proven);
}

Certificate::LayerClaim read_claim(const StrictJson& json) {
  json.expect_keys({"name", "proven", "scope", "best", "lower_bound", "mapping"});
  Certificate::LayerClaim claim;
  claim.name = json.at("name").text();
  claim.proven = json.at("proven").flag();
  claim.imperfect = read_scope(json.at("scope")) == Scope::imperfect;
  const StrictJson mapping = json.at("mapping");
  if (mapping.is_null()) {
    for (const char* key : {"best", "lower_bound"}) {
      if (!json.at(key).is_null()) json.at(key).fail("expected null where there is no mapping");
    }
    return claim;
  }
  claim.mapping = mapping.text();
  if (claim.mapping.empty()) mapping.fail("expected a mapping or null, found an empty text");
  claim.best = json.at("best").number();
  claim.lower_bound = json.at("lower_bound").number();
  return claim;
}

InputHash read_input(const StrictJson& json) {
  json.expect_keys({"file", "sha256"});
  InputHash input{json.at("file").text(), json.at("sha256").text()};
  const bool is_hash = input.sha256.size() == 64 &&
                       input.sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!is_hash) json.at("sha256").fail("expected 64 hexadecimal digits in lower case");
  return input;
}

// Not negative: a claim under a budget that nothing meets, or everything, says little but is one.
double read_budget(const StrictJson& budgets, std::string_view key, double none) {
  if (!budgets.has(key)) return none;
  const double value = budgets.at(key).number();
  if (value < 0) budgets.at(key).fail("expected a number of 0 or more");
  return value;
}

Budgets read_budgets(const StrictJson& json) {
  constexpr double kNone = std::numeric_limits<double>::infinity();
  json.expect_keys({}, {"max_cycles", "max_energy_pJ", "min_utilization"});
  Budgets budgets;
  budgets.max_delay = read_budget(json, "max_cycles", kNone);
  budgets.max_energy = read_budget(json, "max_energy_pJ", kNone);
  budgets.min_utilization = read_budget(json, "min_utilization", 0);
  return budgets;
}

Certificate read_json(const StrictJson& json) {
  json.expect_format(kFormat);
  json.expect_keys({"format", "tool", "files", "inputs", "estimators", "objective", "budgets",
                    "batch", "both_axes", "imperfect", "leakage", "layers", "reading"});
  const StrictJson tool = json.at("tool");
  tool.expect_keys({"name", "version"});
  for (const char* key : {"name", "version"}) (void)tool.at(key).text();
  Certificate certificate;
  for (const StrictJson& file : json.at("files").items()) certificate.files.push_back(file.text());
  for (const StrictJson& input : json.at("inputs").items()) {
    certificate.inputs.push_back(read_input(input));
  }
  if (certificate.files.empty()) json.at("files").fail("expected at least one");
  if (certificate.inputs.empty()) json.at("inputs").fail("expected at least one");
  certificate.estimators = read_options(json.at("estimators"));
  certificate.reading = read_options(json.at("reading"));
  certificate.objective = json.at("objective").text();
  certificate.budgets = read_budgets(json.at("budgets"));
  if (!json.at("batch").is_null()) certificate.batch = json.at("batch").count();
  certificate.both_axes = json.at("both_axes").flag();
  certificate.imperfect = json.at("imperfect").flag();
  certificate.leakage = json.at("leakage").flag();
  for (const StrictJson& layer : json.at("layers").items()) {
    certificate.layers.push_back(read_claim(layer));
    if (certificate.imperfect && !certificate.layers.back().imperfect) {
      layer.at("scope").fail("expected \"imperfect\", as the certificate says of all layers");
    }
  }
  return certificate;
}

}  // namespace

std::string certificate_json(const NetworkSearch& search, const SummaryContext& context,
                             const Architecture& arch) {
  const std::vector<LayerResult>& results = search.results();
  if (std::none_of(results.begin(), results.end(), claims_something)) return {};
  Json inputs = Json::array();
  for (const InputHash& input : context.inputs) {
    if (input.sha256.empty()) return {};
    inputs.push_back({{"file", absolute(input.file)}, {"sha256", input.sha256}});
  }
  Json files = Json::array();
  for (const std::string& file : context.files) files.push_back(absolute(file));
  Json layers = Json::array();
  const SearchPlan& plan = search.plan();
  for (const LayerResult& result : results) layers.push_back(claim_json(result, plan, arch));
  const Json json{{"format", kFormat},
                  {"tool", {{"name", "tilewright"}, {"version", TILEWRIGHT_VERSION}}},
                  {"files", std::move(files)},
                  {"inputs", std::move(inputs)},
                  {"estimators", options_json(context.estimators)},
                  {"reading", options_json(context.reading)},
                  {"objective", plan.objective.name()},
                  {"budgets", budgets_json(plan.objective.budgets())},
                  {"batch", context.batch ? Json(*context.batch) : Json(nullptr)},
                  {"both_axes", plan.mapspace.both_axes},
                  {"imperfect", plan.mapspace.imperfect},
                  {"leakage", search.prices().count_idle},
                  {"layers", std::move(layers)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

namespace {

// A device may have no end.
std::size_t most_bytes_of(const std::string& file) {
  std::error_code unknown;
  return std::size_t{fs::is_regular_file(file, unknown) ? 1024U : 16U} << 20;
}

std::string read_some(std::istream& in, std::size_t most) {
  constexpr std::size_t kPiece = std::size_t{1} << 16;
  std::string text;
  std::string piece(kPiece, '\0');
  while (in && text.size() < most) {
    in.read(piece.data(), static_cast<std::streamsize>(kPiece));
    text.append(piece, 0, static_cast<std::size_t>(in.gcount()));
  }
  return text;
}

}  // namespace

Certificate read_certificate(const std::string& path) {
  std::error_code unknown;
  const bool is_folder = fs::is_directory(path, unknown);
  const std::string file = is_folder ? (fs::path(path) / "certificate.json").string() : path;
  std::ifstream in(file, std::ios::binary);
  const std::string text = read_some(in, most_bytes_of(file));
  if (!in.is_open() || in.bad()) {
    throw UsageError(
        is_folder ? fmt::format("'{}' holds no certificate.json; expected the folder of a run of "
                                "`tilewright map` that claims something of its mappings",
                                path)
                  : fmt::format("cannot read '{}'; expected the certificate.json of a run of "
                                "`tilewright map`, or its folder",
                                path));
  }
  try {
    const Json json = StrictJson::parse(file, text);
    return read_json(StrictJson(json, file));
  } catch (const UsageError& error) {
    throw UsageError(
        fmt::format("{} (a certificate is what `tilewright map` writes into the file "
                    "certificate.json of its results)",
                    error.what()));
  }
}

}  // namespace tilewright
