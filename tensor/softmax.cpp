// logsumexp, softmax and log_softmax: declared in tensor/reduce.hpp.
#include <cmath>
#include <tensor/common/reduction.hpp>
#include <tensor/common/require_value.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/views.hpp>

namespace ebb {
namespace {

using detail::Once, detail::address_of;

constexpr std::int64_t power_grain = 4096;  // powers that are worth a thread

constexpr std::int64_t few = 16;  // powers of a row whose logarithm is better taken with others

// The kernels that go over a row several times, which must stay near, take no longer rows.
constexpr std::int64_t longest_row = 2048;
bool is_short(std::int64_t n) { return n <= longest_row; }

// The largest of each group, -infinity of nothing, and the sum of exp(x - largest), NaN where that
// is infinite.
struct Powers {
  Tensor largest, sums;
};
Powers powers_of(const char* operation, const Once& once) {
  const Tensor& x = once.x;
  const std::int64_t n = once.over.count;
  const detail::Reducer add = detail::sum_of(operation, x.dtype());
  if (!is_short(n)) {
    const detail::Reducer maximum = detail::maximum_of(operation, x.dtype());
    const Tensor largest = detail::reduce(maximum, once.over, x);
    return {largest, detail::reduce(add, once.over, exp(x - largest))};
  }
  const Tensor rows = detail::groups_as_rows(x, once.over.axes);
  const Powers powers = {empty(once.over.kept, x.dtype()), empty(once.over.kept, x.dtype())};
  const auto power_sums = kernels_in_use().softmax.power_sums[static_cast<int>(x.dtype())];
  const std::int64_t count = powers.sums.count();
  parallel_for(count, detail::rows_per_piece(count, n, power_grain),
               [&](std::int64_t begin, std::int64_t end) {
                 power_sums(address_of(powers.sums, begin), address_of(powers.largest, begin),
                            address_of(rows, begin * n), end - begin, n);
               });
  return powers;
}

using RowKernel = void (*)(void* y, const void* x, std::int64_t rows, std::int64_t n);

// The kernel on each group, where the groups are x's short rows; else nothing.
bool run_on_rows(RowKernel kernel, const Once& once, Tensor& y) {
  const std::int64_t n = once.over.count, first = once.x.rank() - once.over.axes.rank();
  if (!is_short(n) || (once.over.axes.rank() > 0 && once.over.axes[0] != first)) return false;
  const Tensor rows = contiguous(once.x);
  y = empty(rows.shape(), rows.dtype());
  const std::int64_t count = once.over.kept.count();
  parallel_for(count, detail::rows_per_piece(count, n, power_grain),
               [&](std::int64_t begin, std::int64_t end) {
                 kernel(address_of(y, begin * n), address_of(rows, begin * n), end - begin, n);
               });
  return true;
}

}  // namespace

Tensor logsumexp(const Tensor& x, const Axes& axes, bool keepdim) {
  detail::require_value("logsumexp", x);
  const Reduction over = reduction("logsumexp", x.shape(), axes);
  const Once once(x, over);
  const Powers powers = powers_of("logsumexp", once);
  const Tensor logs = log(powers.sums) + powers.largest;
  Tensor y = where(abs(powers.largest) == INFINITY, powers.largest, logs);
  if (once.times > 1) y = y + std::log(static_cast<double>(once.times));
  return detail::as_asked(detail::repeat(y, over.kept), over, keepdim);
}

Tensor softmax(const Tensor& x, const Axes& axes) {
  detail::require_value("softmax", x);
  const detail::Reducer add = detail::sum_of("softmax", x.dtype());
  const Reduction over = reduction("softmax", x.shape(), axes);
  const Once once(x, over);
  Tensor y;
  if (!run_on_rows(kernels_in_use().softmax.rows[static_cast<int>(x.dtype())], once, y)) {
    const detail::Reducer maximum = detail::maximum_of("softmax", x.dtype());
    const Tensor powers = exp(once.x - detail::reduce(maximum, once.over, once.x));
    y = powers / detail::reduce(add, once.over, powers);
  }
  if (once.times > 1) y = y / static_cast<double>(once.times);
  return detail::repeat(y, x.shape());
}

Tensor log_softmax(const Tensor& x, const Axes& axes) {
  detail::require_value("log_softmax", x);
  const detail::Reducer add = detail::sum_of("log_softmax", x.dtype());
  const Reduction over = reduction("log_softmax", x.shape(), axes);
  const Once once(x, over);
  Tensor y;
  const bool alone = once.over.count >= few;
  if (!alone ||
      !run_on_rows(kernels_in_use().softmax.log_rows[static_cast<int>(x.dtype())], once, y)) {
    if (is_short(once.over.count)) {
      const Powers powers = powers_of("log_softmax", once);
      y = (once.x - powers.largest) - log(powers.sums);
    } else {
      const detail::Reducer maximum = detail::maximum_of("log_softmax", x.dtype());
      const Tensor below = once.x - detail::reduce(maximum, once.over, once.x);
      y = below - log(detail::reduce(add, once.over, exp(below)));
    }
  }
  if (once.times > 1) y = y - std::log(static_cast<double>(once.times));
  return detail::repeat(y, x.shape());
}

}  // namespace ebb
