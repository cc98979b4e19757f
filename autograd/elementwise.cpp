#include <autograd/elementwise.hpp>

namespace ebb {

Variable like(const Variable& x, double value) { return full({}, value, x.dtype()); }
Variable select(const Variable& mask, const Variable& yes, const Variable& no) {
  return where(mask, yes, no);
}
Variable power(const Variable& a, const Variable& b) { return pow(a, b); }

}  // namespace ebb
