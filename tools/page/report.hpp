// The page of runs, from their folders to the file.
#pragma once

#include <tools/common/progress.hpp>
#include <tools/page/command.hpp>

namespace ebb::tools {

// Writes the page that the options ask for, whole or not at all, and prints its name. Throws
// DataError, IoError and Interrupted.
void write_report(const ReportOptions& options, Progress& progress);

}  // namespace ebb::tools
