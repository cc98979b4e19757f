// A CSV file that a run can learn from.
#pragma once

#include <tools/training/sources.hpp>

namespace ebb::tools {

// Is this the name of a table: .csv or .tsv?
bool is_table_name(const std::string& path);
// Reads the table that the options name, with a line about each column. Throws as read_source.
Source read_table_source(const TrainOptions& options);
Source draw_table_source();

// "column 3 'price': positive, 326 to 18823, multiples of 1".
std::string line_about(std::size_t place, const nn::Column& column);

// Columns as config.json holds them, and back: throws FormatError.
nlohmann::ordered_json to_json(const nn::TableExample& table);
nn::TableExample table_from(const nlohmann::ordered_json& json);

}  // namespace ebb::tools
