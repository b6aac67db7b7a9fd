#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "search/network/network_search.hpp"

namespace tilewright {

/// What the user sees on stderr while a network is searched: on a terminal one line that updates
/// in place, elsewhere a plain line per layer and now and then one in between.
class Progress : public NetworkSink {
 public:
  enum class Style { silent, plain, terminal };

  Progress(Style style, std::size_t layers, const SearchPlan& plan);

  /// Terminal when stderr is one, silent when asked to.
  static Style choose_style(bool quiet);

  void begin_layer(std::size_t index, const std::string& name,
                   const std::string& space_size) override;
  void ends_by(std::chrono::steady_clock::time_point deadline) override { deadline_ = deadline; }
  void end_layer(const SearchResult& result) override;
  void same_as(std::size_t index, const std::string& name, const std::string& other) override;

  void improved(const Incumbent& incumbent) override;
  void progress(const SearchResult& result) override;
  void announced(std::uint64_t mappings) override;

 private:
  using Clock = std::chrono::steady_clock;

  std::string heading() const;
  std::string status(const SearchResult& result) const;
  std::string best_text() const;
  std::string outlook(const SearchResult& result) const;
  void print_line(const std::string& line);

  Style style_;
  std::size_t layers_;
  const SearchPlan& plan_;
  std::size_t index_ = 0;
  std::string name_;
  std::string best_;
  Clock::time_point start_;
  Clock::time_point next_;
  std::optional<Clock::time_point> deadline_;  // of the layer
  std::uint64_t most_ = 0;                     // mappings that it may evaluate; 0 = unknown
  bool line_is_open_ = false;                  // a line without its end stands on the terminal
};

}  // namespace tilewright
