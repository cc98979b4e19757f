// Covers: nn/optimizers/optimizer.cpp
// Two models against each other: each step takes the gradients of a loss that reaches both.
#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <nn/layers/activations.hpp>
#include <nn/layers/linear.hpp>
#include <nn/losses.hpp>
#include <nn/optimizers/adam.hpp>
#include <nn/optimizers/sgd.hpp>
#include <nn/parameters.hpp>
#include <nn/parts.hpp>
#include <nn/sequential.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>

using namespace ebb;
using nn::Linear, nn::Sequential, nn::Tanh;

namespace {

std::vector<float> numbers(const nn::Module& model) {
  std::vector<float> all;
  for (const auto& [name, part] : nn::Parts(model).parameters)
    for (const float number : part->value().to_vector<float>()) all.push_back(number);
  return all;
}

struct Game {
  Sequential generator{Linear{2, 8}, Tanh{}, Linear{8, 2}},
      critic{Linear{2, 8}, Tanh{}, Linear{8, 1}};
  Random random{4};
  Game() {
    nn::initialize(generator, {.seed = 1});
    nn::initialize(critic, {.seed = 2});
  }
  Tensor data() { return 0.1 * randn({16, 2}, random) + 3; }
  Tensor noise() { return randn({16, 2}, random); }
  Variable judge(const Variable& x, double target) const {
    const Variable logits = critic(x);
    return nn::binary_cross_entropy_with_logits(logits, full(logits.shape(), target));
  }
};

// WGAN-GP: the critic's slope at points between data and fakes shall have length 1.
Variable penalty(const Game& game, const Tensor& data, const Tensor& fake, Random& random) {
  const Tensor part = rand({data.size(0), 1}, random);
  const Variable mixed = leaf(part * data + (1 - part) * fake);
  const auto [slope] = gradients(sum(game.critic(mixed)), {mixed}, {.create_graph = true});
  return mean(square(sqrt(sum(square(slope), {1}) + 1e-12) - 1));
}

}  // namespace

TEST_CASE("adversarial: the two steps of a game, whichever way the gradients are asked for") {
  // Gradients of the whole graph, of a part, and fakes that are constants in the critic's step.
  std::vector<std::vector<float>> ends;
  for (int way = 0; way < 3; ++way) {
    Game game;
    nn::Adam teach{game.generator, {.learning_rate = 0.01}},
        judge{game.critic, {.learning_rate = 0.01}};
    for (int i = 0; i < 20; ++i) {
      const std::vector<float> generator = numbers(game.generator);
      const Variable fake = game.generator(game.noise());
      const Variable seen = way == 2 ? Variable(fake.value()) : fake;
      const Variable loss = game.judge(game.data(), 1) + game.judge(seen, 0);
      judge.step(way == 1 ? backward(loss, game.critic) : backward(loss));
      CHECK(numbers(game.generator) == generator);

      const std::vector<float> critic = numbers(game.critic);
      const Variable praise = game.judge(game.generator(game.noise()), 1);
      teach.step(way == 1 ? backward(praise, game.generator) : backward(praise));
      CHECK(numbers(game.critic) == critic);
      CHECK(numbers(game.generator) != generator);
    }
    ends.push_back(numbers(game.generator));
  }
  CHECK(ends[0] == ends[1]);
  CHECK(ends[0] == ends[2]);
}

TEST_CASE("adversarial: one loss for both players, walked twice") {
  Game game;
  nn::SGD teach{game.generator}, judge{game.critic};
  const Variable loss = game.judge(game.data(), 1) + game.judge(game.generator(game.noise()), 0);
  const Gradients of_critic = backward(loss, game.critic, {.keep_graph = true});
  const Gradients of_generator = backward(loss, game.generator);
  CHECK(of_critic.entries().size() == 4);
  CHECK(of_generator.entries().size() == 4);
  judge.step(of_critic);
  teach.step(of_generator);
}

TEST_CASE("adversarial: a step of the critic with a penalty on its slope at mixed inputs") {
  Game game;
  nn::Adam teach{game.generator, {.learning_rate = 0.01}},
      judge{game.critic, {.learning_rate = 0.02, .beta1 = 0.5, .beta2 = 0.9}};
  const auto distance = [&] {
    Game fixed;  // for its random numbers
    return std::abs(mean(game.generator(fixed.noise())).item() - 3);
  };
  const double before = distance();
  for (int i = 0; i < 150; ++i) {
    for (int k = 0; k < 3; ++k) {
      const Tensor data = game.data(), fake = game.generator(game.noise()).value();
      const Variable loss = mean(game.critic(fake)) - mean(game.critic(data)) +
                            10 * penalty(game, data, fake, game.random);
      const Gradients found = backward(loss);
      CHECK(found.entries().size() >= 4);  // the critic's, and the mixed input's among them
      judge.step(found);
    }
    teach.step(backward(-mean(game.critic(game.generator(game.noise()))), game.generator));
  }
  CHECK(before > 2);
  CHECK(distance() < 1);
  Random random{7};
  CHECK(penalty(game, game.data(), game.generator(game.noise()).value(), random).item() < 0.2);
}
