#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mapper/run_settings.hpp"
#include "model/spec/spec.hpp"

namespace tilewright {

/// Adds the spec files of a command that works on whole networks.
void add_network_files(CLI::App& command, std::vector<std::string>& files);
/// Refuses what is no whole number of that range; without it, -1 would be a very large one.
CLI::Validator whole_number(std::uint64_t least, std::uint64_t most);

/// Adds the number of inferences at once.
void add_batch_option(CLI::App& command, std::optional<std::int64_t>& batch);
/// Adds the options that every command has which reads specs. With `given`, those that the user
/// names and that change what is read are noted there.
void add_spec_options(CLI::App& command, ReadOptions& options,
                      std::vector<GivenOption>* given = nullptr);
/// Sets such options again as an earlier run noted them. \throws UsageError
void set_spec_options(const std::vector<GivenOption>& given, ReadOptions& options);

}  // namespace tilewright
