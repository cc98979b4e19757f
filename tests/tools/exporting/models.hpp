// Models of all kinds with weights by chance, for tests that compute them elsewhere.
#pragma once

#include <autograd/gradients.hpp>
#include <memory>
#include <nn/parts.hpp>
#include <string>
#include <tensor/elementwise.hpp>
#include <tensor/random.hpp>
#include <tools/exporting/parts.hpp>
#include <vector>

struct ExportedModel {
  using More = std::vector<std::pair<const char*, const char*>>;  // options

  explicit ExportedModel(const char* model, const More& more = {},
                         const ebb::nn::ImageExample& image = {1, 8, 9})
      : examples{image, 4}, recipe(ebb::tools::make_recipe(model)) {
    ebb::tools::Options own;
    recipe->visit(own);
    if (own.find("hidden")) own.find("hidden")->parse("9,7");
    if (own.find("latent")) own.find("latent")->parse("3");
    for (const auto& [name, value] : more) own.find(name)->parse(value);
    recipe->build(examples);
    ebb::nn::initialize(recipe->model(), {.seed = 5});
    words = model;
    for (const auto& [name, value] : more) words += std::string(" --") + name + " " + value;
  }

  // Inputs by name, for n examples: images, codes and labels.
  ebb::nn::Batch batch(std::int64_t n) const {
    ebb::Random random{9};
    ebb::Shape shape = examples.shape();
    shape.insert(0, n);
    const ebb::Tensor x = rand(shape, random), labels = rand({n}, random) * 4;
    return {.inputs = x, .targets = cast(labels, ebb::DType::int32)};
  }
  // What Ebb makes of them; "decoder": of codes that lie a little further out than the encoder's.
  ebb::tools::Outputs outputs(const std::string& part, const ebb::nn::Batch& batch) const {
    const ebb::NoGrad constants;
    if (part == "encoder") return recipe->encoder_outputs(batch);
    return recipe->decoder_outputs(codes(batch), batch.targets);
  }
  ebb::Tensor codes(const ebb::nn::Batch& batch) const {
    const ebb::NoGrad constants;
    return recipe->encoder_outputs(batch)[0].second.value() * 3;
  }

  std::string words;  // "vae --flow planar:2"
  ebb::nn::Examples examples;
  std::unique_ptr<ebb::tools::Recipe> recipe;
};

// A model of each kind, and each option that changes what it computes.
inline std::vector<ExportedModel> exported_models() {
  std::vector<ExportedModel> all;
  all.emplace_back("ae");
  all.emplace_back("ae", ExportedModel::More{{"output", "none"}, {"activation", "sigmoid"}});
  all.emplace_back("ae", ExportedModel::More{{"network", "conv"}, {"activation", "gelu"}});
  all.emplace_back("ae", ExportedModel::More{{"hidden", "none"}});
  for (const char* likelihood : {"bernoulli", "gaussian", "gaussian-per-pixel", "logistic",
                                 "beta-binomial", "continuous-bernoulli"})
    all.emplace_back("vae",
                     ExportedModel::More{{"likelihood", likelihood}, {"activation", "tanh"}});
  all.emplace_back("vae", ExportedModel::More{{"network", "conv"}}, ebb::nn::ImageExample{3, 9, 6});
  all.emplace_back("vae", ExportedModel::More{{"network", "conv"},
                                              {"likelihood", "logistic"},
                                              {"condition", "labels"},
                                              {"flow", "planar:2"}});
  all.emplace_back("vae", ExportedModel::More{{"prior", "vamp:3"}, {"activation", "none"}});
  all.emplace_back("vae", ExportedModel::More{{"latent", "3,2"}, {"flow", "planar:1"}});
  all.emplace_back("wae", ExportedModel::More{{"network", "conv"}, {"activation", "gelu"}});
  all.emplace_back("vq", ExportedModel::More{{"codes", "9"}, {"width", "5"}, {"prior-width", "8"}});
  all.emplace_back("semi-supervised", ExportedModel::More{{"labels", "4"}});
  all.emplace_back("classifier");
  return all;
}
