#include <autograd/matmul.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <tests/autograd/mutants.hpp>

using namespace ebb;

namespace {

// Square, so that a wrong axis has the right shape.
const Tensor matrix = from_vector<double>({-1.5, 0.3, 0.4, 1.7, 2.6, -0.2, 0.9, -0.8, 1.1}, {3, 3});
const Tensor other = from_vector<double>({0.5, -1.2, 0.7, 0.1, 1.6, -2.2, 0.3, 0.8, -1.1}, {3, 3});
const Tensor cube = from_vector<double>({0.3, 0.6, 0.9, 1.2, 1.5, 1.8, 2.1, 2.4}, {2, 2, 2});
const Tensor line = from_vector<double>({0.5, 1.5, 1.5, -2});  // two largest
const Tensor places = from_vector<std::int32_t>({2, 0, 2});

Mutant one(const char* name, const Tensor& at, OneInput value, Rule1 right, Rule1 wrong,
           int order = 1, bool kink = false) {
  return {name, recorded(value, right), recorded(value, wrong), {at}, order, kink};
}
Mutant two(const char* name, TwoInputs value, Rule2 a, Rule2 b, Rule2 wrong_a, Rule2 wrong_b,
           int order = 1) {
  return {name, recorded(value, a, b), recorded(value, wrong_a, wrong_b), {matrix, other}, order};
}

Variable spread(V reduced, V x) { return expand(unsqueeze(reduced, 1), x.shape()); }
Tensor row_sums(T x) { return sum(x, {1}); }
Variable sum_rule(V x, V, V dy) { return spread(dy, x); }
Tensor row_means(T x) { return mean(x, {1}); }
Variable mean_rule(V x, V, V dy) { return spread(dy / 3, x); }
Tensor row_variances(T x) { return var(x, {1}); }
Variable var_rule(V x, V, V dy) { return spread(dy, x) * (x - mean(x, {1}, true)); }
Tensor row_logs(T x) { return logsumexp(x, {1}); }
Variable logsumexp_rule(V x, V y, V dy) { return spread(dy, x) * exp(x - spread(y, x)); }
Tensor row_softmax(T x) { return softmax(x, 1); }
Variable softmax_rule(V, V y, V dy) { return y * (dy - sum(dy * y, {1}, true)); }
Tensor row_log_softmax(T x) { return log_softmax(x, 1); }
Variable log_softmax_rule(V, V y, V dy) { return dy - exp(y) * sum(dy, {1}, true); }
Tensor largest(T x) { return amax(x); }
Variable amax_rule(V x, V y, V dy) { return dy * (x == y) / sum(Variable(x == y)); }
Tensor product(T a, T b) { return matmul(a, b); }
Variable product_a(V, V b, V, V dy) { return matmul(dy, transpose(b)); }
Variable product_b(V a, V, V, V dy) { return matmul(transpose(a), dy); }
Tensor joined(T a, T b) { return cat({a, b}); }
Variable cat_a(V, V, V, V dy) { return slice(dy, 0, 0, 3); }
Variable cat_b(V, V, V, V dy) { return slice(dy, 0, 3, 6); }
Tensor chosen(T x) { return index_select(x, 0, places); }
Tensor some(T x) { return slice(x, 0, 1, 4, 2); }
Tensor where_positive(T a, T b) { return where(from_vector<double>({1, 0, 1}), a, b); }
Variable where_a(V, V, V, V dy) { return dy * from_vector<double>({1, 0, 1}); }
Variable where_b(V, V, V, V dy) { return dy * from_vector<double>({0, 1, 0}); }

}  // namespace

std::vector<Mutant> array_mutants() {
  // clang-format off
  return {
      one("sum: spread along the wrong axis", matrix, row_sums, sum_rule, [](V x, V, V dy) { return expand(dy, x.shape()); }),
      one("mean: not divided", matrix, row_means, mean_rule, sum_rule),
      one("mean: divided by all elements", matrix, row_means, mean_rule, [](V x, V, V dy) { return spread(dy / 9, x); }),
      one("var: the mean not subtracted", matrix, row_variances, var_rule, [](V x, V, V dy) { return spread(dy, x) * x; }),
      one("var: divided by n in place of n - 1", matrix, row_variances, var_rule, [](V x, V, V dy) { return spread(2 * dy / 3, x) * (x - mean(x, {1}, true)); }),
      one("var: the mean of the other axis", matrix, row_variances, var_rule, [](V x, V, V dy) { return spread(dy, x) * (x - mean(x, {0}, true)); }),
      one("logsumexp: not normalized", matrix, row_logs, logsumexp_rule, [](V x, V, V dy) { return spread(dy, x) * exp(x); }),
      one("softmax: missing sum", matrix, row_softmax, softmax_rule, [](V, V y, V dy) { return y * dy; }),
      one("softmax: the sum over the wrong axis", matrix, row_softmax, softmax_rule, [](V, V y, V dy) { return y * (dy - sum(dy * y, {0}, true)); }),
      one("log_softmax: the logarithm in place of its exponential", matrix, row_log_softmax, log_softmax_rule, [](V, V y, V dy) { return dy - y * sum(dy, {1}, true); }),
      one("amax: everybody gets it", line, largest, amax_rule, [](V x, V, V dy) { return expand(dy, x.shape()); }, 1, true),
      one("amax: each of the equals gets all", line, largest, amax_rule, [](V x, V y, V dy) { return dy * (x == y); }, 1, true),

      one("transpose: not turned back", matrix, [](T x) { return transpose(x); }, [](V, V, V dy) { return transpose(dy); }, [](V, V, V dy) { return dy; }),
      one("permute: the order in place of its inverse", cube, [](T x) { return permute(x, {1, 2, 0}); }, [](V, V, V dy) { return permute(dy, {2, 0, 1}); }, [](V, V, V dy) { return permute(dy, {1, 2, 0}); }),
      one("reshape: columns in place of rows", matrix, [](T x) { return reshape(x, {9}); }, [](V, V, V dy) { return reshape(dy, {3, 3}); }, [](V, V, V dy) { return transpose(reshape(dy, {3, 3})); }),
      one("slice: one place off", line, some, [](V, V, V dy) { return index_add(dy, 0, from_vector<std::int32_t>({1, 3}), 4); }, [](V, V, V dy) { return index_add(dy, 0, from_vector<std::int32_t>({0, 2}), 4); }),
      one("slice: the step forgotten", line, some, [](V, V, V dy) { return index_add(dy, 0, from_vector<std::int32_t>({1, 3}), 4); }, [](V, V, V dy) { return index_add(dy, 0, from_vector<std::int32_t>({1, 2}), 4); }),
      one("expand: a mean in place of the sum", line, [](T x) { return expand(x, {3, 4}); }, [](V, V, V dy) { return sum(dy, {0}); }, [](V, V, V dy) { return mean(dy, {0}); }),
      one("index_select: the last repeat alone", matrix, chosen, [](V, V, V dy) { return index_add(dy, 0, places, 3); }, [](V, V, V dy) { return index_add(slice(dy, 0, 1, 3), 0, from_vector<std::int32_t>({0, 2}), 3); }),
      two("cat: the parts exchanged", joined, cat_a, cat_b, cat_b, cat_a),
      two("where: the branches exchanged", where_positive, where_a, where_b, where_b, where_a),

      two("matmul: b not transposed", product, product_a, product_b, [](V, V b, V, V dy) { return matmul(dy, b); }, product_b),
      two("matmul: the factors exchanged", product, product_a, product_b, product_a, [](V a, V, V, V dy) { return matmul(dy, transpose(a)); }),
      two("matmul: the other operand", product, product_a, product_b, product_a, [](V, V b, V, V dy) { return matmul(transpose(b), dy); }),
      two("matmul: an operand kept as a number", product, product_a, product_b, [](V, V b, V, V dy) { return matmul(dy, transpose(constant(b))); }, product_b, 2),
      one("softmax: the output kept as a number", matrix, row_softmax, softmax_rule, [](V, V y, V dy) { return constant(y) * (dy - sum(dy * constant(y), {1}, true)); }, 2),
      one("var: the mean kept as a number", matrix, row_variances, var_rule, [](V x, V, V dy) { return spread(dy, x) * (x - constant(mean(x, {1}, true))); }, 2),
  };
  // clang-format on
}
