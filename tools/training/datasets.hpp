// What a run learns from.
#pragma once

#include <nlohmann/json.hpp>
#include <nn/data/dataset.hpp>
#include <stdexcept>
#include <tools/training/options.hpp>

namespace ebb::tools {

// Data that is missing or broken: the program says it in one line and exits with 3.
struct DataError final : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline constexpr const char* drawn_digits = "drawn digits";  // as config.json calls them

struct Datasets {
  nn::SharedDataset train, test;
  std::optional<nn::SharedDataset> validation = {};
};

// Reads the folder that the options name, or draws digits; keeps the first `limit` training
// examples, and cuts the validation part from those, by the seed. Throws DataError, and UsageError
// for a limit beyond what there is, and for a part without examples.
Datasets load_datasets(const TrainOptions& options);

// The examples that a model was built for, as config.json holds them. examples_from reads them
// back; it throws FormatError.
nlohmann::ordered_json to_json(const nn::Examples& examples);
nn::Examples examples_from(const nlohmann::ordered_json& config);

}  // namespace ebb::tools
