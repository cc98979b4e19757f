// Runs that go on, and runs that are made again: what config.json says they are.
#pragma once

#include <functional>
#include <tools/training/command.hpp>

namespace ebb::tools {

// The options and the model that a config.json holds, but for `out` and `threads`, which are of one
// run on one machine. Data that are gone from where they were are looked for where config.json says
// that they lay. `settled`: options that follow from others are filled in, for no more will be
// named. Throws FormatError and UsageError.
Command command_from(const nlohmann::ordered_json& config, bool settled = true);

// The value of an option, "--config FILE" or "--config=FILE"; "" where it is not there.
std::string value_of(const std::string& option, int count, const char* const* arguments);

// tools/train --resume RUN [--epochs TOTAL] [--threads N]. Throws UsageError, for other options,
// too, and DataError where the run's config.json cannot be read. Returns nothing after --help.
std::optional<Command> parse_resume(int count, const char* const* arguments);

// The options of a config.json. For tools/train --config FILE, beside which others may be named,
// `kept` leaves some out, and none is settled. DataError where it cannot be read.
using KeepOptions = std::function<nlohmann::ordered_json(const nlohmann::ordered_json&)>;
Command read_config_file(const std::string& path, const KeepOptions& kept = {});

}  // namespace ebb::tools
