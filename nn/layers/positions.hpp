// Where in a sequence? Attention does not know the order of its keys unless they say it themselves.
#pragma once

#include <nn/module.hpp>

namespace ebb::nn {

// Row t holds sin(t / 10000^(2 i / width)) at 2 i and the cosine of the same at 2 i + 1: [steps,
// width], new. Vaswani et al., "Attention is all you need", NeurIPS 2017.
Tensor sinusoidal_positions(std::int64_t steps, std::int64_t width, DType dtype = DType::float32);

struct PositionOptions {
  bool batch_first = false;  // [batch, steps, width] instead of [steps, batch, width]
};

// x plus these rows, for x as the option says, or [steps, width].
class SinusoidalPositions final {
 public:
  explicit SinusoidalPositions(const PositionOptions& options = {}) : options_(options) {}
  Variable operator()(const Variable& x) const;

 private:
  PositionOptions options_;
};

// x plus rows that are learned: a weight [most steps, width], which starts normal with deviation
// 0.02 (as in Radford et al., "Language models are unsupervised multitask learners", 2019). The
// steps of x may begin behind `first` others. Throws ShapeError for more steps than are learned.
class LearnedPositions final : public Module {
 public:
  LearnedPositions(std::int64_t most_steps, std::int64_t width,
                   const PositionOptions& options = {});
  Variable operator()(const Variable& x, std::int64_t first = 0) const;
  void visit(Visitor& v) override { v("weight", weight); }

  Parameter weight;

 private:
  PositionOptions options_;
};

}  // namespace ebb::nn
