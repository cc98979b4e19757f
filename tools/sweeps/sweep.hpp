// How large should a model be? Trains it in several sizes and says.
#pragma once

#include <tools/common/progress.hpp>
#include <tools/sweeps/command.hpp>

namespace ebb::tools {

// Does the runs that the folder of the sweep lacks, and writes table.csv, table.md and sweep.svg
// there. Returns what to exit with: that of the first run that failed, else 0. Throws UsageError,
// DataError, IoError and Interrupted.
int sweep(const SweepCommand& command, Progress& progress);

}  // namespace ebb::tools
