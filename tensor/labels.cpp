#include <tensor/common/reduction.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/labels.hpp>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>

namespace ebb {
namespace {

constexpr std::int64_t power_grain = 4096;  // powers that are worth a thread

// f of each stretch of rows.
template <class F>
void over_rows(const Tensor& x, const F& f) {
  const std::int64_t n = x.size(-1), rows = n == 0 ? 0 : x.count() / n;
  parallel_for(rows, detail::rows_per_piece(rows, n, power_grain), f);
}

}  // namespace

LabelTerms log_softmax_at(const Tensor& x, const Tensor& labels) {
  const Tensor at = squeeze(gather(x, -1, unsqueeze(labels, -1)), -1);
  static_cast<void>(detail::maximum_of("log_softmax", x.dtype()));  // no int32
  const Tensor from = contiguous(x), sums = empty(at.shape(), x.dtype());
  const Tensor largest = empty(at.shape(), x.dtype());
  const auto power_sums = kernels_in_use().softmax.power_sums[static_cast<int>(x.dtype())];
  over_rows(from, [&, n = x.size(-1)](std::int64_t begin, std::int64_t end) {
    power_sums(detail::address_of(sums, begin), detail::address_of(largest, begin),
               detail::address_of(from, begin * n), end - begin, n);
  });
  const Tensor log_sums = log(sums);
  return {(at - largest) - log_sums, largest, log_sums};
}

Tensor log_softmax_at_back(const Tensor& x, const Tensor& labels, const LabelTerms& terms,
                           const Tensor& dy) {
  const Tensor from = contiguous(x), factors = contiguous(dy), places = contiguous(labels);
  const Tensor dx = empty(x.shape(), x.dtype());
  const auto back = kernels_in_use().softmax.label_rows_back[static_cast<int>(x.dtype())];
  over_rows(from, [&, n = x.size(-1)](std::int64_t begin, std::int64_t end) {
    back(detail::address_of(dx, begin * n), detail::address_of(from, begin * n),
         detail::address_of(terms.largest, begin), detail::address_of(terms.log_sums, begin),
         detail::address_of(factors, begin), places.data<std::int32_t>() + begin, end - begin, n);
  });
  return dx;
}

}  // namespace ebb
