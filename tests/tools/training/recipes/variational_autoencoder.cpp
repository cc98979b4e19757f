#include <doctest/doctest.h>

#include <cmath>
#include <models/variational_autoencoder.hpp>
#include <models/variational_parts.hpp>
#include <nn/data/digits.hpp>
#include <nn/distributions.hpp>
#include <nn/parts.hpp>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/reduce.hpp>
#include <tests/support.hpp>
#include <tools/training/recipe.hpp>

using namespace ebb::tools;
using namespace ebb;
using Json = nlohmann::ordered_json;

namespace {

using Named = std::vector<std::pair<const char*, const char*>>;

// Of images of 4 x 6 pixels in 3 classes, with a code of 3 unless it is said.
std::unique_ptr<Recipe> built(const Named& options, std::int64_t classes = 3) {
  std::unique_ptr<Recipe> recipe = make_recipe("vae");
  Options own;
  recipe->visit(own);
  own.find("hidden")->parse("5");
  own.find("latent")->parse("3");
  for (const auto& [name, value] : options) own.find(name)->parse(value);
  recipe->build({nn::ImageExample{1, 4, 6}, classes});
  nn::initialize(recipe->model(), {.seed = 3});
  return recipe;
}

const models::VariationalAutoencoder& model(Recipe& recipe) {
  return dynamic_cast<models::VariationalAutoencoder&>(recipe.model());
}

nn::Batch labelled_images(std::int64_t n) {
  Random random{1};
  std::vector<std::int32_t> labels;
  for (std::int64_t i = 0; i < n; ++i) labels.push_back(static_cast<std::int32_t>(i * i % 3));
  return {.inputs = rand({n, 1, 4, 6}, random), .targets = from_vector(labels, {n})};
}

// "encoder.hidden.0.weight [5, 24]", each in a line.
std::string parts(const Named& options) {
  const std::unique_ptr<Recipe> recipe = built(options);
  std::string all;
  for (const auto& [name, part] : nn::Parts(recipe->model()).parameters)
    all += text(name, ' ', part->shape(), '\n');
  return all;
}

bool has(const std::string& all, const char* line) {
  return ('\n' + all).find(text('\n', line, '\n')) != std::string::npos;
}

double loss(const Recipe& recipe, bool training) {
  Random noise{2};
  nn::Pass pass{noise, training};
  Metrics metrics;
  return recipe.loss(labelled_images(6), pass, metrics).item();
}

}  // namespace

TEST_CASE("vae: each option reaches the model") {
  CHECK(has(parts({{"hidden", "9,7"}}), "encoder.hidden.2.weight [7, 9]"));
  CHECK(has(parts({{"hidden", "none"}}), "encoder.mean.weight [3, 24]"));
  CHECK(has(parts({{"latent", "4"}}), "decoder.hidden.0.weight [5, 4]"));
  CHECK(has(parts({{"network", "conv"}}), "encoder.hidden.0.weight [5, 1, 4, 4]"));
  const std::string deeper = parts({{"latent", "4,2"}});
  CHECK(has(deeper, "prior.up.hidden.0.weight [4, 4]"));
  CHECK(has(deeper, "prior.up.mean.weight [2, 4]"));
  CHECK(has(deeper, "prior.down.hidden.0.weight [4, 2]"));
  CHECK(has(deeper, "prior.down.log_variance.weight [4, 4]"));
  CHECK(has(parts({{"likelihood", "beta-binomial"}}), "decoder.output.weight [48, 5]"));
  CHECK(has(parts({{"likelihood", "gaussian"}}), "likelihood.log_variance [1]"));
  CHECK(has(parts({{"prior", "mixture:6"}}), "prior.mean [6, 3]"));
  CHECK(has(parts({{"prior", "vamp:6"}}), "prior.logits [6, 1, 4, 6]"));
  CHECK(has(parts({{"flow", "planar:2"}}), "flow.numbers.weight [14, 5]"));
  const std::string told = parts({{"condition", "labels"}, {"flow", "planar:2"}});
  CHECK(has(told, "encoder.joined.weight [5, 8]"));
  CHECK(has(told, "encoder.mean.weight [3, 5]"));
  CHECK(has(told, "decoder.hidden.0.weight [5, 6]"));
  CHECK(has(told, "flow.numbers.weight [14, 8]"));

  const auto recipe = built({{"samples", "7"}, {"beta", "0.25"}});
  CHECK(model(*recipe).objective.samples == 7);
  CHECK(model(*recipe).objective.beta == 0.25);
  CHECK(recipe->describe()["loss"] == "-log(1/K sum of p(x|z) (p(z) / q(z|x))^beta)");
  const auto free = built({{"free-bits", "0.5"}});
  CHECK(model(*free).objective.free_bits == 0.5);
  CHECK(built({})->describe()["loss"] == "reconstruction + beta * kl");
  CHECK(built({{"beta", "2"}})->steadier() == "--lr or --beta");
  CHECK(built({{"likelihood", "logistic"}})->likelihood() == "logistic");
  CHECK(loss(*built({{"activation", "tanh"}}), true) != loss(*built({}), true));
}

TEST_CASE("vae: options that do not go together are refused in a line") {
  const std::string no_form =
      "--free-bits: the divergence has no closed form; try one sample and one code, without "
      "--prior and --flow";
  const std::string two_priors =
      "--prior: the second code is the prior of the first; try one --latent";
  const struct {
    Named options;
    std::int64_t classes;
    std::string line;
  } rows[] = {
      {{{"latent", "9,5,3"}}, 3, "--latent: more than two codes; try two"},
      {{{"latent", "9,5"}, {"prior", "mixture:2"}}, 3, two_priors},
      {{{"latent", "9,5"}, {"prior", "vamp:2"}}, 3, two_priors},
      {{{"free-bits", "1"}, {"samples", "2"}}, 3, no_form},
      {{{"free-bits", "1"}, {"latent", "9,5"}}, 3, no_form},
      {{{"free-bits", "1"}, {"prior", "mixture:2"}}, 3, no_form},
      {{{"free-bits", "1"}, {"prior", "vamp:2"}}, 3, no_form},
      {{{"free-bits", "1"}, {"flow", "planar:2"}}, 3, no_form},
      {{{"condition", "labels"}}, 0, "--condition labels: these images have none; try it without"},
      {{{"condition", "labels"}, {"prior", "vamp:2"}},
       3,
       "--condition: pseudo-inputs have no labels; try --prior mixture:K"},
      {{{"binarize", "threshold"}, {"likelihood", "gaussian"}},
       3,
       "--binarize threshold: pixels of 0 and 1 are bernoulli, not gaussian; leave one of the "
       "options out"},
      {{{"network", "conv"}, {"hidden", "none"}},
       3,
       "--network conv: without hidden layers nothing is convolved; try dense"},
      {{{"activation", "tanh"}, {"hidden", "none"}},
       3,
       "--activation tanh: stands behind hidden layers, and there are none; leave it out"},
      {{{"network", "conv"}, {"hidden", "5,5,5"}},
       3,
       "--network conv: networks: nothing is left of an image [1, 4, 6] after 3 convolutions with "
       "stride 2; try fewer"}};
  for (const auto& [options, classes, line] : rows)
    CHECK(message_of<UsageError>([&, &o = options, n = classes] { return built(o, n); }) == line);
  // These do go together.
  CHECK_NOTHROW(built({{"condition", "labels"}, {"prior", "mixture:2"}, {"samples", "3"}}));
  CHECK_NOTHROW(built({{"latent", "9,5"}, {"flow", "planar:1"}, {"samples", "2"}, {"beta", "3"}}));
  CHECK_NOTHROW(built({{"network", "conv"}, {"prior", "vamp:2"}, {"likelihood", "logistic"}}));
}

TEST_CASE("vae: a warm-up of the prior is of one that learns") {
  const nn::SharedDataset data = nn::draw_digits({.train = 4, .test = 1}).train;
  const auto meets = [&](const Named& options) { built(options)->meet(data, 0); };
  CHECK(message_of<UsageError>([&] {
          meets({{"prior-warm-up", "3"}});
          return 0;
        }) == "--prior-warm-up: of a learned prior; name one, or leave it out");
  CHECK_NOTHROW(meets({{"prior-warm-up", "3"}, {"prior", "mixture:2"}}));
  CHECK_NOTHROW(meets({{"prior-warm-up", "3"}, {"latent", "9,5"}}));
  CHECK_NOTHROW(meets({}));
  CHECK(built({})->rises().size() == 1);  // beta's alone
  const auto rises = built({{"prior", "mixture:2"}, {"beta-warm-up", "4"}})->rises();
  CHECK(rises[0].epochs == 4);
  CHECK(rises[1].epochs == 10);
  CHECK(rises[1].option == std::string("prior-warm-up"));
}

TEST_CASE("vae: binarized pixels are what the model learns, and what it claims") {
  const auto recipe = built({{"binarize", "dynamic"}});
  Random noise{4};
  const nn::Batch batch = recipe->prepare(labelled_images(6), noise);
  CHECK(equal(batch.inputs, square(batch.inputs)));
  CHECK(equal(batch.targets, labelled_images(6).targets));
  CHECK(recipe->claim() == Claim::probability);
  CHECK(recipe->likelihood() == "bernoulli");
  nn::Pass pass{noise};
  Metrics metrics;
  static_cast<void>(recipe->loss(batch, pass, metrics));
  CHECK(metrics.mean("elbo") ==
        doctest::Approx(-metrics.mean("reconstruction") - metrics.mean("kl")));
}

TEST_CASE("vae: beta rises in training, and is whole in evaluation") {
  const auto recipe = built({{"beta", "2"}, {"beta-warm-up", "4"}});
  const auto by_beta = [](const char* beta) { return loss(*built({{"beta", beta}}), true); };
  CHECK(loss(*recipe, true) == by_beta("2"));  // it was told nothing
  const std::pair<double, const char*> steps[] = {
      {0, "0"}, {1, "0.5"}, {3, "1.5"}, {4, "2"}, {9.5, "2"}};
  for (const auto& [epochs, beta] : steps) {
    recipe->advance(epochs);
    CHECK(loss(*recipe, true) == by_beta(beta));
    CHECK(loss(*recipe, false) == by_beta("2"));
  }
  const auto steady = built({{"beta", "2"}});
  steady->advance(0);
  CHECK(loss(*steady, true) == by_beta("2"));
}

TEST_CASE("vae: codes are means, behind a flow, and divergences stand where they have a form") {
  const nn::Batch batch = labelled_images(6);
  Random noise{1};
  nn::Pass pass{noise};
  const auto plain = built({});
  const nn::Gaussian q = model(*plain).encode(batch.inputs);
  CHECK(equal(plain->encode(batch, pass).value(), q.mean.value()));
  CHECK(equal(plain->divergences(batch, pass).value(), q.divergence().value()));
  const Terms terms = plain->bound(batch, 1, pass);
  CHECK(equal(terms.kl.value(), nn::per_example(q.divergence()).value()));
  CHECK(equal(terms.bound.value(), -(terms.reconstruction.value() + terms.kl.value())));
  const auto bent = built({{"flow", "planar:2"}});
  CHECK(equal(bent->encode(batch, pass).value(), model(*bent).parts().code(batch.inputs).value()));
  CHECK(bent->divergences(batch, pass).count() == 0);
  CHECK(built({{"prior", "mixture:2"}})->divergences(batch, pass).count() == 0);
  CHECK(plain->marginal(batch, 5, pass).count() == 0);
}

TEST_CASE("vae: what is told of labels reaches codes, images and samples") {
  const auto recipe = built({{"condition", "labels"}});
  Random noise{1};
  nn::Pass pass{noise};
  const Tensor code = zeros({3, 3});
  const Tensor each = recipe->decode(code, pass, from_vector<std::int32_t>({0, 1, 1}, {3})).inputs;
  CHECK(each.shape() == Shape{3, 1, 4, 6});
  CHECK_FALSE(equal(each[0], each[1]));
  CHECK(equal(each[1], each[2]));
  const nn::Batch drawn = recipe->sample(7, {.temperature = 0}, pass);
  CHECK(drawn.targets.to_vector<std::int32_t>() == std::vector<std::int32_t>{0, 1, 2, 0, 1, 2, 0});
  CHECK(equal(drawn.inputs[0], each[0]));
  CHECK(equal(drawn.inputs[4], each[1]));
  CHECK(built({})->sample(7, {}, pass).targets.count() == 0);
  CHECK(message_of<UsageError>([&] { return recipe->decode(code, pass, {}); }) ==
        "labels: the model is told them, and these examples have none");
}

TEST_CASE("vae: the marginal adds up the labels") {
  const auto recipe = built({{"condition", "labels"}});
  nn::Batch batch = labelled_images(4);
  Random noise{3}, same{3};
  nn::Pass pass{noise}, other{same};
  const Tensor found = recipe->marginal(batch, 5, pass).value();
  CHECK(found.shape() == Shape{4});
  double p[4] = {};
  for (std::int32_t label = 0; label < 3; ++label) {
    batch.targets = full({4}, label, DType::int32);
    const Tensor bound = recipe->bound(batch, 5, other).bound.value();
    for (std::int64_t i = 0; i < 4; ++i) p[i] += std::exp(bound[i].item()) / 3;
  }
  for (std::int64_t i = 0; i < 4; ++i)
    CHECK(found[i].item() == doctest::Approx(std::log(p[i])).epsilon(1e-5));
}

TEST_CASE("vae: samples are means or draws, of codes as warm as is wanted") {
  const auto recipe = built({{"binarize", "threshold"}});
  Random noise{1};
  nn::Pass pass{noise};
  const Tensor means = recipe->sample(5, {.temperature = 0}, pass).inputs;
  CHECK(equal(means[0], means[4]));
  CHECK(amin(means).item() > 0);
  CHECK(amax(means).item() < 1);
  const Tensor draws = recipe->sample(8000, {.temperature = 0, .mean = false}, pass).inputs;
  CHECK(draws.shape() == Shape{8000, 1, 4, 6});
  CHECK(equal(draws, square(draws)));
  CHECK(allclose(mean(draws, 0), means[0], {.rtol = 0, .atol = 0.025}));
  const Tensor warm = recipe->sample(5, {}, pass).inputs;
  CHECK_FALSE(equal(warm[0], warm[4]));
}

TEST_CASE("vae recipe: codes are drawn from the posterior, whose middle encode gives") {
  const std::unique_ptr<Recipe> recipe = built({{"condition", "labels"}});
  Random noise{2}, same{2};
  nn::Pass pass{noise}, other{same};
  const nn::Batch batch = labelled_images(4);
  const Tensor drawn = recipe->draw_codes(batch, pass).value();
  CHECK(drawn.shape() == Shape{4, 3});
  CHECK(drawn.to_vector<float>() == recipe->draw_codes(batch, other).value().to_vector<float>());
  CHECK(drawn.to_vector<float>() != recipe->encode(batch, pass).value().to_vector<float>());
}
