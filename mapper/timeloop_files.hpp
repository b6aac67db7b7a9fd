#pragma once

#include <string>

#include "model/energy/registry.hpp"
#include "model/report/timeloop/run.hpp"
#include "model/spec/spec.hpp"

namespace tilewright {

/// The result files of one of Timeloop's programs, all of which begin with its name.
class TimeloopFiles {
 public:
  /// `folder` is made if it is not there. \throws OutputError.
  TimeloopFiles(const std::string& folder, const std::string& program);

  /// Statistics, loop nest, and both of them as XML. \throws OutputError.
  void write_run(const timeloop::Run& run) const;
  /// A further file, `ending` included. \throws OutputError.
  void write(const std::string& ending, const std::string& text) const;
  /// The tables that the energies come from, and what the architecture was flattened to. Without
  /// tables, as with prices of `pat`, nothing is written. \throws OutputError.
  void write_tables(const SpecSet& specs, const energy::Registry& registry) const;
  /// Removes what `write_run` wrote in an earlier run: there is no mapping now.
  void remove_run() const;
  /// Removes a further file, if there is one.
  void remove(const std::string& ending) const;

 private:
  std::string stem_;
};

}  // namespace tilewright
