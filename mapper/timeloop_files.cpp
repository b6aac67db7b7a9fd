#include "mapper/timeloop_files.hpp"

#include <filesystem>
#include <system_error>

#include "mapper/console.hpp"
#include "mapper/files.hpp"
#include "model/energy/compound/energy_input.hpp"
#include "model/energy/compound/write_tables.hpp"
#include "model/report/timeloop/map_text.hpp"
#include "model/report/timeloop/stats_text.hpp"
#include "model/report/timeloop/stats_xml.hpp"

namespace tilewright {
namespace {

// As many as make the written tables price levels as the run did.
constexpr energy::Precision kDigits{12};

}  // namespace

TimeloopFiles::TimeloopFiles(const std::string& folder, const std::string& program)
    : stem_(std::filesystem::path(folder) / program) {
  make_folder(folder);
}

void TimeloopFiles::write(const std::string& ending, const std::string& text) const {
  write_atomically(stem_ + ending, text);
}

void TimeloopFiles::write_run(const timeloop::Run& run) const {
  write(".map.txt", timeloop::map_text(run));
  write(".map+stats.xml", timeloop::stats_xml(run));
  write(".stats.txt", timeloop::stats_text(run));
}

void TimeloopFiles::write_tables(const SpecSet& specs, const energy::Registry& registry) const {
  if (!specs.table || specs.table->components.empty()) return;
  energy::EnergyInput input;
  energy::EnergyTables tables;
  try {
    input = energy::read_energy_sections(specs);
    tables = energy::price_input(input, registry);
  } catch (const UsageError& error) {
    // The mapping is priced all the same: a table that was given need not know every component.
    print_warning({"tables_missing", std::string("no .ERT.yaml and .ART.yaml: ") + error.what()});
    return;
  } catch (const SpecError& error) {
    print_warning({"tables_missing", std::string("no .ERT.yaml and .ART.yaml: ") + error.what()});
    return;
  }
  write(".ERT.yaml", energy::write_ert(tables, kDigits));
  write(".ERT_summary.yaml", energy::write_ert_summary(tables, kDigits));
  write(".ART.yaml", energy::write_art(tables, kDigits));
  write(".ART_summary.yaml", energy::write_art_summary(tables, kDigits));
  if (input.has_architecture) {
    write(".flattened_architecture.yaml", energy::write_flattened(input.design));
  }
}

void TimeloopFiles::remove_run() const {
  for (const char* ending : {".map.txt", ".map+stats.xml", ".stats.txt"}) remove(ending);
}

void TimeloopFiles::remove(const std::string& ending) const {
  std::error_code ignored;
  std::filesystem::remove(stem_ + ending, ignored);
}

}  // namespace tilewright
