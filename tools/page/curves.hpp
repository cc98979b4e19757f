// What a run's metrics.jsonl says.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace ebb::tools {

// The lines of metrics.jsonl as columns: {"epoch": [1, 2, …], "test_loss": […], …}, null where a
// line lacks a number. Of more epochs than a chart has room for some are left out, never the first
// and the last. A last line that was not written whole does not count. Throws DataError where the
// file is missing, or holds anything else.
nlohmann::ordered_json curves_of(const std::string& run);

}  // namespace ebb::tools
