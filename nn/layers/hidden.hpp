// The hidden layers of a multilayer perceptron.
#pragma once

#include <nn/sequential.hpp>
#include <optional>

namespace ebb::nn {

struct HiddenOptions {
  std::optional<Layer> activation = {};  // none: ReLU. Identity{} leaves linear layers in a row
  double dropout = 0;
};

// Linear and the activation for each of the widths in turn, the first fed by `in`, and Dropout
// where it is not 0; no widths, no layers.
[[nodiscard]] Sequential hidden_layers(std::int64_t in, const std::vector<std::int64_t>& widths,
                                       const HiddenOptions& options = {});

// The same, or other layers in a row, on examples of any shape: all axes but the first are
// flattened. Its parts are named as those of the layers alone.
class Dense final : public Module {
 public:
  explicit Dense(Sequential layers) : layers_(std::move(layers)) {}
  Dense(std::int64_t in, const std::vector<std::int64_t>& widths, const HiddenOptions& options = {})
      : layers_(hidden_layers(in, widths, options)) {}
  Variable operator()(const Variable& x) const;
  Variable operator()(const Variable& x, Pass& pass) const;
  void visit(Visitor& v) override { layers_.visit(v); }

 private:
  Sequential layers_;
};

}  // namespace ebb::nn
