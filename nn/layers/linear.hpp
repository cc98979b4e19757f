// The fully connected layer.
#pragma once

#include <nn/module.hpp>

namespace ebb::nn {

struct LinearOptions {
  bool bias = true;
};

// y = x Wᵀ + b for x [..., in], W [out, in], b [out]; y [..., out]. Both start uniform in ±1/√in,
// as PyTorch's do (He et al., ICCV 2015, with a gain of 1/√3). Throws ShapeError where x does not
// fit.
class Linear final : public Module {
 public:
  Linear(std::int64_t in, std::int64_t out, const LinearOptions& options = {});

  Variable operator()(const Variable& x) const;
  void visit(Visitor& v) override;

  Parameter weight;
  std::optional<Parameter> bias;  // empty: y = x Wᵀ
};

}  // namespace ebb::nn
