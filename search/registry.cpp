#include <array>

#include "model/error.hpp"
#include "model/names.hpp"
#include "search/searcher.hpp"
#include "search/searchers.hpp"

namespace tilewright {
namespace {

/// Proposes nothing: the neutral member of the family.
class NullSearcher final : public Searcher {
 public:
  std::string_view name() const override { return "none"; }
  SearchResult run(const Mapspace& /*space*/, const Evaluator& /*evaluator*/,
                   const Objective& /*objective*/, const StopRules& /*stop*/,
                   Sink& /*sink*/) override {
    return {};
  }
};

std::unique_ptr<Searcher> make_null(const SearchOptions& /*options*/) {
  return std::make_unique<NullSearcher>();
}

struct Entry {
  std::string_view name;
  std::unique_ptr<Searcher> (*make)(const SearchOptions&);
};

// The only place that knows all variants.
constexpr std::array kSearchers{
    Entry{"auto", &make_automatic},      Entry{"none", &make_null},
    Entry{"random", &make_random},       Entry{"local", &make_local},
    Entry{"annealing", &make_annealing}, Entry{"genetic", &make_genetic},
    Entry{"portfolio", &make_portfolio}, Entry{"exhaustive", &make_exhaustive},
    Entry{"hybrid", &make_hybrid},       Entry{"optimal", &make_optimal},
};

}  // namespace

std::vector<std::string_view> searcher_names() {
  std::vector<std::string_view> names;
  for (const Entry& entry : kSearchers) names.push_back(entry.name);
  return names;
}

std::unique_ptr<Searcher> make_searcher(std::string_view name, const SearchOptions& options) {
  for (const Entry& entry : kSearchers) {
    if (entry.name == name) return entry.make(options);
  }
  throw UsageError(unknown_name_message("search algorithm", name, searcher_names()));
}

std::string_view name(StopCause cause) {
  switch (cause) {
    case StopCause::exhausted:
      return "exhausted";
    case StopCause::max_evaluated:
      return "max_evaluated";
    case StopCause::max_valid:
      return "max_valid";
    case StopCause::victory:
      return "victory";
    case StopCause::invalid_run:
      return "invalid_run";
    case StopCause::memory:
      return "memory";
    case StopCause::deadline:
      return "deadline";
    case StopCause::cancelled:
      return "cancelled";
    case StopCause::effort:
      return "effort";
  }
  throw InternalError("stop cause without a name");
}

std::string_view name(Scope scope) { return scope == Scope::perfect ? "perfect" : "imperfect"; }

}  // namespace tilewright
