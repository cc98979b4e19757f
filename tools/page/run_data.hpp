// All that a page shows of one run.
#pragma once

#include <tools/common/progress.hpp>
#include <tools/page/command.hpp>

namespace ebb::tools {

// "facts", "curves", "shown", "codes", "examples", "samples", …: a section each, null where the
// run lacks it, and "gaps", which says why in a sentence. Throws DataError and Interrupted.
nlohmann::ordered_json data_of_run(const std::string& folder, const ReportOptions& options,
                                   Progress& progress);

}  // namespace ebb::tools
