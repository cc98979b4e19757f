// A function and its derivatives where float32 ends.
#pragma once

#include <autograd/gradients.hpp>
#include <tensor/makers.hpp>

using Values = std::vector<double>;

// A loss of its arguments in float32, and its first two derivatives by each of them.
struct AtEdge {
  double value;
  std::vector<double> first, second;
};

template <class Loss>
AtEdge at_edge(const Loss& loss, const std::vector<float>& at) {
  std::vector<ebb::Variable> x;
  for (const float value : at) x.push_back(ebb::leaf(ebb::from_vector<float>({value}, {1, 1})));
  const ebb::Variable y = loss(x);
  AtEdge found = {y.item(), {}, {}};
  const ebb::Variable one = ebb::ones(y.shape());
  const auto first =
      ebb::gradients(y, std::span<const ebb::Variable>(x), {.create_graph = true, .seed = one});
  for (std::size_t i = 0; i < x.size(); ++i) {
    found.first.push_back(first[i].item());
    const ebb::Variable seed = ebb::ones({1, 1});
    found.second.push_back(ebb::gradients(first[i], {x[i]}, {.seed = seed})[0].item());
  }
  return found;
}
