#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "model/energy/estimator.hpp"
#include "model/energy/estimators/child_process.hpp"
#include "model/stop_token.hpp"

namespace tilewright::energy {

/// A memory that CACTI is asked about.
struct CactiQuestion {
  std::string kind = "ram";  // or "cache"
  double technology = 0;     // nm
  double size = 0;           // bytes
  double block = 0;          // bytes of one access
  double bus = 0;            // bits
  double ports = 1;          // read-write ones
  double banks = 1;
  double tag_bits = 0;
  double associativity = 1;

  auto key() const {
    return std::tie(kind, technology, size, block, bus, ports, banks, tag_bits, associativity);
  }
  friend bool operator<(const CactiQuestion& a, const CactiQuestion& b) {
    return a.key() < b.key();
  }
};

struct CactiAnswer {
  double read = 0;     // pJ
  double write = 0;    // pJ
  double leakage = 0;  // mW of one bank
  double area = 0;     // um2
  double cycle = 0;    // ns, random
};

/// Where CACTI's answers come from.
struct CactiOptions {
  std::string answers;  // a table of earlier answers (CSV), or ""
  std::string program;  // the user's CACTI, or "": then nothing is run
  std::string cache;    // a table that answers of the program are kept in, or ""
  std::chrono::milliseconds answer_time = kAnswerTime;  // of the program
  StopToken stop;                                       // ends a run of it
};

/// SRAM and caches by the figures of CACTI 7, wherever they come from, by the rules of Accelergy's
/// CACTI plug-in of the version of the file. Without a table of answers and without a program it
/// can answer nothing.
std::unique_ptr<EnergyEstimator> make_cacti(const CactiOptions& options);

using CactiAnswers = std::map<CactiQuestion, CactiAnswer>;
/// \throws SpecError
CactiAnswers parse_cacti_answers(const std::string& file, std::string_view text);
/// The same as text: a header and a line per answer.
std::string write_cacti_answers(const CactiAnswers& answers);

/// Runs CACTI once. \throws Declined if it fails or takes longer than `limit`; Stopped.
CactiAnswer run_cacti(const std::string& program, const CactiQuestion& question,
                      std::chrono::milliseconds limit = kAnswerTime, const StopToken& stop = {});

}  // namespace tilewright::energy
