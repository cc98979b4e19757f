// Tensors as text: "tensor([[1, 2], [3, 4]], float32)".
#include <ostream>
#include <tensor/tensor.hpp>
#include <tensor/views.hpp>

namespace ebb {
namespace {

constexpr std::int64_t shown = 3;  // elements at each end of an axis that is too long
constexpr std::int64_t too_long = 2 * shown + 2;

void print(std::string& out, const Tensor& x) {
  if (x.rank() == 0) {
    with_dtype(x.dtype(), [&](auto zero) { append(out, *x.data<decltype(zero)>()); });
    return;
  }
  out += '[';
  const std::int64_t length = x.shape()[0];
  for (std::int64_t i = 0; i < length; ++i) {
    if (length > too_long && i == shown) {
      out += ", …";
      i = length - shown;
    }
    if (i > 0) out += ", ";
    print(out, squeeze(slice(x, 0, i, i + 1), 0));
  }
  out += ']';
}

}  // namespace

std::string to_string(const Tensor& x) {
  std::string out = "tensor(";
  print(out, x);
  if (x.count() == 0) append(out, text(", shape ", x.shape()));
  return out + ", " + name(x.dtype()) + ")";
}

std::ostream& operator<<(std::ostream& out, const Tensor& x) { return out << to_string(x); }

}  // namespace ebb
