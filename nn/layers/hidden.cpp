#include <nn/layers/activations.hpp>
#include <nn/layers/dropout.hpp>
#include <nn/layers/flatten.hpp>
#include <nn/layers/hidden.hpp>
#include <nn/layers/linear.hpp>

namespace ebb::nn {

Sequential hidden_layers(std::int64_t in, const std::vector<std::int64_t>& widths,
                         const HiddenOptions& options) {
  Sequential layers;
  for (const std::int64_t width : widths) {
    layers.add(Linear{in, width});
    layers.add(options.activation ? *options.activation : Layer(ReLU{}));
    if (options.dropout > 0) layers.add(Dropout{options.dropout});
    in = width;
  }
  return layers;
}

Variable Dense::operator()(const Variable& x) const { return layers_(flatten(x)); }

Variable Dense::operator()(const Variable& x, Pass& pass) const {
  return layers_(flatten(x), pass);
}

}  // namespace ebb::nn
