#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <tests/autograd/mutants.hpp>

using namespace ebb;

namespace {

const Tensor usual = from_vector<double>({-1.5, -0.3, 0.4, 1.7, 2.6});
const Tensor positive = from_vector<double>({0.3, 0.7, 1.1, 1.9, 2.4});
const Tensor others = from_vector<double>({0.5, 1.2, 2.3, 0.9, 1.4});
const Tensor ties = from_vector<double>({0.3, 1.2, 1.1, 0.9, 2.4});  // two of them, with `others`

Mutant one(const char* name, const Tensor& at, OneInput value, Rule1 right, Rule1 wrong,
           int order = 1) {
  return {name, recorded(value, right), recorded(value, wrong), {at}, order};
}

// A wrong rule for the first of two inputs, or for the second.
Mutant first(const char* name, const std::vector<Tensor>& at, TwoInputs value, Rule2 a, Rule2 b,
             Rule2 wrong) {
  return {name, recorded(value, a, b), recorded(value, wrong, b), at};
}
Mutant second(const char* name, const std::vector<Tensor>& at, TwoInputs value, Rule2 a, Rule2 b,
              Rule2 wrong) {
  return {name, recorded(value, a, b), recorded(value, a, wrong), at};
}

Mutant at_kink(Mutant mutant) {
  mutant.kink = true;
  return mutant;
}

// Squared, so that the gradient that arrives at the mutant depends on x.
Mutant inside_square(Mutant mutant) {
  for (Function* f : {&mutant.right, &mutant.wrong})
    *f = [inner = *f](std::span<const Variable> x) { return square(inner(x)); };
  return mutant;
}

// Operations and rules that more than one mutant distorts.
Tensor multiplied(T a, T b) { return a * b; }
Tensor divided(T a, T b) { return a / b; }
Tensor larger(T a, T b) { return maximum(a, b); }
Tensor powers(T a, T b) { return pow(a, b); }
Variable times_a(V a, V, V, V dy) { return dy * a; }
Variable times_b(V, V b, V, V dy) { return dy * b; }
Variable over_b(V, V b, V, V dy) { return dy / b; }
Variable divided_by_b(V, V b, V y, V dy) { return -(dy * y) / b; }
Variable to_a(V a, V b, V, V dy) { return dy * ((a > b) + 0.5 * (a == b)); }
Variable to_b(V a, V b, V, V dy) { return dy * ((b > a) + 0.5 * (a == b)); }
Variable power_a(V a, V b, V, V dy) { return dy * b * pow(a, b - 1); }
Variable power_b(V a, V, V y, V dy) { return dy * y * log(a); }
Tensor relued(T x) { return relu(x); }
Variable relu_rule(V x, V, V dy) { return where(x > 0, dy, 0.0); }
Tensor absolute(T x) { return abs(x); }
Variable abs_rule(V x, V, V dy) { return dy * ((x > 0) - (x < 0)); }
Tensor clamped(T x) { return clamp(x, -1, 1); }
Variable clamp_rule(V x, V, V dy) { return where(abs(x) <= 1, dy, 0.0); }
Variable tanh_rule(V, V y, V dy) { return dy * (1 - y * y); }
Variable sigmoid_rule(V, V y, V dy) { return dy * y * (1 - y); }
Variable softplus_rule(V x, V, V dy) { return dy * sigmoid(x); }
Tensor chosen(T a, T b) { return where(from_vector<double>({1, 0, 1, 0, 0}), a, b); }
Variable chosen_a(V, V, V, V dy) { return dy * from_vector<double>({1, 0, 1, 0, 0}); }
Variable chosen_b(V, V, V, V dy) { return dy * from_vector<double>({0, 1, 0, 1, 1}); }
Variable sin_rule(V x, V, V dy) { return dy * cos(x); }
Variable cos_rule(V x, V, V dy) { return -(dy * sin(x)); }
Tensor sine(T x) { return sin(x); }
Tensor cosine(T x) { return cos(x); }
Tensor tangent(T x) { return tanh(x); }
Tensor sigma(T x) { return sigmoid(x); }
Tensor soft(T x) { return softplus(x); }

}  // namespace

std::vector<Mutant> elementwise_mutants() {
  const std::vector<Tensor> pair = {positive, others}, tied = {ties, others};
  const std::vector<Tensor> repeated = {from_vector<double>({0.3, -0.7, 1.1, 1.9}, {2, 2}),
                                        from_vector<double>({0.5, 1.2})};
  // clang-format off
  return {
      // Signs, factors, powers.
      one("exp: wrong sign", usual, [](T x) { return exp(x); }, [](V, V y, V dy) { return dy * y; }, [](V, V y, V dy) { return -(dy * y); }),
      one("tanh: y not squared", usual, tangent, tanh_rule, [](V, V y, V dy) { return dy * (1 - y); }),
      one("tanh: the input in place of the output", usual, tangent, tanh_rule, [](V x, V, V dy) { return dy * (1 - x * x); }),
      one("sigmoid: missing factor", usual, sigma, sigmoid_rule, [](V, V y, V dy) { return dy * y; }),
      one("square: missing 2", usual, [](T x) { return square(x); }, [](V x, V, V dy) { return dy * 2 * x; }, [](V x, V, V dy) { return dy * x; }),
      one("sqrt: missing half", positive, [](T x) { return sqrt(x); }, [](V, V y, V dy) { return dy / (2 * y); }, [](V, V y, V dy) { return dy / y; }),
      one("log: multiplied in place of divided", positive, [](T x) { return log(x); }, [](V x, V, V dy) { return dy / x; }, [](V x, V, V dy) { return dy * x; }),
      one("log1p: the 1 forgotten", positive, [](T x) { return log1p(x); }, [](V x, V, V dy) { return dy / (x + 1); }, [](V x, V, V dy) { return dy / x; }),
      one("expm1: the 1 forgotten", usual, [](T x) { return expm1(x); }, [](V, V y, V dy) { return dy * (y + 1); }, [](V, V y, V dy) { return dy * y; }),
      one("cos: missing sign", usual, cosine, cos_rule, [](V x, V, V dy) { return dy * sin(x); }),
      one("cos: the function in place of its derivative", usual, cosine, cos_rule, [](V, V y, V dy) { return -(dy * y); }),
      one("sin: the chain rule forgotten", usual, sine, sin_rule, [](V x, V, V) { return cos(x); }),
      one("sin: dy added in place of multiplied", usual, sine, sin_rule, [](V x, V, V dy) { return dy + cos(x); }),
      one("softplus: the other sigmoid", usual, soft, softplus_rule, [](V x, V, V dy) { return dy * sigmoid(-x); }),
      one("sin: one part in a hundred thousand too large", usual, sine, sin_rule, [](V x, V, V dy) { return dy * 1.00001 * cos(x); }),

      // Two inputs.
      second("subtract: missing sign", pair, [](T a, T b) { return a - b; }, [](V, V, V, V dy) { return dy; }, [](V, V, V, V dy) { return -dy; }, [](V, V, V, V dy) { return dy; }),
      first("multiply: its own operand", pair, multiplied, times_b, times_a, times_a),
      second("multiply: nothing for the second", pair, multiplied, times_b, times_a, [](V, V b, V, V) { return 0 * b; }),
      second("divide: missing sign", pair, divided, over_b, divided_by_b, [](V, V b, V y, V dy) { return dy * y / b; }),
      second("divide: the divisor not squared", pair, divided, over_b, divided_by_b, [](V a, V b, V, V dy) { return -(dy * a) / b; }),
      first("pow: the exponent not lowered", pair, powers, power_a, power_b, [](V, V b, V y, V dy) { return dy * b * y; }),
      second("pow: the logarithm of the exponent", pair, powers, power_a, power_b, [](V, V b, V y, V dy) { return dy * y * log(b); }),
      second("multiply: the broadcast sum forgotten", repeated, multiplied, times_b, [](V a, V b, V, V dy) { return sum_to(dy * a, b.shape()); },
             [](V a, V b, V, V dy) { return reshape(slice(dy * a, 0, 0, 1), b.shape()); }),
      second("multiply: a mean in place of the broadcast sum", repeated, multiplied, times_b, [](V a, V b, V, V dy) { return sum_to(dy * a, b.shape()); },
             [](V a, V, V, V dy) { return mean(dy * a, {0}); }),
      second("multiply: the broadcast sum over the other axis", repeated, multiplied, times_b, [](V a, V b, V, V dy) { return sum_to(dy * a, b.shape()); },
             [](V a, V, V, V dy) { return sum(dy * a, {1}); }),

      // Choices, ties and kinks.
      one("relu: everything passes", usual, relued, relu_rule, [](V, V, V dy) { return dy; }),
      one("relu: the other side passes", usual, relued, relu_rule, [](V x, V, V dy) { return where(x > 0, 0.0, dy); }),
      one("relu: a little leaks", usual, relued, relu_rule, [](V x, V, V dy) { return where(x > 0, dy, 0.01 * dy); }),
      one("abs: the sign forgotten", usual, absolute, abs_rule, [](V, V, V dy) { return dy; }),
      at_kink(one("abs: a slope of 1 at 0", from_vector<double>({-1, 0, 2}), absolute, abs_rule, [](V x, V, V dy) { return where(x >= 0, dy, -dy); })),
      one("clamp: passes where it cuts", usual, clamped, clamp_rule, [](V, V, V dy) { return dy; }),
      one("clamp: passes below", usual, clamped, clamp_rule, [](V x, V, V dy) { return where(x <= 1, dy, 0.0); }),
      first("maximum: the smaller one gets it", pair, larger, to_a, to_b, to_b),
      at_kink(first("maximum: ties go to the first", tied, larger, to_a, to_b, [](V a, V b, V, V dy) { return dy * (a >= b); })),
      at_kink(first("maximum: ties go to nobody", tied, larger, to_a, to_b, [](V a, V b, V, V dy) { return dy * (a > b); })),
      first("where: the other branch's", pair, chosen, chosen_a, chosen_b, chosen_b),

      // Saturation.
      one("sigmoid: 0 far out", from_vector<double>({-6, -5, 5, 6}), sigma, sigmoid_rule, [](V x, V y, V dy) { return where(abs(x) > 4, 0.0, dy * y * (1 - y)); }),
      one("tanh: 0 where y rounds to one digit", from_vector<double>({-2.5, 2, 2.5}), tangent, tanh_rule, [](V, V y, V dy) { return where(abs(y) > 0.95, 0.0, dy * (1 - y * y)); }),
      one("softplus: overflows to NaN", from_vector<double>({1, 800}), soft, softplus_rule, [](V x, V, V dy) { return dy * exp(x) / (1 + exp(x)); }),

      // The first derivative is right, the second is not.
      one("tanh: the output kept as a number", usual, tangent, tanh_rule, [](V, V y, V dy) { return dy * (1 - constant(y) * constant(y)); }, 2),
      one("tanh: one of two outputs kept as a number", usual, tangent, tanh_rule, [](V, V y, V dy) { return dy * (1 - constant(y) * y); }, 2),
      one("sin: the input kept as a number", usual, sine, sin_rule, [](V x, V, V dy) { return dy * cos(constant(x)); }, 2),
      one("softplus: the slope kept as a number", usual, soft, softplus_rule, [](V x, V, V dy) { return dy * constant(sigmoid(x)); }, 2),
      inside_square(one("sin: the gradient that arrives kept as a number", usual, sine, sin_rule, [](V x, V, V dy) { return constant(dy) * cos(x); }, 2)),
  };
  // clang-format on
}
