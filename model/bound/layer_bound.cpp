#include "model/bound/layer_bound.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "model/arch/precision.hpp"
#include "model/bound/parallelism.hpp"
#include "model/bound/touched.hpp"
#include "model/energy/idle_power.hpp"

namespace tilewright {
namespace {

std::uint64_t divide_up(std::uint64_t a, std::uint64_t b) { return a / b + (a % b != 0 ? 1 : 0); }

// Elements that a level can hold at most: all of them of the fewest bits.
std::optional<std::uint64_t> most_elements(const Problem& problem, const StorageLevel& level) {
  if (!is_mixed(level, problem)) return level.effective_entries();
  const auto bits = level.effective_bits();
  if (!bits) return std::nullopt;
  std::uint32_t least = element_bits(level, problem, 0);
  for (int p = 1; p < problem.num_spaces(); ++p) {
    least = std::min(least, element_bits(level, problem, p));
  }
  return *bits / least;
}

// Words of the level that an element of `space` takes.
double words_per_element(const Problem& problem, const StorageLevel& level, int space) {
  return static_cast<double>(element_bits(level, problem, space)) / level.word_bits;
}

double most_words_per_element(const Problem& problem, const StorageLevel& level) {
  double most = 1;
  for (int p = 0; p < problem.num_spaces(); ++p) {
    most = std::max(most, words_per_element(problem, level, p));
  }
  return most;
}

// Words that fit on the chip; absent when a level has no limit.
std::optional<double> words_on_chip(const Problem& problem, const Architecture& arch) {
  double words = static_cast<double>(arch.compute.instances) * problem.num_spaces();
  for (int s = 0; s + 1 < arch.num_levels(); ++s) {
    const auto entries = most_elements(problem, arch.storage[s]);
    if (!entries) return std::nullopt;
    words += static_cast<double>(*entries) * static_cast<double>(arch.storage[s].instances);
  }
  return words;
}

// Whether each dimension indexes at least two of three tensors.
bool is_product(const Problem& problem) {
  if (problem.num_spaces() != 3) return false;
  for (int d = 0; d < problem.num_dims(); ++d) {
    const auto names = [&](const DataSpace& space) {
      return std::any_of(space.projection.begin(), space.projection.end(), [&](const auto& terms) {
        return std::any_of(terms.begin(), terms.end(), [&](const Term& term) {
          return term.dim == d && term.coefficient != 0;
        });
      });
    };
    const auto uses = std::count_if(problem.spaces.begin(), problem.spaces.end(), names);
    if (problem.bounds[d] > 1 && uses < 2) return false;
  }
  return true;
}

double overlap_of(const Problem& problem) {
  double ways = 1;
  for (int p = 0; p < problem.num_spaces(); ++p) ways *= static_cast<double>(overlap(problem, p));
  return ways;
}

bool has(SpaceMask mask, int space) { return (mask >> space & 1) != 0; }

// What the outermost level keeps: what it must not hold never passes it.
SpaceMask kept_outside(const Problem& problem, const Constraints& constraints) {
  const auto all = static_cast<SpaceMask>((1U << problem.num_spaces()) - 1);
  return static_cast<SpaceMask>(all & ~constraints.levels.back().must_bypass);
}

void bound_traffic(LayerBound& bound, const Problem& problem, SpaceMask kept) {
  bool whole = true;
  for (int p = 0; p < problem.num_spaces(); ++p) {
    whole = whole && has(kept, p);
    if (has(kept, p)) bound.traffic += static_cast<double>(bound.compulsory[p]);
  }
  if (!whole || !bound.capacity || !is_product(problem)) return;
  const double size = *bound.capacity;
  const double ways = overlap_of(problem);
  const double words =
      std::sqrt(2.0 / (ways * size)) * static_cast<double>(bound.operations) - 4 * size;
  bound.capacity_traffic = std::max(bound.traffic, words);
  if (ways <= 1) bound.traffic = *bound.capacity_traffic;
}

// Slower than both, and no faster than the steps before.
void add_step(LayerBound& bound, std::string name, double rate, double cycles) {
  if (!bound.steps.empty()) {
    rate = std::min(rate, bound.steps.back().operations_per_cycle);
    cycles = std::max(cycles, bound.steps.back().cycles);
  }
  bound.steps.push_back({std::move(name), cycles, rate});
}

void add_compute_step(LayerBound& bound, std::string name, std::uint64_t multipliers) {
  add_step(bound, std::move(name), static_cast<double>(multipliers),
           static_cast<double>(divide_up(bound.operations, multipliers)));
}

// `slack`: words that the model may count less, per instance.
void add_roofline(LayerBound& bound, std::string name, const std::optional<double>& bandwidth,
                  std::uint64_t instances, double words, double slack) {
  if (!bandwidth || words <= 0) return;
  Roofline line;
  line.name = std::move(name);
  line.words_per_cycle = *bandwidth * static_cast<double>(instances);
  line.words = words;
  line.intensity = static_cast<double>(bound.operations) / words;
  line.operations_per_cycle = std::min(bound.peak, line.intensity * line.words_per_cycle);
  // The model counts whole words of each instance and tensor; and the quotient is not exact.
  const double sure = std::max(0.0, words - slack * static_cast<double>(instances));
  const double cycles = std::ceil(sure / line.words_per_cycle * (1 - 1e-9));
  add_step(bound, line.name, line.intensity * line.words_per_cycle, cycles);
  bound.rooflines.push_back(std::move(line));
}

// Words of the level that have to pass it at least, from the tensors that it must keep.
struct Passing {
  double reads = 0;
  double writes = 0;
};

Passing passing_of(const LayerBound& bound, const Problem& problem, const StorageLevel& level,
                   SpaceMask kept) {
  Passing passing;
  for (int p = 0; p < problem.num_spaces(); ++p) {
    if (!has(kept, p)) continue;
    const double words =
        static_cast<double>(bound.compulsory[p]) * words_per_element(problem, level, p);
    (problem.spaces[p].read_write ? passing.writes : passing.reads) += words;
  }
  return passing;
}

// Of the outermost level, from a bound that counts elements.
double traffic_in_words(const LayerBound& bound, const Problem& problem, const StorageLevel& level,
                        Passing words) {
  if (!is_mixed(level, problem)) return bound.traffic;
  double least = words_per_element(problem, level, 0);
  for (int p = 1; p < problem.num_spaces(); ++p) {
    least = std::min(least, words_per_element(problem, level, p));
  }
  return std::max(words.reads + words.writes, bound.traffic * least);
}

void bound_bandwidths(LayerBound& bound, const Problem& problem, const Architecture& arch,
                      const Constraints& constraints) {
  const int outermost = arch.num_levels() - 1;
  for (int s = 0; s <= outermost; ++s) {
    const StorageLevel& level = arch.storage[s];
    const SpaceMask kept =
        s == outermost ? kept_outside(problem, constraints) : constraints.levels[s].must_keep;
    const Passing words = passing_of(bound, problem, level, kept);
    const auto add = [&](const char* what, const std::optional<double>& bandwidth, double passing) {
      add_roofline(bound, fmt::format("{} {} bandwidth", level.name, what), bandwidth,
                   level.instances, passing, kMaxSpaces * most_words_per_element(problem, level));
    };
    add("read", level.read_bandwidth, words.reads);
    add("write", level.write_bandwidth, words.writes);
    add("shared", level.shared_bandwidth,
        s == outermost ? traffic_in_words(bound, problem, level, words)
                       : words.reads + words.writes);
  }
}

// pJ per word: of an access of a block, and of a cluster, only a part.
double word_price(const StorageLevel& level, const StoragePrice& price, bool read_write) {
  return (read_write ? price.update : price.read) / level.block_size / level.cluster_size;
}

// The least energy of a tensor: what the level nearest to the multipliers is asked for, and what
// passes the outermost. Only without any fan-out does each operation ask for a word of its own.
double tensor_energy(const LayerBound& bound, const Problem& problem, const Architecture& arch,
                     const Prices& prices, int space, bool kept_outside) {
  const int outermost = arch.num_levels() - 1;
  const auto energy_at = [&](int s, std::uint64_t words) {
    // As for the cycles: whole words of each instance.
    const double sure = static_cast<double>(words) - static_cast<double>(arch.storage[s].instances);
    return std::max(0.0, sure) * words_per_element(problem, arch.storage[s], space) *
           word_price(arch.storage[s], prices.storage[s], problem.spaces[space].read_write);
  };
  const std::uint64_t passing = bound.compulsory[space];
  const double last = kept_outside ? energy_at(outermost, passing) : 0;
  double least = INFINITY;
  std::uint64_t fanout = 1;
  for (int s = 0; s <= outermost; ++s) {
    fanout *= arch.fanout(s);
    const double near = energy_at(s, fanout == 1 ? bound.operations : passing);
    if (s < outermost) least = std::min(least, near + last);
    if (s == outermost && kept_outside) least = std::min(least, std::max(near, last));
  }
  return least;
}

}  // namespace

LayerBound bound_of(const Problem& problem, const Architecture& arch, const Prices& prices,
                    const Constraints& constraints, std::optional<std::uint64_t> capacity) {
  LayerBound bound;
  bound.operations = problem.operations();
  bound.peak = static_cast<double>(arch.compute.instances);
  bound.capacity = words_on_chip(problem, arch);
  if (capacity) bound.capacity = static_cast<double>(*capacity);
  for (int p = 0; p < problem.num_spaces(); ++p) {
    bound.compulsory.push_back(touched_words(problem, p));
  }
  const SpaceMask kept = kept_outside(problem, constraints);
  bound_traffic(bound, problem, kept);
  add_compute_step(bound, "multipliers", arch.compute.instances);
  add_compute_step(bound, "array", most_parallel(problem, arch));
  add_compute_step(bound, "constraints", most_parallel(problem, arch, constraints));
  bound_bandwidths(bound, problem, arch, constraints);
  bound.cycles = bound.steps.back().cycles;
  bound.energy =
      static_cast<double>(bound.operations) * prices.compute.op +
      idle_power(arch, prices, static_cast<double>(bound.operations)).least(bound.cycles);
  for (int p = 0; p < problem.num_spaces(); ++p) {
    bound.energy += tensor_energy(bound, problem, arch, prices, p, has(kept, p));
  }
  return bound;
}

}  // namespace tilewright
