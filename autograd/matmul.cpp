#include <autograd/elementwise.hpp>
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

// The gradient of a product with the axes that vectors have left out of it.
Variable as_matrices(const Variable& dy, bool row, bool column) {
  const Variable columns = column ? unsqueeze(dy, -1) : dy;
  return row ? unsqueeze(columns, -2) : columns;
}
// The gradient of an operand from that of its matrices; `added` is the axis that made it one, or
// -1.
Variable back_to(const Shape& was, int added, const Variable& gradient) {
  if (added < 0) return sum_to(gradient, was);
  Shape matrix = was;
  matrix.insert(added, 1);
  return reshape(sum_to(gradient, matrix), was);
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
  const bool row = a.rank() == 1, column = b.rank() == 1;
  const auto rule_of_a = [row, column, b = saved(b), was = a.shape()](const Variable& dy) {
    const Variable right = column ? unsqueeze(b, 1) : b;
    return back_to(was, row ? 0 : -1, matmul(as_matrices(dy, row, column), transpose(right)));
  };
  const auto rule_of_b = [row, column, a = saved(a), was = b.shape()](const Variable& dy) {
    const Variable left = row ? unsqueeze(a, 0) : a, dc = as_matrices(dy, row, column);
    if (was.rank() < 3)
      return back_to(was, column ? 1 : -1, matmul(transpose(rows(left)), rows(dc)));
    return back_to(was, -1, matmul(transpose(left), dc));
  };
  return record("matmul", matmul(a.value(), b.value()), Wrt{a, rule_of_a}, Wrt{b, rule_of_b});
}

Variable dot(const Variable& a, const Variable& b) {
  return record("dot", dot(a.value(), b.value()),
                Wrt{a, [b = saved(b)](const Variable& dy) { return dy * b; }},
                Wrt{b, [a = saved(a)](const Variable& dy) { return dy * a; }});
}

Variable outer(const Variable& a, const Variable& b) {
  return record("outer", outer(a.value(), b.value()),
                Wrt{a, [b = saved(b)](const Variable& dy) { return matmul(dy, b); }},
                Wrt{b, [a = saved(a)](const Variable& dy) { return matmul(a, dy); }});
}

Variable linear(const Variable& x, const Variable& weight, const Variable& bias) {
  if (weight.rank() == 1) return squeeze(linear(x, unsqueeze(weight, 0), unsqueeze(bias, 0)), -1);
  return record("linear", linear(x.value(), weight.value(), bias.value()),
                Wrt{x, rule_of_input(x, weight)}, Wrt{weight, rule_of_weight(x)},
                Wrt{bias, [was = bias.shape()](const Variable& dy) { return sum_to(dy, was); }});
}

Variable linear(const Variable& x, const Variable& weight) {
  if (weight.rank() == 1) return squeeze(linear(x, unsqueeze(weight, 0)), -1);
  return record("linear", linear(x.value(), weight.value()), Wrt{x, rule_of_input(x, weight)},
                Wrt{weight, rule_of_weight(x)});
}

}  // namespace ebb
