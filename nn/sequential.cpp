#include <nn/sequential.hpp>

namespace ebb::nn {

void Visitor::operator()(std::string_view name, Layer& part) {
  if (Module* module = part.module()) (*this)(name, *module);
}

Variable Sequential::operator()(const Variable& x) const {
  Variable y = x;
  for (const Layer& layer : layers_) y = layer(y);
  return y;
}

Variable Sequential::operator()(const Variable& x, Pass& pass) const {
  Variable y = x;
  for (const Layer& layer : layers_) y = layer(y, pass);
  return y;
}

void Sequential::visit(Visitor& v) {
  for (std::size_t i = 0; i < layers_.size(); ++i) v(text(i), layers_[i]);
}

}  // namespace ebb::nn
