// Rows of a table in a page.
#pragma once

#include <tools/page/kinds/kind.hpp>

namespace ebb::tools {

// Examples stand as lists of cells, null where one is not known. Of single ones the cell that makes
// a row odd (tools/inference/scores.hpp): "odd", its column's place, "odd_nats", and what the model
// expects there, "expected". Samples: "examples". Sections: "columns" (columns.hpp), "relations"
// and "missing".
std::unique_ptr<PageKind> page_kind(const nn::TableExample& table);

}  // namespace ebb::tools
