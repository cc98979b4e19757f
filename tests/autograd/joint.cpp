#include <doctest/doctest.h>

#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/joint.hpp>
#include <autograd/reduce.hpp>
#include <tensor/random.hpp>
#include <tests/support.hpp>
#include <thread>

using namespace ebb;

namespace {

struct Runs {
  int count = 0;
  Wanted wanted;
};

// Layer normalization over the last axis, gain and bias [n], in operations that have derivatives
// (Ba, Kiros and Hinton, 2016).
Variable plain(const Variable& x, const Variable& gain, const Variable& bias) {
  const Variable centered = x - mean(x, {-1}, true);
  return centered / sqrt(mean(square(centered), {-1}, true) + 1e-5) * gain + bias;
}

// The same as one operation, as a user would write it.
Variable normalize(const Variable& x, const Variable& gain, const Variable& bias,
                   Runs* runs = nullptr) {
  const Variable y = plain(x.value(), gain.value(), bias.value());
  return record(
      "normalize", y.value(),
      Wrt{{x, gain, bias},
          [x = saved(x), gain = saved(gain), runs](const Variable& dy, const Wanted& wanted) {
            if (runs != nullptr) ++runs->count, runs->wanted = wanted;
            const Variable& input = x;
            const Variable centered = input - mean(input, {-1}, true);
            const Variable deviation = sqrt(mean(square(centered), {-1}, true) + 1e-5);
            const Variable z = centered / deviation, dz = dy * gain;
            Variable dx, dgain, dbias;
            if (wanted[0])
              dx = (dz - mean(dz, {-1}, true) - z * mean(dz * z, {-1}, true)) / deviation;
            if (wanted[1]) dgain = sum(dy * z, {0});
            if (wanted[2]) dbias = sum(dy, {0});
            return std::vector{dx, dgain, dbias};
          }});
}

// The same with the plain definition as its rule.
Variable recomputed(const Variable& x, const Variable& gain, const Variable& bias) {
  return record("recomputed", plain(x.value(), gain.value(), bias.value()).value(),
                Wrt{{x, gain, bias}, [=](const Variable& dy, const Wanted& wanted) {
                      return gradients_of(plain, {x, gain, bias}, dy, wanted);
                    }});
}

struct Inputs {
  Random random{3};
  Variable x = leaf(randn({4, 5}, random, DType::float64));
  Variable gain = leaf(rand({5}, random, DType::float64) + 0.5);
  Variable bias = leaf(randn({5}, random, DType::float64));
};

bool all_near(const Variable& a, const Variable& b) {
  return a.shape() == b.shape() && amax(abs(a - b)).item() < 1e-12;
}
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

TEST_CASE("joint: the rule runs once in a walk, for the inputs that this walk needs") {
  const Inputs in;
  Runs runs;
  const Variable y = sum(square(normalize(in.x, in.gain, in.bias, &runs)));
  static_cast<void>(backward(y, {.keep_graph = true}));
  CHECK(runs.count == 1);
  CHECK(runs.wanted == Wanted{true, true, true});
  static_cast<void>(gradients(y, {in.gain}));
  CHECK(runs.count == 2);
  CHECK(runs.wanted == Wanted{false, true, false});
  static_cast<void>(gradients(y, {in.bias, in.x}));
  CHECK(runs.count == 3);
  CHECK(runs.wanted == Wanted{true, false, true});
  const Variable other = leaf(ones({}, DType::float64));
  static_cast<void>(gradients(y * other, {other}));
  CHECK(runs.count == 3);
  static_cast<void>(backward(y));
  CHECK(runs.count == 4);
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
  const NoGrad scope;
  CHECK(!normalize(in.x, in.gain, in.bias).wants_gradient());
}

TEST_CASE("joint: each walk has its own gradients, whatever the one before left") {
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

// The seed's memory, its node and the mode are the same in both walks; its elements are not.
TEST_CASE("joint: a seed that was written since is read again") {
  const Inputs in;
  const Variable y = normalize(in.x, in.gain, in.bias);
  Tensor seed = ones(y.shape(), y.dtype());
  const auto [once] = gradients(y, {in.bias}, {.seed = Variable(seed)});
  for (std::int64_t i = 0; i < seed.count(); ++i) seed.writable_data<double>()[i] = 3;
  const auto [thrice, dgain] = gradients(y, {in.bias, in.gain}, {.seed = Variable(seed)});
  CHECK(same(thrice, once * 3));
}

TEST_CASE("joint: an input that was written since is an error in every walk") {
  const Inputs in;
  const Variable y = normalize(in.x, in.gain, in.bias);
  const Variable seed(ones(y.shape(), y.dtype()));
  static_cast<void>(gradients(y, {in.gain}, {.seed = seed}));
  Tensor value = in.x.value();
  value.writable_data<double>()[0] = 7;
  CHECK_THROWS_AS(gradients(y, {in.x}, {.seed = seed}), Error);
  CHECK_THROWS_AS(gradients(y, {in.gain}, {.seed = seed}), Error);
}

TEST_CASE("joint: two threads walk one graph") {
  const Inputs in;
  const Variable y = normalize(in.x, in.gain, in.bias);
  const auto seed_of = [&](double value) { return Variable(full(y.shape(), value, y.dtype())); };
  const auto expected = gradients(y, {in.x, in.gain}, {.seed = seed_of(1)});
  bool all_same[2] = {true, true};
  const auto walk = [&](int thread) {
    for (int i = 0; i < 200; ++i) {
      const auto found = gradients(y, {in.x, in.gain}, {.seed = seed_of(1 << thread)});
      for (std::size_t j = 0; j < 2; ++j)
        all_same[thread] = all_same[thread] && same(found[j], expected[j] * (1 << thread));
    }
  };
  std::thread other(walk, 1);
  walk(0);
  other.join();
  CHECK(all_same[0]);
  CHECK(all_same[1]);
}

TEST_CASE("joint: two of them, and a rule of one input, in one operation") {
  const auto rule = [](double factor) {
    return [factor](const Variable& dy, const Wanted&) {
      return std::vector<Variable>{dy * factor, dy * (factor + 1)};
    };
  };
  const Variable a = leaf(ones({2})), b = leaf(ones({2})), c = leaf(ones({2}));
  const Variable y =
      record("mixed", ones({2}), Wrt{{a, b}, rule(1)},
             Wrt{c, [](const Variable& dy) { return dy * 10; }}, Wrt{{b, c}, rule(3)});
  REQUIRE(y.node()->edges.size() == 5);
  const auto [da, db, dc] = gradients(sum(y), {a, b, c});
  CHECK(da.value().to_vector<float>()[0] == 1);
  CHECK(db.value().to_vector<float>()[0] == 2 + 3);
  CHECK(dc.value().to_vector<float>()[0] == 10 + 4);
}

TEST_CASE("joint: one input may come twice") {
  const Variable x = leaf(full({2}, 3));
  const Variable y = record("twice", x.value() * x.value(),
                            Wrt{{x, x}, [x = saved(x)](const Variable& dy, const Wanted&) {
                                  return std::vector<Variable>{dy * x, dy * x};
                                }});
  CHECK(gradients(sum(y), {x})[0].value().to_vector<float>() == std::vector<float>{6, 6});
}

TEST_CASE("joint: a rule may read the output") {
  const Variable a = leaf(full({3}, 2)), b = leaf(full({3}, 5));
  const auto product = [](const Variable& p, const Variable& q) {
    return record(
        "product", p.value() * q.value(),
        Wrt{{p, q},
            [p = saved(p), q = saved(q)](const Variable& y, const Variable& dy, const Wanted&) {
              const Variable shared = dy * y;
              return std::vector<Variable>{shared / p, shared / q};
            }});
  };
  const auto [da, db] = gradients(sum(product(a, b)), {a, b});
  CHECK(da.value().to_vector<float>() == std::vector<float>(3, 5));
  CHECK(db.value().to_vector<float>() == std::vector<float>(3, 2));
}

TEST_CASE("joint: a rule that gives too few gradients, or the wrong ones, is told so") {
  const Variable a = leaf(ones({3})), b = leaf(ones({3}));
  const auto of = [&](auto rule) { return record("wrong", ones({3}), Wrt{{a, b}, rule}); };
  const Variable one = of([](const Variable& dy, const Wanted&) { return std::vector{dy}; });
  CHECK(message_of([&] { return gradients(sum(one), {a}); }) ==
        "wrong: its rule gave 1 gradients for 2 inputs; give each one, or an empty Variable where "
        "it is not wanted");
  const Variable none = of([](const Variable& dy, const Wanted&) {
    return std::vector{dy, Variable()};
  });
  CHECK(gradients(sum(none), {a})[0].value().to_vector<float>()[0] == 1);
  CHECK(message_of([&] {
          return gradients(sum(none), {a, b});
        }) ==
        "wrong: its rule gave a gradient float32 [0] for an input float32 [3]; they must be alike, "
        "try expand, sum_to or cast");
}

TEST_CASE("gradients_of: the plain definition gives the derivatives of a fused one, to any order") {
  const Inputs in;
  for (const int order : {1, 2})
    check_gradients([](auto inputs) { return recomputed(inputs[0], inputs[1], inputs[2]); },
                    {in.x.value(), in.gain.value(), in.bias.value()}, {.order = order});
  Random random{4};
  const Variable dy(randn({4, 5}, random, DType::float64));
  const auto by_rule =
      gradients(normalize(in.x, in.gain, in.bias), {in.x, in.gain, in.bias}, {.seed = dy});
  const std::vector<Variable> by_definition = gradients_of(plain, {in.x, in.gain, in.bias}, dy);
  for (std::size_t i = 0; i < 3; ++i) CHECK(all_near(by_rule[i], by_definition[i]));
}

TEST_CASE("gradients_of: gives what is wanted and no constant, and records what the walk does") {
  const Inputs in;
  const Variable dy(ones({4, 5}, DType::float64)), constant(in.gain.value());
  const auto found = gradients_of(plain, {in.x, constant, in.bias}, dy, Wanted{true, true, false});
  REQUIRE(found.size() == 3);
  CHECK(found[0].wants_gradient());
  CHECK(found[1].value().storage() == nullptr);
  CHECK(found[2].value().storage() == nullptr);
  const NoGrad scope;
  CHECK(!gradients_of(plain, {in.x, constant, in.bias}, dy)[0].wants_gradient());
  CHECK(message_of([&] {
          return gradients_of(plain, {in.x, constant, in.bias}, dy, Wanted{true});
        }) == "gradients_of: 1 answers to which of 3 inputs are wanted; try one for each");
}

// The way over the second input belongs to the second input's gradient.
TEST_CASE("gradients_of: an input that was computed from another gets its own part alone") {
  const Variable x = leaf(full({2}, 3)), z = square(x);
  const auto product = [](const Variable& a, const Variable& b) { return a * b; };
  const auto found = gradients_of(product, {x, z}, Variable(ones({2})));
  CHECK(found[0].value().to_vector<float>() == std::vector<float>{9, 9});
  CHECK(found[1].value().to_vector<float>() == std::vector<float>{3, 3});
}
