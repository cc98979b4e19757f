// What is evaluated: a model, the data to score it on, and what came out so far.
#pragma once

#include <tools/common/progress.hpp>
#include <tools/evaluation/command.hpp>
#include <tools/training/datasets.hpp>
#include <tools/training/scoring/prepared_examples.hpp>

namespace ebb::tools {

// A run that was opened again.
struct Subject {
  nlohmann::ordered_json config;  // of the run
  std::unique_ptr<Recipe> recipe;
  Datasets data;  // `test` is scored, `train` is what baselines learn from
  Random noise;   // of the run's seed: every figure forks its own

  PreparedExamples train() const { return {data.train, *recipe, noise.fork("training images")}; }
  PreparedExamples test() const { return {data.test, *recipe, noise.fork("test images")}; }
};

// Opens the run that the options name and the data to score: the test part of the run's own data,
// or of the data that the options name. Throws DataError for what is missing or damaged,
// UsageError for data of another kind than the model was built for and a limit beyond what there
// is.
Subject open_subject(const EvaluateOptions& options);

// Throws UsageError where the examples are of another kind than the model was built for. Labels may
// be missing: only a model that is told them needs them. `named`: --data named the examples.
void check_kind(const nn::Examples& built_for, const nn::Examples& found, bool named);

// The figures under the keys of evaluation.json, in its order, as null, but for "references", which
// is empty.
nlohmann::ordered_json no_figures();
// A figure for them: NaN, which JSON calls null, where the model lacks it.
nlohmann::ordered_json null_or(double figure);

// Adds a rung to the ladder beside a figure: "references" → figure.
void add_reference(nlohmann::ordered_json& figures, const std::string& figure,
                   const std::string& name, double value);

// Throws DataError, which says that the model's `what` are not finite, unless they are.
void require_finite(bool finite, const char* what);

// Throws Interrupted after a signal.
void stop_if_interrupted();

}  // namespace ebb::tools
