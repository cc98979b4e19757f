// A way past some layers.
#pragma once

#include <nn/sequential.hpp>

namespace ebb::nn {

// y = x + layers(x); the layers get the pass if there is one, and are named as they are alone. He
// et al., "Deep residual learning for image recognition", CVPR 2016. Throws ShapeError where x and
// layers(x) do not broadcast.
//     Residual{Sequential{Linear{64, 64}, ReLU{}, Linear{64, 64}}}
class Residual final : public Module {
 public:
  explicit Residual(Sequential layers) : layers_(std::move(layers)) {}
  Variable operator()(const Variable& x) const;
  Variable operator()(const Variable& x, Pass& pass) const;
  void visit(Visitor& v) override { layers_.visit(v); }

 private:
  Sequential layers_;
};

}  // namespace ebb::nn
