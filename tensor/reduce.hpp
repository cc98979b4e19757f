// From many elements to few: sums, means, extremes. `axes` names what goes: one axis, as in sum(x,
// 1), or several, as in sum(x, {0, 2}); {} = all of them, negative ones count from the end. With
// keepdim they stay with length 1. New tensors, the same bits for any number of threads. What
// expand repeats is read once, so that it costs neither time nor memory. Throws ShapeError for an
// axis that does not exist or is named twice, DTypeError for int32 but in sum, sum_to, amax, amin,
// argmax, argmin, any and all. A scalar counts as one with an axis 0 of length 1, as in PyTorch.
#pragma once

#include <concepts>
#include <tensor/makers.hpp>

namespace ebb {

// One axis, a list of them, or none. A bool is none of these: sum(x, true) does not compile.
class Axes final {
 public:
  Axes() = default;
  template <std::integral Axis>
  requires(!std::same_as<Axis, bool>) Axes(Axis axis) : list_{static_cast<std::int64_t>(axis)} {}
  Axes(std::initializer_list<std::int64_t> axes) : list_(axes) {}

  int rank() const { return list_.rank(); }
  std::int64_t operator[](int i) const { return list_[i]; }
  const std::int64_t* begin() const { return list_.begin(); }
  const std::int64_t* end() const { return list_.end(); }
  void push_back(std::int64_t axis) { list_.push_back(axis); }

  friend bool operator==(const Axes& a, const Axes& b) { return a.list_ == b.list_; }
  friend void append(std::string& out, const Axes& axes) { append(out, axes.list_); }

 private:
  Shape list_;
};

// Of nothing: 0. The sum of int32 is int32; Error where it does not fit.
Tensor sum(const Tensor& x, const Axes& axes = {}, bool keepdim = false);
Tensor mean(const Tensor& x, const Axes& axes = {}, bool keepdim = false);  // of nothing: NaN

// The largest and the smallest element; NaN where there is one. ShapeError for no elements.
Tensor amax(const Tensor& x, const Axes& axes = {}, bool keepdim = false);
Tensor amin(const Tensor& x, const Axes& axes = {}, bool keepdim = false);

// Where along the axis the largest or the smallest element stands (the first of equals; a NaN
// counts as largest and as smallest), int32; without an axis the place among all elements in
// row-major order. Error for an axis of more than 2^31 elements, whose places int32 cannot hold.
Tensor argmax(const Tensor& x, int axis, bool keepdim = false);
Tensor argmin(const Tensor& x, int axis, bool keepdim = false);
Tensor argmax(const Tensor& x);
Tensor argmin(const Tensor& x);

// 1 where any, or all, of the elements are not 0 (a NaN is not), else 0; in x's dtype. Of nothing:
// 0 and 1.
Tensor any(const Tensor& x, const Axes& axes = {}, bool keepdim = false);
Tensor all(const Tensor& x, const Axes& axes = {}, bool keepdim = false);

// The variance: the sum of squared deviations from the mean over (count - correction), infinite or
// NaN where that is not positive. Error for a correction of NaN.
Tensor var(const Tensor& x, const Axes& axes = {}, double correction = 1, bool keepdim = false);

// Its square root, the standard deviation. (Inside other namespaces, and with `using namespace
// ebb`, it needs its full name, ebb::std.)
Tensor std(const Tensor& x, const Axes& axes = {}, double correction = 1, bool keepdim = false);

// (Σ |x|^p)^(1/p), the p-norm of vectors: √Σ x² without a p; p = 0 counts what is not 0, infinity
// is the largest |x| and -infinity the smallest. Error for a p of NaN.
Tensor norm(const Tensor& x, double p = 2, const Axes& axes = {}, bool keepdim = false);

// log(sum(exp(x))) without overflow; -infinity of nothing and of -infinity alone, infinity where
// there is one.
Tensor logsumexp(const Tensor& x, const Axes& axes = {}, bool keepdim = false);

// exp(x) / sum(exp(x)) over the axes and its logarithm, in x's shape. The largest element is
// subtracted first, so that neither overflows and large ones keep the digits of their differences:
// of {1e8, 1e8} they are 1/2 and -0.6931. Where all that is summed is -infinity, or one is infinity
// or NaN, all of it is NaN; -infinity beside a number is 0, or -infinity. (PyTorch does the same.)
Tensor softmax(const Tensor& x, const Axes& axes = -1);
Tensor log_softmax(const Tensor& x, const Axes& axes = -1);

// The sum over the axes that expand had to repeat to get from `shape` to x's: the result has
// `shape`.
Tensor sum_to(const Tensor& x, const Shape& shape);

// What a reduction over `axes` is about, for those who write its derivative: the axes resolved and
// in order, the shape with them at length 1, and how many elements go into one.
struct [[nodiscard]] Reduction {
  Axes axes;
  Shape kept;
  std::int64_t count = 1;
};
Reduction reduction(const char* operation, const Shape& shape, const Axes& axes);

namespace detail {
// The norms that are plain expressions, on tensors and variables: p is 0, 1 or infinite.
template <class X>
X plain_norm(const X& x, double p, const Axes& axes, bool keepdim) {
  if (p == 0) return sum(x != 0, axes, keepdim);
  if (p == 1) return sum(abs(x), axes, keepdim);
  return p > 0 ? amax(abs(x), axes, keepdim) : amin(abs(x), axes, keepdim);
}
// Is it one of those? Throws where there is no norm.
bool is_plain_norm(double p, DType dtype, const Shape& shape);
}  // namespace detail

}  // namespace ebb
