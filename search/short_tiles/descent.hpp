#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "model/nest/evaluator.hpp"
#include "search/mapspace/mapspace.hpp"
#include "search/searcher.hpp"
#include "search/stream.hpp"

namespace tilewright::short_tiles {

/// Improves a mapping step by step where factors need not divide: gives one loop of a dimension
/// another number of steps and takes from a second loop what that makes superfluous; then tries all
/// orders. Ends where no such step is better.
class Descent {
 public:
  Descent(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
          std::uint64_t seed);

  /// `stop` ends it early. Dimensions come in a random order.
  Incumbent from(const Incumbent& start, const std::function<bool()>& stop);
  /// A mapping of a larger problem, cut to the bounds of this one; nothing if it cannot run then.
  std::optional<Incumbent> cut(const Mapping& larger);
  /// A mapping some random steps away, whatever it costs; nothing if none of those tried can run.
  std::optional<Incumbent> stray(const Incumbent& start);
  /// A random perfect mapping, the best of some; nothing if none of them can run.
  std::optional<Incumbent> anywhere();
  std::uint64_t evaluated() const { return evaluated_; }
  std::uint64_t valid() const { return valid_; }

 private:
  struct Place {
    int level = 0;
    LoopKind kind = LoopKind::temporal;
    std::int64_t fanout = 1;
  };

  std::int32_t& factor(Mapping& mapping, const Place& place, int dim) const;
  bool better_factors(int dim, const std::function<bool()>& stop);
  bool better_orders(const std::function<bool()>& stop);
  bool shift(int dim, std::size_t to, std::size_t from, std::int64_t steps, Mapping& mapping) const;
  bool fit(int dim, Mapping& mapping) const;
  bool allowed(const Mapping& mapping, int dim) const;
  bool step(Mapping& mapping);
  bool refill_array(Mapping& mapping);
  std::optional<Incumbent> score(const Mapping& mapping);
  bool take_if_better(const Mapping& mapping);

  const Mapspace& space_;
  const Evaluator& evaluator_;
  const Objective& objective_;
  ScratchPtr scratch_;
  Stream random_;
  std::vector<Place> places_;                       // of loops, from the inside out
  std::vector<std::vector<std::int64_t>> numbers_;  // [dim]: steps that a loop is given
  Incumbent best_;
  std::uint64_t evaluated_ = 0;
  std::uint64_t valid_ = 0;
};

}  // namespace tilewright::short_tiles
