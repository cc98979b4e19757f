#include <autograd/elementwise.hpp>
#include <autograd/joint.hpp>
#include <autograd/parts.hpp>
#include <autograd/scan.hpp>
#include <autograd/views.hpp>

namespace ebb {
namespace {

// prod along one axis by halves: products alone, whose derivatives divide by nothing.
Variable by_halves(Variable x, int axis) {
  if (x.size(axis) == 0) return ones(sum(x.value(), axis, true).shape(), x.dtype());
  for (std::int64_t n = x.size(axis); n > 1; n = x.size(axis)) {
    const Variable y = slice(x, axis, 0, n / 2) * slice(x, axis, n / 2, n / 2 * 2);
    x = n % 2 == 0 ? y : cat({y, slice(x, axis, n - 1, n)}, axis);
  }
  return x;
}

}  // namespace

Variable cumsum(const Variable& x, int axis, bool reverse) {
  return record({"cumsum", {{"axis", axis}, {"reverse", reverse}}},
                cumsum(x.value(), axis, reverse),
                Wrt{x, [axis, reverse](const Variable& dy) { return cumsum(dy, axis, !reverse); }});
}

Variable prod(const Variable& x, const Axes& axes, bool keepdim) {
  const Reduction over = reduction("prod", x.shape(), axes);
  const auto plain = [over](const Variable& input) {
    Variable y = input;
    for (const std::int64_t axis : over.axes) y = by_halves(y, static_cast<int>(axis));
    return y;
  };
  return record({"prod", {{"axes", over.axes}, {"keepdim", keepdim}}},
                prod(x.value(), axes, keepdim),
                Wrt{x, [over, plain, x = saved(x)](const Variable& dy) {
                      const Variable share = reshape(dy, over.kept);
                      const Variable input = x;
                      if (recording()) return gradients_of(plain, {input}, share)[0];
                      return share * Variable(detail::product_of_others(input.value(), over.axes));
                    }});
}

}  // namespace ebb
