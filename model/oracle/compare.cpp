#include "model/oracle/compare.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <sstream>

namespace tilewright::oracle {
namespace {

bool close(double a, double b) {
  return std::abs(a - b) <= 1e-9 * std::max({1.0, std::abs(a), std::abs(b)});
}

/// Collects "place: name expected x, got y" lines.
class Differences {
 public:
  void place(const std::string& text) { place_ = text; }
  void compare(const char* name, double expected, double got) {
    if (close(expected, got)) return;
    text_ << place_ << ": " << name << " expected " << expected << ", got " << got << "\n";
  }
  void compare(const char* name, std::uint64_t expected, std::uint64_t got) {
    if (expected == got) return;
    text_ << place_ << ": " << name << " expected " << expected << ", got " << got << "\n";
  }
  void compare(const char* name, std::vector<IngressStats> expected, std::vector<IngressStats> got);
  std::string text() const { return text_.str(); }

 private:
  std::string place_;
  std::ostringstream text_;
};

void tidy(std::vector<IngressStats>& list) {
  std::erase_if(list, [](const IngressStats& entry) { return entry.accesses == 0; });
  std::sort(list.begin(), list.end(), [](const IngressStats& a, const IngressStats& b) {
    return a.multicast != b.multicast ? a.multicast < b.multicast : a.scatter < b.scatter;
  });
}

std::string show(const std::vector<IngressStats>& list) {
  std::ostringstream text;
  for (const IngressStats& entry : list) {
    text << " [m" << entry.multicast << " s" << entry.scatter << ": " << entry.accesses
         << " words, " << entry.hops << " hops]";
  }
  return list.empty() ? " none" : text.str();
}

void Differences::compare(const char* name, std::vector<IngressStats> expected,
                          std::vector<IngressStats> got) {
  tidy(expected);
  tidy(got);
  const bool same = std::equal(expected.begin(), expected.end(), got.begin(), got.end(),
                               [](const IngressStats& a, const IngressStats& b) {
                                 return a.multicast == b.multicast && a.scatter == b.scatter &&
                                        close(a.accesses, b.accesses) && close(a.hops, b.hops);
                               });
  if (!same) {
    text_ << place_ << ": " << name << " expected" << show(expected) << ", got" << show(got)
          << "\n";
  }
}

void compare_memory(const SpaceCounts& expected, const SpaceStats& got, Differences& out) {
  out.compare("keep", std::uint64_t{expected.keep}, std::uint64_t{got.keep});
  if (!expected.keep) return;
  out.compare("tile", expected.tile, got.utilized_capacity);
  out.compare("partition", expected.partition, got.partition_size);
  out.compare("reads", expected.reads, got.reads);
  out.compare("fills", expected.fills, got.fills);
  out.compare("updates", expected.updates, got.updates);
  out.compare("temporal reductions", expected.temporal_reductions, got.temporal_reductions);
}

double average_hops(const NetworkCounts& counts) {
  double words = 0;
  for (const auto* list : {&counts.ingresses, &counts.distributed}) {
    for (const IngressStats& entry : *list) words += entry.accesses;
  }
  return words > 0 ? counts.hops / words : 0;
}

void compare_network(const NetworkCounts& expected, const NetworkSpaceStats& got,
                     Differences& out) {
  out.compare("ingresses", expected.ingresses, got.ingresses);
  out.compare("distributed ingresses", expected.distributed, got.distributed_ingresses);
  if (expected.ingresses.empty()) return;
  out.compare("network fan-out", expected.fanout, got.fanout);
  out.compare("multicast", expected.multicast, got.multicast_factor);
  out.compare("link transfers", expected.link_transfers, got.link_transfers);
  out.compare("spatial reductions", expected.spatial_reductions, got.spatial_reductions);
  out.compare("hops of an average word", average_hops(expected), got.num_hops);
  out.compare("network instances", static_cast<double>(expected.instances), got.instances);
}

const char* connection(const OracleNetwork& network) {
  if (!network.carries_updates) return "read-fill";
  return network.carries_reads ? "read-fill + update-drain" : "update-drain";
}

void compare_networks(const OracleCounts& expected, const Stats& stats, const Problem& problem,
                      Differences& out) {
  out.place("whole");
  out.compare("networks", std::uint64_t{expected.networks.size()},
              std::uint64_t{stats.networks.size()});
  if (expected.networks.size() != stats.networks.size()) return;
  for (std::size_t i = 0; i < stats.networks.size(); ++i) {
    const OracleNetwork& wanted = expected.networks[i];
    const NetworkStats& got = stats.networks[i];
    for (std::size_t space = 0; space < problem.spaces.size(); ++space) {
      out.place("network " + got.name + " " + problem.spaces[space].name);
      const bool same = got.outer_level == wanted.level && got.connection == connection(wanted);
      out.compare("place of the network", std::uint64_t{1}, std::uint64_t{same});
      if (same) compare_network(wanted.spaces[space], got.spaces[space], out);
    }
  }
}

}  // namespace

std::string difference(const OracleCounts& expected, const Stats& stats, const Problem& problem) {
  Differences out;
  out.place("whole");
  out.compare("computes", expected.computes, stats.computes);
  out.compare("compute cycles", expected.compute_cycles, stats.compute_cycles);
  out.compare("MACs in use", expected.compute_instances, stats.compute.utilized_instances);
  out.compare("levels", std::uint64_t{expected.levels.size()}, std::uint64_t{stats.levels.size()});
  if (!out.text().empty()) return out.text();
  for (std::size_t level = 0; level < expected.levels.size(); ++level) {
    for (std::size_t space = 0; space < problem.spaces.size(); ++space) {
      out.place("level " + std::to_string(level) + " " + problem.spaces[space].name);
      compare_memory(expected.levels[level][space], stats.levels[level].spaces[space], out);
    }
  }
  compare_networks(expected, stats, problem, out);
  return out.text();
}

std::string difference(const OracleCounts& expected, const Rejection& rejection) {
  const bool rejected = rejection.reason != RejectReason::none;
  if (rejected != !expected.violations.empty()) {
    return rejected ? "rejected, reason " + std::to_string(static_cast<int>(rejection.reason)) +
                          " at level " + std::to_string(rejection.level) +
                          "; the oracle finds nothing wrong\n"
                    : "accepted; the oracle finds reason " +
                          std::to_string(static_cast<int>(expected.violations[0].reason)) +
                          " at level " + std::to_string(expected.violations[0].level) + "\n";
  }
  if (!rejected) return "";
  for (const Rejection& violation : expected.violations) {
    if (violation.reason == RejectReason::bypassed_everywhere &&
        rejection.reason == RejectReason::bypassed_everywhere) {
      return "";
    }
    if (violation.level != expected.violations.front().level) break;
    // What a minimum leaves "available" is a matter of wording.
    const bool same_limit = violation.available == rejection.available ||
                            violation.reason == RejectReason::min_utilization;
    if (violation.reason == rejection.reason && violation.level == rejection.level &&
        violation.needed == rejection.needed && same_limit) {
      return "";
    }
  }
  std::ostringstream text;
  text << "rejected for reason " << static_cast<int>(rejection.reason) << " at level "
       << int{rejection.level} << " (" << rejection.needed << " of " << rejection.available
       << "); the oracle's first is reason " << static_cast<int>(expected.violations[0].reason)
       << " at level " << int{expected.violations[0].level} << " (" << expected.violations[0].needed
       << " of " << expected.violations[0].available << ")\n";
  return text.str();
}

}  // namespace tilewright::oracle
