// What cells of each column are like, and what those are like that the model draws.
#pragma once

#include <tools/page/kinds/row_cells.hpp>

namespace ebb::tools {

// A list, of each column: {"name", "kind", "seen": known cells of the training rows, …}, and of
// those that the model learned, as shares of the known cells, "real" of the training rows and
// "generated": of "names", words or a few numbers that repeat, with all others behind them, or
// between "edges", of which the outermost bins hold all that lies beyond; "step" is what numbers
// are multiples of, or 0. "apart" is half the sum of |real - generated|: 0 where they agree, 1
// where they have nothing in common; "test_apart" is that of the test rows, what chance alone
// makes.
nlohmann::ordered_json columns_in(const std::vector<nn::Column>& columns, const RowCells& train,
                                  const RowCells& test, const RowCells& generated);

}  // namespace ebb::tools
