#include <doctest/doctest.h>

#include <models/causal_transformer.hpp>
#include <nn/pass.hpp>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/parts.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>
#include <tests/support.hpp>

using namespace ebb;

TEST_CASE("causal transformer: a place sees itself and those before it alone") {
  models::CausalTransformer model({.steps = 5, .width = 8, .layers = 2, .heads = 2});
  nn::initialize(model, {.seed = 1, .dtype = DType::float64});
  Random noise{2};
  nn::Pass pass{noise};
  const Tensor x = randn({2, 5, 8}, noise, DType::float64);
  const Tensor other = cat({slice(x, 1, 0, 3), randn({2, 2, 8}, noise, DType::float64)}, 1);
  const auto first = [](const Tensor& y) { return slice(y, 1, 0, 3).to_vector<double>(); };
  const auto rest = [](const Tensor& y) { return slice(y, 1, 3).to_vector<double>(); };
  const Tensor y = model(x, pass).value(), changed = model(other, pass).value();
  CHECK(first(y) == first(changed));
  CHECK(rest(y) != rest(changed));
  CHECK(first(model(slice(x, 1, 0, 3), pass).value()).size() == 48);
  CHECK_THROWS_AS(static_cast<void>(model(randn({2, 6, 8}, noise, DType::float64), pass)),
                  ShapeError);
}

TEST_CASE("causal transformer: in pieces it is what it is at once, and no longer than it may be") {
  models::CausalTransformer model({.steps = 5, .width = 8, .layers = 2, .heads = 2});
  nn::initialize(model, {.seed = 1, .dtype = DType::float64});
  Random noise{2};
  nn::Pass pass{noise};
  const Tensor x = randn({2, 5, 8}, noise, DType::float64);
  std::vector<nn::AttentionMemory> memory;
  std::vector<Tensor> pieces;
  for (int i = 0; i < 5; ++i) pieces.push_back(model.next(slice(x, 1, i, i + 1), memory).value());
  CHECK(sum(abs(cat(pieces, 1) - model(x, pass).value())).item() < 1e-12);
  CHECK_THROWS_AS(static_cast<void>(model.next(slice(x, 1, 0, 1), memory)), ShapeError);
}
