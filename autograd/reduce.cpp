#include <algorithm>
#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>

namespace ebb {
namespace {

// A reduced value back under the shape it came from: first its axes return with length 1.
Variable spread(const Variable& reduced, const Shape& kept, const Shape& shape) {
  return expand(reshape(reduced, kept), shape);
}

// The derivative of an extreme: dy to where x equals it, in equal parts; NaN where it is NaN.
Variable to_extremes(const Variable& x, const Variable& y, const Variable& dy,
                     const Reduction& over) {
  const Variable mask = x == spread(y, over.kept, x.shape());
  const Variable share = reshape(dy, over.kept) / sum(mask, over.axes, true);
  const Tensor rest = where(y.value() == y.value(), 0.0, y.value());
  return where(mask, share, reshape(rest, over.kept));
}

// dy / y, but 0 where y is.
Variable over_norm(const Variable& dy, const Variable& y) {
  const Variable zero = y == 0;
  return where(zero, 0, dy) / where(zero, 1, y);
}

// sign(x) |x|^power, but 0 where x is.
Variable signed_power(const Variable& x, double power) {
  if (power == 1) return x;
  const Variable zero = x == 0;
  return where(zero, 0, where(x < 0, -1, 1) * pow(where(zero, 1, abs(x)), power));
}

// Axes in one number, so that a rule needs no memory of its own to keep them.
class Packed final {
 public:
  explicit Packed(const Axes& resolved) {
    for (std::int64_t axis : resolved) bits_ |= 1u << axis;
  }
  Axes axes() const {
    Axes all;
    for (int axis = 0; axis < max_axes; ++axis)
      if (bits_ >> axis & 1) all.push_back(axis);
    return all;
  }

 private:
  unsigned bits_ = 0;
};

}  // namespace

Variable sum(const Variable& x, const Axes& axes, bool keepdim) {
  const Reduction over = reduction("sum", x.shape(), axes);
  return record(
      {"sum", {{"axes", over.axes}, {"keepdim", keepdim}}}, sum(x.value(), axes, keepdim),
      Wrt{x, [over, was = x.shape()](const Variable& dy) { return spread(dy, over.kept, was); }});
}

Variable mean(const Variable& x, const Axes& axes, bool keepdim) {
  const Reduction over = reduction("mean", x.shape(), axes);
  return record({"mean", {{"axes", over.axes}, {"keepdim", keepdim}}},
                mean(x.value(), axes, keepdim),
                Wrt{x, [over, was = x.shape()](const Variable& dy) {
                      return spread(dy / static_cast<double>(over.count), over.kept, was);
                    }});
}

Variable amax(const Variable& x, const Axes& axes, bool keepdim) {
  const Reduction over = reduction("amax", x.shape(), axes);
  return record({"amax", {{"axes", over.axes}, {"keepdim", keepdim}}},
                amax(x.value(), axes, keepdim),
                Wrt{x, [over, x = saved(x)](const Variable& y, const Variable& dy) {
                      return to_extremes(x, y, dy, over);
                    }});
}

Variable amin(const Variable& x, const Axes& axes, bool keepdim) {
  const Reduction over = reduction("amin", x.shape(), axes);
  return record({"amin", {{"axes", over.axes}, {"keepdim", keepdim}}},
                amin(x.value(), axes, keepdim),
                Wrt{x, [over, x = saved(x)](const Variable& y, const Variable& dy) {
                      return to_extremes(x, y, dy, over);
                    }});
}

Variable var(const Variable& x, const Axes& axes, double correction, bool keepdim) {
  const Reduction over = reduction("var", x.shape(), axes);
  return record({"var", {{"axes", over.axes}, {"correction", correction}, {"keepdim", keepdim}}},
                var(x.value(), axes, correction, keepdim),
                Wrt{x, [over, correction, x = saved(x)](const Variable& dy) {
                      const double rest = static_cast<double>(over.count) - correction;
                      const double scale = 2.0 / std::max(rest, 0.0);
                      return reshape(scale * dy, over.kept) * (x - mean(x, over.axes, true));
                    }});
}

Variable std(const Variable& x, const Axes& axes, double correction, bool keepdim) {
  const Reduction over = reduction("std", x.shape(), axes);
  return record({"std", {{"axes", over.axes}, {"correction", correction}, {"keepdim", keepdim}}},
                std(x.value(), axes, correction, keepdim),
                Wrt{x, [over, correction, x = saved(x)](const Variable& y, const Variable& dy) {
                      const double rest = static_cast<double>(over.count) - correction;
                      const Variable share = over_norm(dy, y) / std::max(rest, 0.0);
                      return reshape(share, over.kept) * (x - mean(x, over.axes, true));
                    }});
}

Variable norm(const Variable& x, double p, const Axes& axes, bool keepdim) {
  if (detail::is_plain_norm(p, x.dtype(), x.shape()))
    return detail::plain_norm(x, p, axes, keepdim);
  const Reduction over = reduction("norm", x.shape(), axes);
  return record({"norm", {{"p", p}, {"axes", over.axes}, {"keepdim", keepdim}}},
                norm(x.value(), p, axes, keepdim),
                Wrt{x, [over, p, x = saved(x)](const Variable& y, const Variable& dy) {
                      const Variable share = over_norm(dy, p == 2 ? y : signed_power(y, p - 1));
                      return reshape(share, over.kept) * signed_power(x, p - 1);
                    }});
}

Variable logsumexp(const Variable& x, const Axes& axes, bool keepdim) {
  const Reduction over = reduction("logsumexp", x.shape(), axes);
  return record({"logsumexp", {{"axes", over.axes}, {"keepdim", keepdim}}},
                logsumexp(x.value(), axes, keepdim),
                Wrt{x, [over, x = saved(x)](const Variable& dy) {
                      return reshape(dy, over.kept) * softmax(x, over.axes);
                    }});
}

Variable softmax(const Variable& x, const Axes& axes) {
  const Reduction over = reduction("softmax", x.shape(), axes);
  return record({"softmax", {{"axes", over.axes}}}, softmax(x.value(), axes),
                Wrt{x, [over = Packed(over.axes)](const Variable& y, const Variable& dy) {
                      return y * (dy - sum(dy * y, over.axes(), true));
                    }});
}

Variable log_softmax(const Variable& x, const Axes& axes) {
  const Reduction over = reduction("log_softmax", x.shape(), axes);
  return record({"log_softmax", {{"axes", over.axes}}}, log_softmax(x.value(), axes),
                Wrt{x, [over = Packed(over.axes)](const Variable& y, const Variable& dy) {
                      return dy - exp(y) * sum(dy, over.axes(), true);
                    }});
}

Tensor argmax(const Variable& x, int axis, bool keepdim) {
  const Tensor y = argmax(x.value(), axis, keepdim);
  return record({"argmax", {{"axis", axis}, {"keepdim", keepdim}}}, y, Constant{x}).value();
}
Tensor argmin(const Variable& x, int axis, bool keepdim) {
  const Tensor y = argmin(x.value(), axis, keepdim);
  return record({"argmin", {{"axis", axis}, {"keepdim", keepdim}}}, y, Constant{x}).value();
}
Tensor argmax(const Variable& x) { return argmax(reshape(x, {-1}), 0); }
Tensor argmin(const Variable& x) { return argmin(reshape(x, {-1}), 0); }

Tensor any(const Variable& x, const Axes& axes, bool keepdim) {
  const Tensor y = any(x.value(), axes, keepdim);
  return record({"any", {{"axes", axes}, {"keepdim", keepdim}}}, y, Constant{x}).value();
}
Tensor all(const Variable& x, const Axes& axes, bool keepdim) {
  const Tensor y = all(x.value(), axes, keepdim);
  return record({"all", {{"axes", axes}, {"keepdim", keepdim}}}, y, Constant{x}).value();
}

}  // namespace ebb
