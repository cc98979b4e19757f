#include <algorithm>
#include <cmath>
#include <tensor/elementwise.hpp>
#include <tensor/matmul.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>
#include <tools/evaluation/measures/eigenvalues.hpp>
#include <tools/evaluation/measures/linear_probe.hpp>

namespace ebb::tools {

namespace {

constexpr int steps = 300;

// Codes in units of the training codes' standard deviation, and a column of ones.
struct Features {
  explicit Features(const Tensor& train) : middle(mean(train, 0)), scale(ebb::std(train, 0, 0)) {}
  Tensor operator()(const Tensor& codes) const {
    const Tensor standard = (codes - middle) / where(scale == 0, 1.0, scale);
    return cat({standard, ones({codes.size(0), 1})}, 1);
  }
  Tensor middle, scale;
};

// The curvature of the loss is nowhere larger than ½ XᵀX + I: steps of its inverse never overshoot.
// (Böhning, "Multinomial logistic regression algorithm", 1992.)
Tensor inverse_curvature(const Tensor& x) {
  const Tensor wide = cast(x, DType::float64);
  const Tensor most = 0.5 * matmul(transpose(wide), wide) + eye(x.size(1), DType::float64);
  return cast(inverse_of_positive(most), x.dtype());
}

// Weights [features, classes]. Nesterov's steps look ahead, so that few are enough.
Tensor learn(const Tensor& x, const Tensor& targets) {
  const Tensor inverse = inverse_curvature(x), turned = contiguous(transpose(x));
  Tensor weight = zeros({x.size(1), targets.size(1)}), ahead = weight;
  double momentum = 1;
  for (int step = 0; step < steps; ++step) {
    const Tensor slope = matmul(turned, softmax(matmul(x, ahead)) - targets) + ahead;
    const Tensor next = ahead - matmul(inverse, slope);
    const double later = 0.5 * (1 + std::sqrt(1 + 4 * momentum * momentum));
    ahead = next + ((momentum - 1) / later) * (next - weight);
    weight = next;
    momentum = later;
  }
  return weight;
}

}  // namespace

double linear_probe_accuracy(const LabelledCodes& train, const LabelledCodes& test,
                             std::int64_t classes) {
  if (train.codes.rank() != 2 || test.codes.rank() != 2 ||
      train.codes.size(1) != test.codes.size(1))
    throw ShapeError(text("linear_probe_accuracy: codes ", train.codes.shape(), " and ",
                          test.codes.shape(), " must be [n, width], of one width"));
  const Features features(train.codes);
  const Tensor targets = cast(one_hot(train.labels, classes), train.codes.dtype());
  const Tensor weight = learn(features(train.codes), targets);
  const Tensor guesses = argmax(matmul(features(test.codes), weight), 1);
  return mean(cast(guesses == test.labels, DType::float64)).item();
}

}  // namespace ebb::tools
