// Which cells are missing?
#pragma once

#include <tools/page/kinds/row_cells.hpp>

namespace ebb::tools {

// {"rows", "complete": rows without a missing cell, "train", "test": the share of missing cells of
// each column, "patterns": [{"columns": those that are missing together, "rows": in how many}, …],
// the most frequent first, "different": how many patterns there are in all, complete rows left
// out}, of the training rows but for "test". A hidden cell is a missing one. Null where none is.
nlohmann::ordered_json missing_in(const RowCells& train, const RowCells& test);

}  // namespace ebb::tools
