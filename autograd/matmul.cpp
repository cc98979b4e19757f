#include <autograd/matmul.hpp>
#include <autograd/views.hpp>

namespace ebb {
namespace {

Variable rows(const Variable& v) {  // [n, last axis]
  if (v.rank() == 2) return v;
  Shape leading = v.shape();
  leading.erase(leading.rank() - 1);
  return reshape(v, {leading.count(), v.size(-1)});
}

// The rules of x Wᵀ.
auto rule_of_input(const Variable& x, const Variable& weight) {
  return [weight = saved(weight), was = x.shape()](const Variable& dy) {
    const Variable dx = matmul(rows(dy), weight);
    return was.rank() == 2 ? dx : reshape(dx, was);
  };
}
auto rule_of_weight(const Variable& x) {
  return [x = saved(x)](const Variable& dy) {
    return transpose(matmul(transpose(rows(x)), rows(dy)));
  };
}

}  // namespace

Variable matmul(const Variable& a, const Variable& b) {
  return record("matmul", matmul(a.value(), b.value()),
                Wrt{a, [b = saved(b), was = a.shape()](
                           const Variable& dy) { return sum_to(matmul(dy, transpose(b)), was); }},
                Wrt{b, [a = saved(a), was = b.shape()](const Variable& dy) {
                      return sum_to(matmul(transpose(a), dy), was);
                    }});
}

Variable linear(const Variable& x, const Variable& weight, const Variable& bias) {
  return record("linear", linear(x.value(), weight.value(), bias.value()),
                Wrt{x, rule_of_input(x, weight)}, Wrt{weight, rule_of_weight(x)},
                Wrt{bias, [was = bias.shape()](const Variable& dy) { return sum_to(dy, was); }});
}

Variable linear(const Variable& x, const Variable& weight) {
  return record("linear", linear(x.value(), weight.value()), Wrt{x, rule_of_input(x, weight)},
                Wrt{weight, rule_of_weight(x)});
}

}  // namespace ebb
