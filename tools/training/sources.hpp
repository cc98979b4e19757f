// Files that a run can learn from.
#pragma once

#include <nlohmann/json.hpp>
#include <nn/data/tables/table.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <tools/training/options.hpp>
#include <vector>

namespace ebb::tools {

// Data that is missing or broken: the program says it in one line and exits with 3.
struct DataError final : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What was read, before a part is kept to test with.
struct Source {
  nn::SharedDataset train;
  std::optional<nn::SharedDataset> test = {};   // of its own
  bool decoding = false;                        // images are decoded when asked for: use prefetch
  std::vector<std::string> classes = {};        // their names, where they have some
  std::vector<std::string> notes = {};          // lines that tell whoever starts the run about it
  nlohmann::ordered_json files = nullptr;       // what was read: paths, bytes, SHA-256
  std::shared_ptr<const nn::Table> table = {};  // all rows, where they are that
  // Of texts some of which are parts of a line: the line of each. All parts of one are in one part
  // of the data.
  std::vector<std::int64_t> lines = {};
};

// Is it a folder of images, or one whose folders train/ and test/ are?
bool is_image_folder(const std::string& path);

// Reads what the options name, or draws digits, rows or sentences: a CSV file (sources/table.hpp),
// a text file (sources/text.hpp), a folder of MNIST's IDX files, a folder of images
// (nn/data/image_folder.hpp), of which those in test/ are the test set where there are train/ and
// test/, or a .npy file (nn/data/npy_data.hpp). Throws Error, DataError, and UsageError for options
// that do not fit the data.
Source read_source(const TrainOptions& options);

// A file's path, bytes and SHA-256.
nlohmann::ordered_json describe_file(const std::string& path);

// Where the data of a run is: where its option says, or, seen from another folder, where it was.
// `files` is what config.json says of them.
std::string place_of(const std::string& said, const nlohmann::ordered_json& files);

}  // namespace ebb::tools
