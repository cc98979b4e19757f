// Which columns go together?
#pragma once

#include <tools/page/kinds/row_cells.hpp>

namespace ebb::tools {

// Correlations of numbers (logarithms of positive ones), of places of ordered words and of
// indicators of other words, each over the rows in which both are known: {"names", "real",
// "generated": a row for each name, "apart": the mean of |real - generated| over pairs,
// "test_apart": the same of the test rows, what chance alone makes}. Of many only the first are
// there. Null where there are fewer than two that vary.
nlohmann::ordered_json relations_in(const std::vector<nn::Column>& columns, const RowCells& train,
                                    const RowCells& test, const RowCells& generated);

}  // namespace ebb::tools
