#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/reduce.hpp>
#include <cmath>
#include <models/code_prior.hpp>
#include <nn/optimizers/adam.hpp>
#include <nn/parts.hpp>
#include <nn/pass.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>
#include <tests/support.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;
using models::CodePrior;

namespace {

CodePrior begun(const models::CodePriorOptions& options, DType dtype = DType::float64) {
  CodePrior prior(options);
  nn::initialize(prior, {.seed = 2, .dtype = dtype});
  return prior;
}

// All sequences of `steps` codes below `codes`: [codes^steps, steps].
Tensor all_sequences(std::int32_t codes, std::int64_t steps) {
  std::int64_t n = 1;
  for (std::int64_t i = 0; i < steps; ++i) n *= codes;
  std::vector<std::int32_t> all;
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t step = 0, rest = i; step < steps; ++step, rest /= codes)
      all.push_back(static_cast<std::int32_t>(rest % codes));
  return from_vector(all, {n, steps});
}

std::vector<double> log_probabilities(const CodePrior& prior, const Tensor& codes) {
  Random noise{1};
  nn::Pass pass{noise};
  return cast(prior.log_probability(codes, pass).value(), DType::float64).to_vector<double>();
}

}  // namespace

// Which it only is if no code sees itself or those behind it.
TEST_CASE("code prior: the probabilities of all sequences add up to one") {
  const CodePrior prior = begun({.codes = 3, .steps = 4, .width = 8, .heads = 2});
  double total = 0, least = 1, most = 0;
  for (const double log_p : log_probabilities(prior, all_sequences(3, 4))) {
    total += std::exp(log_p);
    least = std::min(least, std::exp(log_p));
    most = std::max(most, std::exp(log_p));
  }
  CHECK(total == doctest::Approx(1).epsilon(1e-12));
  CHECK(most > 2 * least);  // and they are not all alike
}

TEST_CASE("code prior: samples come as often as they are probable") {
  const CodePrior prior = begun({.codes = 2, .steps = 3, .width = 8, .heads = 2});
  const Tensor all = all_sequences(2, 3);
  const std::vector<double> log_p = log_probabilities(prior, all);
  Random noise{4}, same{4};
  constexpr std::int64_t n = 4000;
  const Tensor drawn = prior.sample(n, noise);
  CHECK(drawn.shape() == Shape{n, 3});
  CHECK(same_bits(prior.sample(n, same), drawn));
  const auto codes = drawn.to_vector<std::int32_t>();
  std::vector<double> found(8, 0);
  for (std::size_t i = 0; i < codes.size(); i += 3)
    found[static_cast<std::size_t>(codes[i] + 2 * codes[i + 1] + 4 * codes[i + 2])] += 1. / n;
  for (std::size_t i = 0; i < 8; ++i) {
    const double p = std::exp(log_p[i]);
    CHECK(std::abs(found[i] - p) < 4 * std::sqrt(p * (1 - p) / n));
  }
}

TEST_CASE("code prior: without heat each code is the most probable, and heat makes all alike") {
  const CodePrior prior = begun({.codes = 2, .steps = 3, .width = 8, .heads = 2});
  Random noise{4};
  const Tensor cold = prior.sample(3, noise, 0);
  CHECK(noise.position == 0);
  const auto codes = cold.to_vector<std::int32_t>();
  for (std::int64_t step = 0; step < 3; ++step) {  // the other code there is less probable
    Tensor other = slice(cold, 0, 0, 1);
    const Tensor place = unslice(ones({1, 1}, DType::int32), 1, step, 1, 3);
    other = where(place == 1, 1 - other, other);
    std::vector<double> both(2, 0);
    for (const std::int32_t rest : {0, 1, 2, 3}) {  // whatever follows
      int at = 0;
      for (const Tensor& start : {slice(cold, 0, 0, 1), other}) {
        auto numbers = start.to_vector<std::int32_t>();
        for (std::int64_t i = step + 1, bits = rest; i < 3; ++i, bits /= 2)
          numbers[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(bits % 2);
        both[static_cast<std::size_t>(at++)] +=
            std::exp(log_probabilities(prior, from_vector(numbers, {1, 3}))[0]);
      }
    }
    CHECK(both[0] > both[1]);
  }
  CHECK(same_bits(prior.sample(3, noise, 1e-300), cold));
  const Tensor hot = prior.sample(4000, noise, 1e6);
  CHECK(std::abs(mean(cast(hot, DType::float64)).item() - 0.5) < 0.03);
  CHECK(message_of([&] { return prior.sample(1, noise, -1); }) ==
        "sample: a temperature of -1; try 1");
}

TEST_CASE("code prior: it learns which code follows which") {
  CodePrior prior = begun({.codes = 4, .steps = 6, .width = 16, .layers = 1}, DType::float32);
  Random data{3};
  const Tensor first = cast(4 * rand({64, 1}, data), DType::int32);
  const Tensor rising = first + arange(6, DType::int32);
  const Tensor codes = rising - 4 * cast(cast(rising, DType::float32) / 4, DType::int32);
  nn::Adam adam{prior, {.learning_rate = 1e-2}};
  nn::Pass pass{data, true};
  for (int step = 0; step < 150; ++step)
    adam.step(backward(-mean(prior.log_probability(codes, pass))), pass);
  // Only the first is left to chance: log 4.
  double total = 0;
  for (const double log_p : log_probabilities(prior, codes)) total += log_p / 64;
  CHECK(total > -std::log(4) - 0.1);
  CHECK(total <= -std::log(4) + 0.05);
  const Tensor drawn = prior.sample(50, data);
  const Tensor steps = slice(drawn, 1, 1) - slice(drawn, 1, 0, -1);
  CHECK(mean(cast((steps == 1) + (steps == -3), DType::float32)).item() > 0.95);
}

TEST_CASE("code prior: one code is certain, and the codes of a picture are a sequence") {
  const CodePrior one = begun({.codes = 1, .steps = 4, .width = 4, .heads = 1});
  CHECK(log_probabilities(one, zeros({2, 4}, DType::int32)) == std::vector<double>{0, 0});
  Random noise{1};
  CHECK(sum(one.sample(3, noise)).item() == 0);
  const CodePrior prior = begun({.codes = 5, .steps = 6, .width = 4, .heads = 1});
  const Tensor codes = prior.sample(2, noise);
  CHECK(log_probabilities(prior, reshape(codes, {2, 3, 2})) == log_probabilities(prior, codes));
  const CodePrior single = begun({.codes = 5, .steps = 1, .width = 4, .heads = 1});
  CHECK(single.sample(0, noise).shape() == Shape{0, 1});
  CHECK(log_probabilities(single, single.sample(2, noise)).size() == 2);
}

TEST_CASE("code prior: one that diverged still draws codes that there are") {
  CodePrior prior = begun({.codes = 2, .steps = 3, .width = 4, .heads = 1});
  prior.next.weight.set(full({2, 4}, NAN, DType::float64));
  Random noise{1};
  const Tensor drawn = prior.sample(100, noise);
  CHECK(amin(drawn).item() == 0);
  CHECK(amax(drawn).item() == 1);
}

TEST_CASE("code prior: names of its parts") {
  const CodePrior prior({.codes = 5, .steps = 6, .width = 4, .layers = 1});
  std::string all;
  for (const auto& [name, part] : nn::Parts(prior).parameters)
    if (name.find("layers.0.") == std::string::npos) all += text(name, ' ', part->shape(), '\n');
  CHECK(all ==
        "tokens.weight [6, 4]\npositions.weight [6, 4]\nnorm.weight [4]\nnorm.bias [4]\n"
        "next.weight [5, 4]\nnext.bias [5]\n");
}

TEST_CASE("code prior: what does not fit is refused") {
  CHECK(message_of([] { return CodePrior({.steps = 0}); }) ==
        "code_prior: 512 codes, 0 steps, width 64, 2 layers, 4 heads; each must be at least 1");
  CHECK(message_of([] { return CodePrior({.width = 10}); }).find("heads") != std::string::npos);
  const CodePrior prior = begun({.codes = 5, .steps = 6, .width = 4, .heads = 1});
  CHECK(message_of<ShapeError>([&] {
          return log_probabilities(prior, zeros({2, 7}, DType::int32));
        }) == "code_prior: codes [2, 7]; they must be 6 for each example, try reshape");
  CHECK(message_of([&] {
          return log_probabilities(prior, full({1, 6}, 5, DType::int32));
        }) != "nothing was thrown");
}
