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

namespace detail {
// clang-format off
template Variable elementwise<kernels::Add, kernels::Identity, kernels::Identity>(const char*, const Variable&, const Variable&);
template Variable elementwise<kernels::Add, kernels::Identity, kernels::Identity>(const char*, const Variable&, const double&);
template Variable elementwise<kernels::Add, kernels::Identity, kernels::Identity>(const char*, const double&, const Variable&);
template Variable elementwise<kernels::Subtract, kernels::Identity, kernels::Negate>(const char*, const Variable&, const Variable&);
template Variable elementwise<kernels::Subtract, kernels::Identity, kernels::Negate>(const char*, const Variable&, const double&);
template Variable elementwise<kernels::Subtract, kernels::Identity, kernels::Negate>(const char*, const double&, const Variable&);
template Variable elementwise<kernels::Multiply, kernels::MultiplySlopeA, kernels::MultiplySlopeB>(const char*, const Variable&, const Variable&);
template Variable elementwise<kernels::Multiply, kernels::MultiplySlopeA, kernels::MultiplySlopeB>(const char*, const Variable&, const double&);
template Variable elementwise<kernels::Multiply, kernels::MultiplySlopeA, kernels::MultiplySlopeB>(const char*, const double&, const Variable&);
template Variable elementwise<kernels::Divide, kernels::DivideSlopeA, kernels::DivideSlopeB>(const char*, const Variable&, const Variable&);
template Variable elementwise<kernels::Divide, kernels::DivideSlopeA, kernels::DivideSlopeB>(const char*, const Variable&, const double&);
template Variable elementwise<kernels::Divide, kernels::DivideSlopeA, kernels::DivideSlopeB>(const char*, const double&, const Variable&);
template Variable elementwise<kernels::Negate, kernels::Negate>(const char*, const Variable&);
// clang-format on
}  // namespace detail

}  // namespace ebb
