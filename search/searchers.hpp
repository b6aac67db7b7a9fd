#pragma once

#include <memory>

#include "search/searcher.hpp"

// Every searcher's maker; the registry is the only one that calls them. Each is a file of its own.
namespace tilewright {

/// Proves the optimum where that is expected not to take long; else the portfolio, with a bound:
/// the default.
std::unique_ptr<Searcher> make_automatic(const SearchOptions& options);
/// Draws mappings uniformly, with replacement, until a stop rule ends it.
std::unique_ptr<Searcher> make_random(const SearchOptions& options);
/// Simulated annealing, from fresh starts over and over.
std::unique_ptr<Searcher> make_annealing(const SearchOptions& options);
/// Steepest descent from fresh starts over and over.
std::unique_ptr<Searcher> make_local(const SearchOptions& options);
/// Evolution of small populations that exchange their best between rounds.
std::unique_ptr<Searcher> make_genetic(const SearchOptions& options);
/// All of these in turn, each round starting from what the earlier ones found.
std::unique_ptr<Searcher> make_portfolio(const SearchOptions& options);
/// The whole mapspace or a slice of it, without the orders that cannot be better than others.
/// Ignores the stop rules about runs of mappings.
std::unique_ptr<Searcher> make_exhaustive(const SearchOptions& options);
/// The best mapping of the whole mapspace, with a proof: shortest paths on the lattice of tiles.
std::unique_ptr<Searcher> make_optimal(const SearchOptions& options);
/// Random tilings, each with every bypass and its quick orders.
std::unique_ptr<Searcher> make_hybrid(const SearchOptions& options);

}  // namespace tilewright
