#include <autograd/matmul.hpp>
#include <autograd/views.hpp>

namespace ebb {

Variable matmul(const Variable& a, const Variable& b) {
  return record("matmul", matmul(a.value(), b.value()),
                Wrt{a, [b = saved(b), was = a.shape()](
                           const Variable& dy) { return sum_to(matmul(dy, transpose(b)), was); }},
                Wrt{b, [a = saved(a), was = b.shape()](const Variable& dy) {
                      return sum_to(matmul(transpose(a), dy), was);
                    }});
}

Variable linear(const Variable& x, const Variable& weight, const Variable& bias) {
  const auto rows = [](const Variable& v) {  // [n, last axis]
    if (v.rank() == 2) return v;
    Shape leading = v.shape();
    leading.erase(leading.rank() - 1);
    return reshape(v, {leading.count(), v.size(-1)});
  };
  return record("linear", linear(x.value(), weight.value(), bias.value()),
                Wrt{x,
                    [weight = saved(weight), rows, was = x.shape()](const Variable& dy) {
                      const Variable dx = matmul(rows(dy), weight);
                      return was.rank() == 2 ? dx : reshape(dx, was);
                    }},
                Wrt{weight,
                    [x = saved(x), rows](const Variable& dy) {
                      return transpose(matmul(transpose(rows(x)), rows(dy)));
                    }},
                Wrt{bias, [was = bias.shape()](const Variable& dy) { return sum_to(dy, was); }});
}

}  // namespace ebb
