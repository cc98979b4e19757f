#include <autograd/elementwise.hpp>
#include <limits>

namespace ebb {

Variable like(const Variable& x, double value) { return full({}, value, x.dtype()); }
Variable select(const Variable& mask, const Variable& yes, const Variable& no) {
  return where(mask, yes, no);
}
Variable times_power(const Variable& dy, const Variable& c, const Variable& a, const Variable& b) {
  const Tensor finite = abs(pow(a.value(), b.value())) < std::numeric_limits<double>::infinity();
  const Tensor none = (dy.value() == 0) + (c.value() == 0) > 2 * finite;
  return dy * (c * pow(where(none, 1, a), b));
}
Variable logistic(const Variable& x) { return sigmoid(x); }
// e^-900 is 0 in every dtype. Without the cut, the slope of x² at infinity would multiply it.
Variable gaussian(const Variable& x) { return exp(-square(clamp(x, -30, 30))); }
Variable erf_complement(const Variable& x) { return erfc(x); }
Variable bounded(const Variable& x, double size) { return clamp(x, -size, size); }
Variable unless_infinite(const Variable& x, double instead) { return where(isinf(x), instead, x); }

Variable detail::no_derivative(const Variable& dy) {
  throw Error(text("elementwise: no formula takes dy ", dy.shape(),
                   " further: this derivative is the last; try record with a rule of your own"));
}

}  // namespace ebb
