// What a run learns from.
#pragma once

#include <nlohmann/json.hpp>
#include <nn/data/augment.hpp>
#include <nn/data/dataset.hpp>
#include <string>
#include <tools/training/examples.hpp>
#include <tools/training/options.hpp>
#include <tools/training/sources.hpp>
#include <vector>

namespace ebb::tools {

struct Datasets {
  nn::SharedDataset train, test;
  std::optional<nn::SharedDataset> validation = {};
  bool decoding = false;                        // images are decoded when asked for: use prefetch
  nn::Augmentation augment = {};                // of training images
  std::vector<std::string> classes = {};        // their names, where they have some
  std::vector<std::string> notes = {};          // lines that tell whoever starts the run about them
  nlohmann::ordered_json files = nullptr;       // what was read: names, bytes, SHA-256
  std::shared_ptr<const nn::Table> table = {};  // all rows, where they are that
  bool own = true;                              // `test` is that of the run
};

// Reads what the options name (sources.hpp). Where there is no test set, the part `test` is drawn
// from the seed alone. Keeps the first `limit` training examples, and cuts the validation part from
// those, by the seed. Of tables the training rows alone say how columns are scaled. Throws
// DataError, and UsageError for options that do not fit the data.
Datasets load_datasets(const TrainOptions& options);

// The same data, with the same test set, for whoever opens a run: from its config.json. Throws
// DataError, also where the files are not those that it learned from, and FormatError.
Datasets load_datasets(const nlohmann::ordered_json& config);

// Files that were read beside the data, where their options no longer name them: those of that name
// among the files of a config.json.
void find_beside_data(TrainOptions& options, const nlohmann::ordered_json& files);

// The run's own data, wherever it lies now, with the part to score of the data at a path.
Datasets load_datasets_at(const std::string& path, const nlohmann::ordered_json& config);

// That part, which asks for no other data: the run's own test set where those are the data that it
// learned from, else their test set, else all of them. A folder of images is read in the
// size and the colors that the model was built for. Throws as above.
nn::SharedDataset test_set_at(const std::string& path, const nlohmann::ordered_json& config);

// How the run's own table was read, or another one is: with the columns of the model, and of the
// run's own with its hidden cells.
nn::TableOptions table_options(const nlohmann::ordered_json& config, bool own);

// Throws DataError, naming what changed, unless the files are those of a config.json.
void require_same_files(const Datasets& data, const nlohmann::ordered_json& config);

// Does config.json say so of data that were drawn?
bool is_drawn(const nlohmann::ordered_json& data);

}  // namespace ebb::tools
