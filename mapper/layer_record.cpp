#include "mapper/layer_record.hpp"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "mapper/strict_json.hpp"
#include "model/report/numbers.hpp"
#include "model/spec/spec.hpp"

namespace tilewright {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kFaults{LayerFault::none, LayerFault::refused, LayerFault::internal};
constexpr std::array<std::string_view, 3> kFaultNames{"none", "refused", "internal"};
constexpr std::array kCauses{StopCause::exhausted, StopCause::max_evaluated, StopCause::max_valid,
                             StopCause::victory,   StopCause::invalid_run,   StopCause::deadline,
                             StopCause::cancelled, StopCause::memory,        StopCause::effort};

// The counts of a search and of a proof, and how they are called.
using Count = std::uint64_t;
constexpr std::array<std::pair<std::string_view, Count SearchResult::*>, 3> kCounts{
    {{"evaluated", &SearchResult::evaluated},
     {"valid", &SearchResult::valid},
     {"over_budget", &SearchResult::over_budget}}};
constexpr std::array<std::pair<std::string_view, Count Proof::*>, 7> kProofCounts{
    {{"keepings", &Proof::keepings},
     {"keepings_bounded", &Proof::keepings_bounded},
     {"labels", &Proof::labels},
     {"dominated", &Proof::dominated},
     {"bounded", &Proof::bounded},
     {"finished", &Proof::finished},
     {"evaluated", &Proof::evaluated}}};
constexpr std::array<std::pair<std::string_view, BigInt MapspaceSize::*>, 7> kSizes{
    {{"factorizations", &MapspaceSize::factorizations},
     {"permutations", &MapspaceSize::permutations},
     {"bypasses", &MapspaceSize::bypasses},
     {"total", &MapspaceSize::total},
     {"order_classes", &MapspaceSize::order_classes},
     {"reduced_total", &MapspaceSize::reduced_total},
     {"full_total", &MapspaceSize::full_total}}};

/// Turns mappings with their costs into JSON.
class Writer {
 public:
  Writer(const Problem& problem, const Architecture& arch) : problem_(problem), arch_(arch) {}

  Json scored(const Mapping& mapping, const Cost& cost) const {
    return Json{
        {"energy", cost.energy},           {"cycles", count_json(cost.cycles)},
        {"utilization", cost.utilization}, {"area", cost.area},
        {"accesses", cost.accesses},       {"mapping", write_mapping(mapping, problem_, arch_)}};
  }
  Json scored(const std::optional<Incumbent>& incumbent) const {
    return incumbent ? scored(incumbent->mapping, incumbent->cost) : Json(nullptr);
  }

 private:
  const Problem& problem_;
  const Architecture& arch_;
};

/// Reads them again.
class Reader {
 public:
  Reader(const Problem& problem, const Architecture& arch, const Objective& objective)
      : problem_(problem), arch_(arch), objective_(objective) {}

  std::optional<Incumbent> incumbent(const StrictJson& json) const {
    if (json.is_null()) return std::nullopt;
    Incumbent incumbent;
    read(json, incumbent.mapping, incumbent.cost);
    incumbent.key = objective_.key(incumbent.cost);
    return incumbent;
  }

  ParetoPoint point(const StrictJson& json) const {
    ParetoPoint point;
    read(json, point.mapping, point.cost);
    point.at = objective_.point(point.cost);
    return point;
  }

 private:
  void read(const StrictJson& json, Mapping& mapping, Cost& cost) const {
    json.expect_keys({"energy", "cycles", "utilization", "area", "accesses", "mapping"});
    cost.energy = json.at("energy").number();
    cost.cycles = json.at("cycles").number();
    cost.utilization = json.at("utilization").number();
    cost.area = json.at("area").number();
    const std::vector<StrictJson> accesses = json.at("accesses").items();
    if (accesses.size() != cost.accesses.size()) json.at("accesses").fail("too few or too many");
    for (std::size_t i = 0; i < accesses.size(); ++i) cost.accesses[i] = accesses[i].number();
    mapping = read_mapping_text(
        {"the mapping of '" + problem_.name + "'", json.at("mapping").text()}, arch_, problem_);
  }

  const Problem& problem_;
  const Architecture& arch_;
  const Objective& objective_;
};

Json proof_json(const std::optional<Proof>& proof) {
  if (!proof) return nullptr;
  Json json{{"scope", name(proof->scope)},
            {"lower_bound", proof->lower_bound},
            {"imperfect_bound", nullptr},
            {"best", proof->best}};
  if (proof->imperfect_bound) json["imperfect_bound"] = *proof->imperfect_bound;
  for (const auto& [key, member] : kProofCounts) json[key] = (*proof).*member;
  return json;
}

std::optional<Proof> read_proof(const StrictJson& json) {
  if (json.is_null()) return std::nullopt;
  Proof proof;
  proof.scope = read_scope(json.at("scope"));
  if (const StrictJson bound = json.at("imperfect_bound"); !bound.is_null()) {
    proof.imperfect_bound = bound.number();
  }
  proof.lower_bound = json.at("lower_bound").number();
  proof.best = json.at("best").number();
  for (const auto& [key, member] : kProofCounts) proof.*member = json.at(key).count();
  return proof;
}

Json space_json(const std::optional<MapspaceSize>& space) {
  if (!space) return nullptr;
  Json json = Json::object();
  for (const auto& [key, member] : kSizes) json[key] = ((*space).*member).str();
  json["of_perfect"] = space->of_perfect;
  return json;
}

std::optional<MapspaceSize> read_space(const StrictJson& json) {
  if (json.is_null()) return std::nullopt;
  MapspaceSize space;
  for (const auto& [key, member] : kSizes) {
    const std::string digits = json.at(key).text();
    const bool good = !digits.empty() && (digits == "0" || digits.front() != '0') &&
                      digits.find_first_not_of("0123456789") == std::string::npos;
    if (!good) json.at(key).fail("expected a whole number");
    space.*member = BigInt(digits);
  }
  space.of_perfect = json.at("of_perfect").flag();
  return space;
}

StopCause read_cause(const StrictJson& json) {
  for (const StopCause cause : kCauses) {
    if (json.text() == name(cause)) return cause;
  }
  json.fail("unknown cause of an end");
}

LayerFault read_fault(const StrictJson& json) {
  for (std::size_t i = 0; i < kFaults.size(); ++i) {
    if (json.text() == kFaultNames[i]) return kFaults[i];
  }
  json.fail("unknown fault");
}

}  // namespace

Scope read_scope(const StrictJson& json) {
  for (const Scope scope : {Scope::perfect, Scope::imperfect}) {
    if (json.text() == name(scope)) return scope;
  }
  json.fail("expected \"perfect\" or \"imperfect\"");
}

Json layer_record(const LayerResult& result, std::size_t index, const Architecture& arch) {
  const SearchResult& search = result.search;
  const Writer writer(result.layer->problem, arch);
  Json front = Json::array();
  for (const ParetoPoint& point : search.front) {
    front.push_back(writer.scored(point.mapping, point.cost));
  }
  Json top = Json::array();
  for (const Incumbent& incumbent : search.top) {
    top.push_back(writer.scored(incumbent.mapping, incumbent.cost));
  }
  Json json{{"layer", index},
            {"name", result.layer->name},
            {"seconds", search.seconds},
            {"stopped_by", name(search.stopped_by)},
            {"proven", search.proven},
            {"front_thinned", search.front_thinned},
            {"out_of_memory", search.out_of_memory},
            {"failure", result.failure},
            {"fault", kFaultNames[static_cast<std::size_t>(result.fault)]},
            {"space", space_json(result.space)},
            {"proof", proof_json(search.proof)},
            {"best", writer.scored(search.best)},
            {"nearest", writer.scored(search.nearest)},
            {"front", std::move(front)},
            {"top", std::move(top)},
            {"top_proven", search.top_proven}};
  for (const auto& [key, member] : kCounts) json[key] = search.*member;
  return json;
}

std::size_t read_layer_index(const StrictJson& record, const std::vector<Layer>& layers) {
  const std::uint64_t index = record.at("layer").count();
  if (index >= layers.size() || record.at("name").text() != layers[index].name) {
    record.at("layer").fail("there is no such layer");
  }
  return index;
}

FinishedLayer read_layer_record(const StrictJson& record, const Problem& problem,
                                const Architecture& arch, const Objective& objective) {
  const Reader reader(problem, arch, objective);
  FinishedLayer layer;
  SearchResult& search = layer.search;
  search.seconds = record.at("seconds").number();
  search.stopped_by = read_cause(record.at("stopped_by"));
  search.proven = record.at("proven").flag();
  search.front_thinned = record.at("front_thinned").flag();
  search.out_of_memory = record.at("out_of_memory").flag();
  layer.failure = record.at("failure").text();
  layer.fault = read_fault(record.at("fault"));
  layer.space = read_space(record.at("space"));
  search.proof = read_proof(record.at("proof"));
  search.best = reader.incumbent(record.at("best"));
  search.nearest = reader.incumbent(record.at("nearest"));
  for (const StrictJson& point : record.at("front").items()) {
    search.front.push_back(reader.point(point));
  }
  for (const StrictJson& incumbent : record.at("top").items()) {
    search.top.push_back(*reader.incumbent(incumbent));
  }
  search.top_proven = record.at("top_proven").flag();
  for (const auto& [key, member] : kCounts) search.*member = record.at(key).count();
  return layer;
}

}  // namespace tilewright
