#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/arch/architecture.hpp"
#include "model/energy/reference_table.hpp"
#include "model/energy/value.hpp"
#include "model/error.hpp"
#include "model/mapping/constraints.hpp"
#include "model/mapping/mapping.hpp"
#include "model/network/layer.hpp"
#include "model/problem/problem.hpp"
#include "model/spec/dataflow.hpp"
#include "model/spec/warning.hpp"

namespace tilewright {

namespace energy {
struct RegistryOptions;
}

/// What one or many spec files say. Mapping and constraints need the architecture and a problem to
/// be understood, so they are kept as text until both are known.
class Spec;

struct SpecSet {
  std::optional<Architecture> architecture;
  std::string architecture_name;  // for the results' folder: the file's stem unless named
  std::string network_name;       // ditto, of the network or the single problem
  std::vector<Layer> layers;      // at least one when a problem was given
  std::optional<ReferenceTable> table;
  SearchSettings search;
  std::vector<Warning> warnings;
  std::vector<std::string> files;  // every file read, in order (for hashes)
  bool has_mapping = false;
  Dataflow dataflow = Dataflow::none;  // whose constraints are added to those of the specs
  std::shared_ptr<const Spec> source;  // the parsed files: what the two functions below need
};

/// Limits on what is read, and who prices it.
struct ReadOptions {
  std::size_t max_bytes = std::size_t{16} << 20;  // per file
  /// Who prices levels that have neither a price of the user's nor one in an ERT. With none, the
  /// built-in estimators do where the specs define component classes, and `pat` elsewhere.
  std::shared_ptr<const energy::RegistryOptions> estimators;
  bool count_idle = false;  // leakage counts in the energy of a mapping
  bool is_dense = false;    // sparse optimizations are ignored instead of refused
  Dataflow dataflow = Dataflow::none;
  std::map<std::string, energy::Value> variables;  // for Jinja templates
  std::vector<std::string> include;                // folders that templates see besides their own
};

/// Reads spec files (and folders of them) in any order and recognises each by its top-level keys.
/// \throws SpecError with file, line and column.
SpecSet read_specs(const std::vector<std::string>& paths, const ReadOptions& options = {});

/// The text of a spec, and the name of a file for messages.
struct SpecText {
  std::string name;
  std::string text;
};

/// The same for texts in memory, and for files followed by such texts. \throws SpecError.
SpecSet read_spec_texts(const std::vector<SpecText>& texts, const ReadOptions& options = {});
SpecSet read_files_and_texts(const std::vector<std::string>& paths,
                             const std::vector<SpecText>& texts, const ReadOptions& options = {});

/// Whether the architecture is one of version 0.4, whose constraints may be a mapping.
bool has_nodes(const SpecSet& specs);

/// The `mapping` of the specs for `problem`; in version 0.4 without one what the constraints say.
/// \throws SpecError.
Mapping read_mapping(const SpecSet& specs, const Problem& problem,
                     std::vector<Warning>* warnings = nullptr);

/// The mapping in a text that has a section `mapping` and nothing else. \throws SpecError.
Mapping read_mapping_text(const SpecText& text, const Architecture& arch, const Problem& problem);

/// The constraints of the specs (of the architecture and of the mapspace) for `problem`.
/// \throws SpecError.
Constraints read_constraints(const SpecSet& specs, const Problem& problem,
                             std::vector<Warning>* warnings = nullptr);

/// What the dataflow of the specs adds to these, as a list of constraints in YAML; may be empty.
/// \throws SpecError, UsageError.
std::string dataflow_text(const SpecSet& specs, const Problem& problem);

/// All that the specs say as one file, with the changes of `architecture_changes` applied and
/// without comments. \throws UsageError if a section is in several files.
std::string write_specs(const SpecSet& specs);

/// The mapping in Timeloop's form, readable by it and by read_mapping.
std::string write_mapping(const Mapping& mapping, const Problem& problem, const Architecture& arch);

}  // namespace tilewright
