// Covers: tools/training/recipes.cpp, tools/training/recipes/autoencoder.cpp,
// tools/training/recipes/classifier.cpp, tools/training/recipes/semi_supervised.cpp,
// tools/training/recipes/wasserstein_autoencoder.cpp
#include <doctest/doctest.h>

#include <autograd/gradients.hpp>
#include <models/autoencoder.hpp>
#include <models/variational_autoencoder.hpp>
#include <nn/data/images.hpp>
#include <nn/distributions.hpp>
#include <nn/parts.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>
#include <tools/training/recipe.hpp>

using namespace ebb::tools;

using namespace ebb;
using Json = nlohmann::ordered_json;

namespace {

// Built for images of 2 x 4 pixels, with weights.
std::unique_ptr<Recipe> small(const char* model) {
  std::unique_ptr<Recipe> recipe = make_recipe(model);
  Options own;
  recipe->visit(own);
  own.find("hidden")->parse("5");
  own.find("latent")->parse("3");
  if (own.find("beta")) own.find("beta")->parse("0.5");
  recipe->build({nn::ImageExample{1, 2, 4}, 0});
  nn::initialize(recipe->model(), {.seed = 3});
  return recipe;
}

nn::Batch tiny_images(std::int64_t n) {
  Random random{1};
  return {.inputs = rand({n, 1, 2, 4}, random)};
}

}  // namespace

TEST_CASE("recipe: every one has a name, a line about it, and options of its own") {
  for (const auto& recipe : all_recipes()) {
    CHECK(make_recipe(recipe->name())->name() == std::string(recipe->name()));
    CHECK(std::string(recipe->summary()).size() > 5);
    Options own;
    recipe->visit(own);
    CHECK(own.all().size() >= 1);
    for (const Option& option : own.all()) CHECK(option.help.size() > 3);
  }
  CHECK_THROWS_WITH_AS(make_recipe("gan"),
                       "model: 'gan' is none of ae, vae, wae, vq, semi-supervised, text, table or "
                       "classifier; try --help",
                       UsageError);
}

TEST_CASE("recipe: models of images refuse other examples") {
  const nn::Examples arrays = {nn::ArrayExample{{4}}, 0};
  for (const char* name : {"ae", "vae", "wae", "vq", "semi-supervised"})
    CHECK_THROWS_WITH_AS(make_recipe(name)->build(arrays),
                         (std::string("model: ") + name +
                          " learns from images; try other data (of a .npy file, bytes [n, h, w])")
                             .c_str(),
                         UsageError);
}

TEST_CASE("recipe: the autoencoder's loss is its model's, and it has no prior") {
  const std::unique_ptr<Recipe> recipe = small("ae");
  models::Autoencoder twin({.input = 8, .hidden = {5}, .latent = 3});
  nn::initialize(twin, {.seed = 3});
  Random noise{2};
  nn::Pass pass{noise};
  const nn::Batch three = tiny_images(3);
  Metrics metrics;
  const double loss = recipe->loss(three, pass, metrics).item();
  CHECK(loss == twin.loss(three.inputs).item());
  CHECK(noise.position == 0);
  CHECK(metrics.mean("loss") == loss);
  CHECK(metrics.examples() == 3);
  const Variable codes = recipe->encode(three, pass);
  CHECK(codes.shape() == Shape{3, 3});
  const nn::Batch again = recipe->decode(codes, pass, {});
  CHECK(again.inputs.shape() == Shape{3, 1, 2, 4});
  CHECK(again.inputs.to_vector<float>() == twin(three.inputs).value().to_vector<float>());
  CHECK(recipe->sample(4, {}, pass).inputs.count() == 0);
  CHECK(recipe->draw_codes(three, pass).count() == 0);
  CHECK(recipe->bound(three, 1, pass).bound.count() == 0);
  CHECK(recipe->describe() ==
        Json{{"loss", "squared error"}, {"units", "mean over pixels and images"}});
}

TEST_CASE("recipe: the variational autoencoder's terms are in nats per image") {
  const std::unique_ptr<Recipe> recipe = small("vae");
  models::VariationalAutoencoder twin({.input = 8, .hidden = {5}, .latent = 3, .beta = 0.5});
  nn::initialize(twin, {.seed = 3});
  Random noise{2}, same{2};
  nn::Pass pass{noise}, twin_pass{same};
  const nn::Batch three = tiny_images(3);
  Metrics metrics;
  const double loss = recipe->loss(three, pass, metrics).item();
  const models::VariationalLoss terms = twin.loss(three.inputs, twin_pass);
  CHECK(loss == terms.loss.item());
  CHECK(noise.position == same.position);
  const double reconstruction = mean(terms.reconstruction.value()).item(),
               kl = mean(terms.kl.value()).item();
  CHECK(metrics.mean("loss") == loss);
  CHECK(metrics.mean("reconstruction") == doctest::Approx(reconstruction));
  CHECK(metrics.mean("kl") == doctest::Approx(kl));
  // Gray pixels under a Bernoulli distribution: the number is no bound, and is not called one.
  CHECK(metrics.mean("negative_cross_entropy") == doctest::Approx(-reconstruction - kl));
  CHECK(metrics.standard_error("negative_cross_entropy") > 0);
  CHECK(recipe->claim() == Claim::cross_entropy);
  CHECK(recipe->encode(three, pass).value().to_vector<float>() ==
        twin.encode(three.inputs).mean.value().to_vector<float>());
  CHECK(recipe->sample(4, {}, pass).inputs.shape() == Shape{4, 1, 2, 4});
  CHECK(recipe->bound(three, 1, pass).reconstruction.shape() == Shape{3});
  const Terms many = recipe->bound(three, 7, pass);
  CHECK(many.bound.shape() == Shape{3});
  CHECK(many.kl.count() == 0);
  CHECK(recipe->describe().at("pixels") ==
        "Bernoulli on logits; gray pixels in [0, 1] are the targets");
  CHECK(recipe->describe().at("units") == "nats per image");
  CHECK(recipe->steadier() == "--lr");
}

TEST_CASE("recipe: what an autoencoder sees with noise is held against the clean images") {
  const auto losses = [](const char* option, const char* value) {
    const std::unique_ptr<Recipe> recipe = make_recipe("ae");
    Options own;
    recipe->visit(own);
    own.find("latent")->parse("3");
    own.find(option)->parse(value);
    recipe->build({nn::ImageExample{1, 2, 4}, 0});
    nn::initialize(recipe->model(), {.seed = 3});
    Random noise{2};
    nn::Pass pass{noise};
    Metrics metrics;
    static_cast<void>(recipe->loss(tiny_images(3), pass, metrics));
    return std::pair(metrics.mean("loss"), metrics.mean("reconstruction"));
  };
  for (const auto& [option, value] :
       {std::pair("noise", "gaussian:2"), std::pair("noise", "mask:0.9"),
        std::pair("sparsity", "0.5")}) {
    const auto [loss, clean] = losses(option, value);
    CHECK(loss > clean);
    CHECK(clean == losses("sparsity", "1e-9").second);
  }
  CHECK_THROWS_WITH_AS(losses("noise", "mask:1"), "--noise mask: less than 1 of an image; try 0.3",
                       UsageError);
}

TEST_CASE("recipe: the Wasserstein autoencoder measures its codes, and draws new images") {
  const std::unique_ptr<Recipe> recipe = small("wae");
  Random noise{2};
  nn::Pass pass{noise};
  const nn::Batch three = tiny_images(3);
  Metrics metrics;
  const double loss = recipe->loss(three, pass, metrics).item();
  CHECK(loss == doctest::Approx(metrics.mean("reconstruction") + 10 * metrics.mean("discrepancy")));
  CHECK(recipe->claim() == Claim::none);
  const Variable codes = recipe->encode(three, pass);
  CHECK(codes.shape() == Shape{3, 3});
  CHECK(recipe->decode(codes, pass, {}).inputs.shape() == Shape{3, 1, 2, 4});
  const Tensor drawn = recipe->sample(4, {}, pass).inputs;
  CHECK(drawn.shape() == Shape{4, 1, 2, 4});
  CHECK(amin(drawn).item() > 0);
}

TEST_CASE("recipe: the semi-supervised model is told as many labels of each class, by the seed") {
  const std::unique_ptr<Recipe> recipe = make_recipe("semi-supervised");
  Options own;
  recipe->visit(own);
  own.find("hidden")->parse("5");
  own.find("latent")->parse("3");
  own.find("labels")->parse("4");
  CHECK_THROWS_WITH_AS(recipe->build({nn::ImageExample{1, 2, 4}, 0}),
                       "model: semi-supervised learns labels, and these images have none; try vae",
                       UsageError);
  CHECK_THROWS_WITH_AS(recipe->build({nn::ImageExample{1, 2, 4}, 3}),
                       "--labels: 4 cannot be as many of each of 3 classes; try 6", UsageError);
  recipe->build({nn::ImageExample{1, 2, 4}, 2});
  nn::initialize(recipe->model(), {.seed = 3});
  std::vector<std::uint8_t> pixels, labels;
  for (int i = 0; i < 40; ++i) {
    labels.push_back(i % 2);
    for (int pixel = 0; pixel < 8; ++pixel) pixels.push_back(i % 2 == pixel % 2 ? 255 : 0);
  }
  const nn::ImageDataset data(pixels, labels, 2, 4);
  recipe->meet(data, 7);
  CHECK_THROWS_WITH_AS(recipe->meet(data.first(3), 7),
                       "--labels: 2 of each class are more than there are", UsageError);
  recipe->meet(data, 7);
  const std::int64_t first[] = {0, 1, 2, 3};
  const nn::Batch batch = data.gather(first);
  Random noise{2};
  nn::Pass learn{noise, true}, look{noise};
  Metrics training, test;
  const Variable loss = recipe->loss(batch, learn, training);
  CHECK(backward(loss).find(*nn::Parts(recipe->model()).parameters.front().second) != nullptr);
  const double unlabelled = recipe->loss(batch, look, test).item();
  CHECK(unlabelled == doctest::Approx(-test.mean("negative_cross_entropy")));
  CHECK(loss.item() > test.mean("loss"));  // with the part of those that have labels
  CHECK(test.mean("accuracy") >= 0);
  CHECK(recipe->bound(batch, 1, look).bound.shape() == Shape{4});
  CHECK(recipe->bound(batch, 3, look).bound.shape() == Shape{4});
  const Variable codes = recipe->encode(batch, look);
  CHECK(recipe->decode(codes, look, batch.targets).inputs.shape() == Shape{4, 1, 2, 4});
  CHECK(recipe->draw_codes(batch, look).shape() == codes.shape());
  CHECK(recipe->sample(4, {}, look).targets.to_vector<std::int32_t>() ==
        std::vector<std::int32_t>{0, 1, 0, 1});
}

TEST_CASE("recipe: a density of codes is refused before training where images are too few") {
  const auto recipe = make_recipe("ae");
  Options own;
  recipe->visit(own);
  own.find("density")->parse("mixture:3");
  own.find("latent")->parse("2");
  const nn::ImageDataset two(std::vector<std::uint8_t>(8), {}, 2, 2);
  recipe->build(two.examples());
  CHECK_THROWS_WITH_AS(recipe->meet(two, 0),
                       "--density mixture:3: 2 images to fit it to, and there must be as many, at "
                       "least 2; try fewer components, or more images",
                       UsageError);
  own.find("density")->parse("mixture:2");
  CHECK_NOTHROW(recipe->meet(two, 0));
}

TEST_CASE("recipe: the classifier counts what it gets right, and needs labels") {
  const std::unique_ptr<Recipe> recipe = make_recipe("classifier");
  Options own;
  recipe->visit(own);
  own.find("hidden")->parse("5");
  CHECK_THROWS_WITH_AS(recipe->build({nn::ImageExample{1, 2, 4}, 0}),
                       "model: classifier learns labels, and these images have none; try ae or vae",
                       UsageError);
  own.find("dropout")->parse("0.5");
  CHECK_NOTHROW(recipe->build({nn::ImageExample{1, 2, 4}, 3}));
  own.find("hidden")->parse("none");
  CHECK_THROWS_WITH_AS(recipe->build({nn::ImageExample{1, 2, 4}, 3}),
                       "--dropout: leaves out hidden numbers, and there are none; leave it out",
                       UsageError);
  own.find("hidden")->parse("5");
  own.find("dropout")->parse("0");
  recipe->build({nn::ImageExample{1, 2, 4}, 3});
  nn::initialize(recipe->model(), {.seed = 3});
  nn::Batch batch = tiny_images(4);
  batch.targets = zeros({4}, DType::int32);
  Random noise{2};
  nn::Pass pass{noise, true};
  Metrics metrics;
  const double loss = recipe->loss(batch, pass, metrics).item();
  CHECK(metrics.mean("loss") == doctest::Approx(loss));
  double right = 0;
  for (std::int32_t label : {0, 1, 2}) {
    batch.targets = full({4}, label, DType::int32);
    Metrics one;
    static_cast<void>(recipe->loss(batch, pass, one));
    right += one.mean("accuracy");
  }
  CHECK(right == doctest::Approx(1));  // each image has one class that it is taken for
  CHECK(recipe->encode(batch, pass).count() == 0);
}
