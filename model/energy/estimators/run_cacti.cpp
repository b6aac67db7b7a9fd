// CACTI 7 as a child process: one memory, one run. The settings are those that Accelergy's plug-in
// runs it with: cells of low standby power, 300 K, the least leakage near the best energy. Those of
// DRAM links have no bearing on the answer, but CACTI crashes without them.
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <system_error>

#include "model/duration.hpp"
#include "model/energy/estimators/cacti.hpp"
#include "model/energy/estimators/csv_cells.hpp"
#include "model/error.hpp"

namespace tilewright::energy {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSettings = R"(-Array Power Gating - "false"
-WL Power Gating - "false"
-CL Power Gating - "false"
-Bitline floating - "false"
-Interconnect Power Gating - "false"
-Power Gating Performance Loss "default"
-exclusive read port 0
-exclusive write port 0
-single ended read ports 0
-page size (bits) 0
-burst length 8
-internal prefetch width 8
-Data array cell type - "itrs-lstp"
-Data array peripheral type - "itrs-lstp"
-Tag array cell type - "itrs-lstp"
-Tag array peripheral type - "itrs-lstp"
-operating temperature (K) 300
-access mode (normal, sequential, fast) - "fast"
-design objective (weight delay, dynamic power, leakage power, cycle time, area) 0:0:1000000:0:0
-deviate (delay, dynamic power, leakage power, cycle time, area) 20:10:100000:100:100
-NUCAdesign objective (weight delay, dynamic power, leakage power, cycle time, area) 100:100:0:0:100
-NUCAdeviate (delay, dynamic power, leakage power, cycle time, area) 10:10000:10000:10000:10000
-Optimize ED or ED^2 (ED, ED^2, NONE): "ED^2"
-Cache model (NUCA, UCA)  - "UCA"
-NUCA bank count 0
-Wire signaling (fullswing, lowswing, default) - "Global_30"
-Wire inside mat - "semi-global"
-Wire outside mat - "semi-global"
-Interconnect projection - "normal"
-Core count 1
-Add ECC - "false"
-Print level (DETAILED, CONCISE) - "DETAILED"
-Print input parameters - "true"
-Force cache config - "false"
-Ndwl 1
-Ndbl 1
-Nspd 0
-Ndcm 1
-Ndsam1 0
-Ndsam2 0
-dram_type "DDR3"
-io state "WRITE"
-addr_timing 1.0
-mem_density 4 Gb
-bus_freq 800 MHz
-duty_cycle 1.0
-activity_dq 1.0
-activity_ca 0.5
-num_dq 72
-num_dqs 18
-num_ca 25
-num_clk 2
-num_mem_dq 2
-mem_data_width 8
-rtt_value 10000
-ron_value 34
-num_bobs 1
-capacity 80
-num_channels_per_bob 1
-first metric "Cost"
-second metric "Bandwidth"
-third metric "Energy"
-DIMM model "ALL"
-mirror_in_bob "F"
)";

std::string settings_of(const CactiQuestion& question) {
  return fmt::format(
      "{}-size (bytes) {}\n-read-write port {}\n-block size (bytes) {}\n-technology (u) {}\n"
      "-output/input bus width {}\n-UCA bank count {}\n-cache type \"{}\"\n-tag size (b) {}\n"
      "-associativity {}\n",
      kSettings, question.size, question.ports, question.block, question.technology / 1000,
      question.bus, question.banks, question.kind, question.tag_bits, question.associativity);
}

// A folder of its own, gone when the run is over.
class Workplace {
 public:
  Workplace() {
    std::string pattern = (fs::temp_directory_path() / "tilewright-cacti-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
      throw Declined(fmt::format("cannot make a folder for CACTI: {}", std::strerror(errno)));
    }
    folder_ = pattern;
  }
  ~Workplace() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;

  const fs::path& folder() const { return folder_; }
  fs::path settings() const { return folder_ / "memory.cfg"; }
  fs::path answer() const { return folder_ / "memory.cfg.out"; }  // CACTI's own name for it

 private:
  fs::path folder_;
};

// The program in its folder, where its technology files are. What it writes goes with it.
std::unique_ptr<ChildProcess> start(const fs::path& program, const Workplace& workplace) {
  try {
    return std::make_unique<ChildProcess>(
        ChildLaunch{.command = {program.string(), "-infile", workplace.settings()},
                    .folder = program.parent_path().string(),
                    .quiet = true,
                    .scratch = workplace.folder()});
  } catch (const std::system_error& error) {
    throw UsageError(
        fmt::format("--cacti: cannot start '{}': {}", program.string(), error.code().message()));
  }
}

// The columns of the last row that CACTI appended, by name.
CactiAnswer read_answer(const std::string& program, const fs::path& file) {
  constexpr std::uintmax_t kMostAnswer = 1U << 20U;
  if (fs::file_size(file) > kMostAnswer) {
    throw Declined(fmt::format("the answer of '{}' is longer than {} bytes", program, kMostAnswer));
  }
  try {
    const auto rows = parse_csv(file.string(), read_whole_file(file.string()));
    if (rows.size() < 2) throw Declined(fmt::format("'{}' wrote no answer", program));
    const auto at = [&](std::string_view column) {
      for (std::size_t i = 0; i < rows.front().size() && i < rows.back().size(); ++i) {
        if (rows.front()[i].text == column) return rows.back()[i].number(column);
      }
      throw Declined(fmt::format("the answer of '{}' lacks '{}'", program, column));
    };
    constexpr double kPicojoules = 1e3;     // of 1 nJ
    constexpr double kSquareMicrons = 1e6;  // of 1 mm2
    return {at("Dynamic read energy (nJ)") * kPicojoules,
            at("Dynamic write energy (nJ)") * kPicojoules, at("Standby leakage per bank(mW)"),
            at("Area (mm2)") * kSquareMicrons, at("Random cycle time (ns)")};
  } catch (const SpecError& error) {
    throw Declined(fmt::format("cannot read the answer of '{}': {}", program, error.what()));
  }
}

}  // namespace

CactiAnswer run_cacti(const std::string& program, const CactiQuestion& question,
                      std::chrono::milliseconds limit, const StopToken& stop) {
  fs::path path = fs::absolute(program);
  if (fs::is_directory(path)) path /= "cacti";
  const Workplace workplace;
  std::ofstream(workplace.settings()) << settings_of(question);
  const auto child = start(path, workplace);
  const std::optional<int> code = child->wait(limit, stop);
  if (!code) {
    throw Declined(fmt::format("'{}' has no answer within {}", path.string(),
                               format_seconds(std::chrono::duration<double>(limit).count())));
  }
  if (*code != 0 || !fs::exists(workplace.answer())) {
    throw Declined(
        fmt::format("'{}' has no answer for this memory (exit code {})", program, *code));
  }
  return read_answer(program, workplace.answer());
}

}  // namespace tilewright::energy
