#pragma once

#include <map>
#include <vector>

#include "search/check/chain_search.hpp"
#include "search/check/nest_orders.hpp"
#include "search/check/placing.hpp"

namespace tilewright::check {

/// One thread of a chain search: goes through all chains with one way to keep dataspaces.
class ChainSearch::Walker {
 public:
  Walker(ChainSearch& search, const ChainBound& bound);

  /// All chains with this unrolling at `level`.
  void go(int level, const Unrolling& unrolling);
  /// The chain of `planned`, whose spatial loops are all chosen, with the temporal loops of one of
  /// its beginnings.
  void go(const Walker& planned, const Factors& beginning);
  const Counts& counts() const { return counts_; }

 private:
  void begin();
  bool open();
  void plan(int level);
  void find_peers(int level);
  bool uses_enough() const;
  void spread(int level);
  bool has_work(int level) const;
  Factors tiles_of(int level) const;
  void tile(int level, std::size_t i);
  bool begins_so(int level, std::size_t i, std::int64_t factor) const;
  bool allows(int level, int dim, std::int64_t factor, std::int64_t rest) const;
  void close_level(int level);
  void finish();
  void score();

  ChainSearch& search_;
  const ChainBound& bound_;
  NestOrders orders_;
  Placing placing_;
  int fixed_level_ = -1;
  std::vector<Factors>* beginnings_ = nullptr;  // to be listed, instead of going on
  const Factors* beginning_ = nullptr;          // to go on from
  std::vector<const Unrolling*> chosen_;        // [level]
  std::map<const Unrolling*, PeerSteps> peer_steps_;
  Chain chain_;
  Mapping mapping_;
  ScratchPtr scratch_;
  Counts counts_;
};

}  // namespace tilewright::check
