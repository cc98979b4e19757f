// A trained model, and examples to use it on.
#pragma once

#include <tools/inference/command.hpp>
#include <tools/training/datasets.hpp>
#include <tools/training/scoring/prepared_examples.hpp>

namespace ebb::tools {

struct Trained {
  nlohmann::ordered_json config;  // of the run
  std::unique_ptr<Recipe> recipe;
  nn::Examples examples;  // that it was built for

  std::int64_t code_width() const;  // 0: it has no codes
  // As the model sees them: tools/evaluate binarizes them alike.
  PreparedExamples prepare(const nn::SharedDataset& examples, const std::string& part) const;
};

// Opens a run, without the data that it learned from. Throws DataError for what is missing or
// damaged.
Trained open_trained(const std::string& run);

// The examples that the options name: of the run's own data the test or the training part, of other
// data their test set or, where they have none, all of them. Throws DataError, and UsageError for
// examples of another kind than the model was built for.
PreparedExamples examples_for(const InferenceOptions& options, const Trained& trained);

// What is found of batch after batch, side by side: [n, …]. `find` gets each batch. Throws
// Interrupted.
nn::Batch collect(const PreparedExamples& examples,
                  const std::function<nn::Batch(const nn::Batch&)>& find);

}  // namespace ebb::tools
