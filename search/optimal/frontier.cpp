#include "search/optimal/frontier.hpp"

#include <algorithm>

namespace tilewright::optimal {
namespace {

constexpr std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  hash ^= value + 0x9e3779b97f4a7c15U + (hash << 6U) + (hash >> 2U);
  return hash * 0xff51afd7ed558ccdU;
}

// The same boundary in both labels, so that the same loops further out do the same to it.
bool alike(const Flow& a, const Flow& b) {
  return a.space == b.space && a.child == b.child && a.served == b.served && a.closed == b.closed &&
         a.still == b.still && a.help == b.help &&
         (a.closed || (a.tile == b.tile && (a.help == 1 || a.group == b.group)));
}

}  // namespace

std::uint64_t Frontier::place(const Label& label, const TileLattice& lattice) {
  std::uint64_t hash = lattice.id(label.tile);
  for (const Flow& flow : label.flows) {
    const auto bits = static_cast<std::uint64_t>(flow.space) << 8U |
                      static_cast<std::uint64_t>(flow.child + 1) << 4U |
                      static_cast<std::uint64_t>(flow.served) << 2U |
                      static_cast<std::uint64_t>(flow.closed) << 1U |
                      static_cast<std::uint64_t>(flow.still);
    hash = mix(hash, bits);
    if (!flow.closed) hash = mix(hash, flow.tile);
  }
  return hash;
}

// Are words still to be counted at a memory that may limit the speed?
bool Frontier::counts_on(const Label& label, std::size_t limit) const {
  if (!labelling_.is_limit(static_cast<int>(limit))) return false;
  if (label.below[limit] == 0) return true;  // it has not been reached
  return std::any_of(label.flows.begin(), label.flows.end(), [&](const Flow& flow) {
    const int server = labelling_.keeping().server_of(flow.space, flow.child);
    const auto is = [&](int level) {
      return level >= 0 && labelling_.limit_of(level) == static_cast<int>(limit);
    };
    return is(server) || is(flow.child);
  });
}

// Where a bandwidth may limit, the model rounds up a quotient of words and cycles; only equal
// numbers round alike, and fewer words in as many cycles no worse.
bool Frontier::no_slower(const Label& a, const Label& b) const {
  if (a.instances < b.instances) return false;
  for (std::size_t i = 0; i < a.reads.size(); ++i) {
    const bool equal = a.reads[i] == b.reads[i] && a.writes[i] == b.writes[i] &&
                       a.below[i] == b.below[i] && a.instances == b.instances;
    if (equal) continue;
    if (counts_on(a, i)) {
      const bool alike = a.below[i] == b.below[i] && a.instances == b.instances;
      if (!alike || a.reads[i] > b.reads[i] || a.writes[i] > b.writes[i]) return false;
      continue;
    }
    constexpr double kMargin = 1 + 1e-9;
    const double of_a = a.below[i] / a.instances * kMargin;
    const double of_b = b.below[i] / b.instances;
    const bool less =
        a.reads[i] * of_a + 1 <= b.reads[i] * of_b && a.writes[i] * of_a + 1 <= b.writes[i] * of_b;
    const bool nothing = a.reads[i] == 0 && a.writes[i] == 0;
    if (!less && !nothing) return false;
  }
  return true;
}

bool Frontier::dominates(const Label& a, const Label& b) const {
  if (a.loose || a.varied || a.settled > b.settled || a.flows.size() != b.flows.size()) {
    return false;
  }
  for (std::size_t p = 0; p < a.credit.size(); ++p) {
    if (a.credit[p] < b.credit[p]) return false;
  }
  if (dominance_.time && (a.idle > b.idle || !no_slower(a, b))) return false;
  for (std::size_t i = 0; i < a.flows.size(); ++i) {
    const Flow& of_a = a.flows[i];
    const Flow& of_b = b.flows[i];
    if (!alike(of_a, of_b) || !parted_alike(of_a, of_b)) return false;
    if (of_a.words > of_b.words || of_a.words * of_a.share > of_b.words * of_b.share ||
        of_a.words * of_a.fill > of_b.words * of_b.fill) {
      return false;
    }
  }
  return a.tile == b.tile;
}

// Vectors that are not full cost more: as many words are dearer if more instances share them.
bool Frontier::parted_alike(const Flow& a, const Flow& b) const {
  const int server = labelling_.keeping().server_of(a.space, a.child);
  if (a.child >= 0 && labelling_.counts_parts(a.child) && a.copies != b.copies) return false;
  return !a.served || !labelling_.counts_parts(server) || a.serving == b.serving;
}

std::size_t Frontier::add(LabelPtr label, std::uint64_t place) {
  std::vector<LabelPtr>& here = places_[place];
  const std::size_t others = here.size();
  if (dominance_.allowed) {
    for (const LabelPtr& other : here) {
      if (!dominates(*other, *label)) continue;
      ++dominated_;
      return others;
    }
    const auto end = std::remove_if(
        here.begin(), here.end(), [&](const LabelPtr& other) { return dominates(*label, *other); });
    const auto dropped = static_cast<std::size_t>(here.end() - end);
    dominated_ += dropped;
    size_ -= dropped;
    here.erase(end, here.end());
  }
  here.push_back(std::move(label));
  ++size_;
  return others;
}

void Frontier::take(std::vector<LabelPtr>& to) {
  for (auto& [place, here] : places_) std::move(here.begin(), here.end(), std::back_inserter(to));
  places_.clear();
  size_ = 0;
}

}  // namespace tilewright::optimal
