#include <doctest/doctest.h>

#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/joint.hpp>
#include <autograd/reduce.hpp>
#include <tensor/random.hpp>
#include <tests/support.hpp>

using namespace ebb;

namespace {

struct Runs {
  int count = 0;
  Wanted wanted;
};

// Layer normalization over the last axis, gain and bias [n], as a user would write it (Ba, Kiros
// and Hinton, 2016).
Variable normalize(const Variable& x, const Variable& gain, const Variable& bias,
                   Runs* runs = nullptr) {
  const auto standard = [](const Variable& of) {
    const Variable centered = of - mean(of, {-1}, true);
    return centered / sqrt(mean(square(centered), {-1}, true) + 1e-5);
  };
  const Variable y = Variable(standard(x.value())) * gain.value() + bias.value();
  return record("normalize", y.value(),
                joint({x, gain, bias}, [standard, x = saved(x), gain = saved(gain), runs](
                                           const Variable& dy, const Wanted& wanted) {
                  if (runs != nullptr) ++runs->count, runs->wanted = wanted;
                  const Variable& input = x;
                  const Variable z = standard(input), dz = dy * gain;
                  const Variable centered = input - mean(input, {-1}, true);
                  const Variable deviation = sqrt(mean(square(centered), {-1}, true) + 1e-5);
                  Variable dx, dgain, dbias;
                  if (wanted[0])
                    dx = (dz - mean(dz, {-1}, true) - z * mean(dz * z, {-1}, true)) / deviation;
                  if (wanted[1]) dgain = sum(dy * z, {0});
                  if (wanted[2]) dbias = sum(dy, {0});
                  return std::vector{dx, dgain, dbias};
                }));
}

struct Inputs {
  Random random{3};
  Variable x = leaf(randn({4, 5}, random, DType::float64));
  Variable gain = leaf(rand({5}, random, DType::float64) + 0.5);
  Variable bias = leaf(randn({5}, random, DType::float64));
};

bool same(const Variable& a, const Variable& b) {
  return a.value().to_vector<double>() == b.value().to_vector<double>();
}

}  // namespace

TEST_CASE("joint: a rule for three inputs has their derivatives, to the second order") {
  const Inputs in;
  for (const int order : {1, 2})
    check_gradients([](auto inputs) { return normalize(inputs[0], inputs[1], inputs[2]); },
                    {in.x.value(), in.gain.value(), in.bias.value()}, {.order = order});
}

TEST_CASE("joint: the rule runs once in a walk") {
  const Inputs in;
  Runs runs;
  const Variable y = sum(square(normalize(in.x, in.gain, in.bias, &runs)));
  backward(y, {.keep_graph = true});
  CHECK(runs.count == 1);
  CHECK(runs.wanted == Wanted{true, true, true});
  backward(y);
  CHECK(runs.count == 2);
}

TEST_CASE("joint: constants are not wanted, and nothing of the rule is kept where all are") {
  const Inputs in;
  Runs runs;
  const Variable constant(in.gain.value());
  const Variable y = normalize(in.x, constant, in.bias, &runs);
  CHECK(y.node()->edges.size() == 2);
  const Gradients found = backward(sum(square(y)));
  CHECK(runs.wanted == Wanted{true, false, true});
  CHECK(found.entries().size() == 2);
  CHECK(!normalize(in.x.value(), constant, in.bias.value()).wants_gradient());
}

// What one walk leaves untaken must not be taken for another's.
TEST_CASE("joint: each walk gets its own gradients, whatever the one before left") {
  const Inputs in;
  const Variable y = normalize(in.x, in.gain, in.bias);
  const Variable seed(ones(y.shape(), y.dtype())), twice(full(y.shape(), 2, y.dtype()));
  const auto [dgain] = gradients(y, {in.gain}, {.seed = seed});
  const auto [dbias] = gradients(y, {in.bias}, {.seed = twice});
  const auto [dgain_again, dbias_again] = gradients(y, {in.gain, in.bias}, {.seed = seed});
  CHECK(same(dgain, dgain_again));
  CHECK(same(dbias, dbias_again * 2));
  // The same seed once more, but now the gradient has a gradient.
  const auto [first] = gradients(y, {in.gain}, {.seed = seed});
  const auto [dx] = gradients(y, {in.x}, {.create_graph = true, .seed = seed});
  CHECK(!first.wants_gradient());
  CHECK(dx.wants_gradient());
}

TEST_CASE("joint: a rule may read the output") {
  const Variable a = leaf(full({3}, 2)), b = leaf(full({3}, 5));
  const auto product = [](const Variable& p, const Variable& q) {
    return record("product", p.value() * q.value(),
                  joint({p, q}, [p = saved(p), q = saved(q)](const Variable& y, const Variable& dy,
                                                             const Wanted&) {
                    const Variable shared = dy * y;
                    return std::vector<Variable>{shared / p, shared / q};
                  }));
  };
  const auto [da, db] = gradients(sum(product(a, b)), {a, b});
  CHECK(da.value().to_vector<float>() == std::vector<float>(3, 5));
  CHECK(db.value().to_vector<float>() == std::vector<float>(3, 2));
}

TEST_CASE("joint: a rule that gives too few gradients is an error that counts them") {
  const Variable a = leaf(ones({3})), b = leaf(ones({3}));
  const auto wrong = record(
      "wrong", a.value() + b.value(),
      joint({a, b}, [](const Variable& dy, const Wanted&) { return std::vector<Variable>{dy}; }));
  CHECK_THROWS_WITH_AS(gradients(sum(wrong), {a}),
                       "joint: the rule of 2 inputs gave 1 gradients; give one for each, empty "
                       "where it is not wanted",
                       Error);
}
