#include <autograd/gradients.hpp>
#include <tensor/error.hpp>
#include <tensor/makers.hpp>
#include <tensor/parts.hpp>
#include <tools/evaluation/subject.hpp>
#include <tools/inference/trained.hpp>
#include <tools/training/open_run.hpp>

namespace ebb::tools {

namespace {

// One example that holds nothing.
nn::Batch zeros_of(const nn::Examples& examples) {
  if (std::holds_alternative<nn::TextExample>(examples.kind))
    return {.inputs = zeros({1, 1}, DType::int32),
            .mask = ones({1, 1}),
            .lengths = ones({1}, DType::int32)};
  const Shape shape = examples.shape();
  std::vector<std::int64_t> lengths = {1};
  lengths.insert(lengths.end(), shape.begin(), shape.end());
  return {.inputs = zeros(Shape(lengths)), .targets = zeros({1}, DType::int32)};
}

}  // namespace

std::int64_t Trained::code_width() const {
  const NoGrad constants;
  Random noise{0};
  nn::Pass pass{noise};
  return recipe->encode(recipe->prepare(zeros_of(examples), noise), pass).count();
}

PreparedExamples Trained::prepare(const nn::SharedDataset& dataset, const std::string& part) const {
  const std::string name = part == "train" ? "training images" : "test images";
  const std::uint64_t seed = config.at("seed");
  return {dataset, *recipe, Random{seed}.fork("evaluation").fork(name)};
}

Trained open_trained(const std::string& run) {
  try {
    const nlohmann::ordered_json config = config_of_run(run);
    return {config, open_run(run), examples_from(config.at("examples"))};
  } catch (const Error& error) {
    throw DataError(error.what());
  }
}

PreparedExamples examples_for(const InferenceOptions& options, const Trained& trained) {
  const bool named = !options.data.empty();
  const auto dataset = [&]() -> nn::SharedDataset {
    if (named) return test_set_at(options.data, trained.config);
    const Datasets own = load_datasets(trained.config);
    return options.part == "train" ? own.train : own.test;
  };
  const nn::SharedDataset found = dataset();
  check_kind(trained.examples, found->examples(), named);
  return trained.prepare(found, options.part);
}

nn::Batch collect(const PreparedExamples& examples,
                  const std::function<nn::Batch(const nn::Batch&)>& find) {
  const NoGrad constants;
  std::vector<Tensor> inputs, targets;
  for (std::int64_t i = 0; i < examples.batches(); ++i) {
    stop_if_interrupted();
    const nn::Batch found = find(examples.batch(i));
    inputs.push_back(found.inputs);
    if (found.targets.count() > 0) targets.push_back(found.targets);
  }
  return {.inputs = cat(inputs), .targets = targets.empty() ? Tensor() : cat(targets)};
}

}  // namespace ebb::tools
