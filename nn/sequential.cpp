#include <nn/activations.hpp>
#include <nn/linear.hpp>
#include <nn/sequential.hpp>

namespace ebb::nn {

Variable Sequential::operator()(const Variable& x) const {
  Variable y = x;
  for (const Layer& layer : layers_) y = layer(y);
  return y;
}

void Sequential::visit(Visitor& v) {
  for (std::size_t i = 0; i < layers_.size(); ++i)
    if (Module* module = layers_[i].module()) v(text(i), *module);
}

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
