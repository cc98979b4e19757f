// Weights that were trained in two ways.
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <nn/parts.hpp>
#include <tools/benchmark/bare/steps.hpp>

// `joined` layers of the model stand side by side in each one here.
inline void check_alike(const ebb::nn::Module& model,
                        const ebb::tools::benchmark::bare::Layers& layers,
                        const std::vector<int>& joined, double tolerance) {
  const auto parameters = ebb::nn::Parts(model).parameters;
  auto next = parameters.begin();
  for (std::size_t at = 0; at < joined.size(); ++at) {
    const auto& layer = layers[static_cast<int>(at)];
    std::int64_t first = 0;  // column
    for (int part = 0; part < joined[at]; ++part) {
      CAPTURE(next->first);
      const auto weight = (next++)->second->value().to_vector<float>();  // [out, in]
      const auto bias = (next++)->second->value().to_vector<float>();
      const auto out = static_cast<std::int64_t>(bias.size());
      REQUIRE(weight.size() == static_cast<std::size_t>(out * layer.in));
      double worst = 0;
      const auto compare = [&](float expected, float found) {
        worst = std::max<double>(worst, std::abs(expected - found));
      };
      for (std::int64_t j = 0; j < out; ++j) {
        compare(bias[static_cast<std::size_t>(j)], layer.bias[first + j]);
        for (std::int64_t i = 0; i < layer.in; ++i)
          compare(weight[static_cast<std::size_t>(j * layer.in + i)],
                  layer.weight[i * layer.out + first + j]);
      }
      CHECK(worst <= tolerance);
      first += out;
    }
    CHECK(first == layer.out);
  }
  CHECK(next == parameters.end());
}
