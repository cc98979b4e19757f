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

}  // namespace ebb::nn
