// Rows that a model makes, as a table.
#pragma once

#include <memory>
#include <nn/data/column.hpp>
#include <tools/inference/example_output.hpp>

namespace ebb::tools {

// Rows [n, columns], float64, as a .csv file with a header; columns of which a model knows nothing
// are empty.
std::unique_ptr<ExampleOutput> open_rows(const std::string& out, const nn::TableExample& table);

}  // namespace ebb::tools
