// Does the runs of a sweep, those that are not done yet.
#pragma once

#include <tools/common/progress.hpp>
#include <tools/sweeps/command.hpp>

namespace ebb::tools {

struct FailedRun {
  std::string name, why;
  int exit_code;
};

// Trains each run in its folder under `folder`, or goes on with it, then measures it with
// tools/evaluate. As many at a time as there are threads, on one each: together they are done
// earlier than one after the other on all. A run that fails is named, and the others go on. Throws
// Interrupted after a signal, when those under way have written what they learned; DataError where
// the data are missing or broken, which all of them need.
std::vector<FailedRun> do_runs(const std::vector<PlannedRun>& runs, const std::string& folder,
                               std::int64_t threads, Progress& progress);

}  // namespace ebb::tools
