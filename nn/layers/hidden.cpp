#include <nn/layers/activations.hpp>
#include <nn/layers/hidden.hpp>
#include <nn/layers/linear.hpp>

namespace ebb::nn {

Sequential hidden_layers(std::int64_t in, const std::vector<std::int64_t>& widths) {
  Sequential layers;
  for (const std::int64_t width : widths) {
    layers.add(Linear{in, width});
    layers.add(ReLU{});
    in = width;
  }
  return layers;
}

}  // namespace ebb::nn
