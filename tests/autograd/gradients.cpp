#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/matmul.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <cmath>
#include <tests/support.hpp>

using namespace ebb;

namespace {

Variable leaf_of(const std::vector<float>& values) { return leaf(from_vector(values)); }

std::vector<float> numbers_of(const Tensor& x) { return x.to_vector<float>(); }

}  // namespace

TEST_CASE("backward: gives the gradient of every leaf, oldest first, and of no other node") {
  const Variable a = leaf_of({1, 2}), b = leaf_of({3, 4}), unused = leaf_of({5});
  const Variable h = a * b;
  const Gradients found = backward(sum(h * b));
  REQUIRE(found.entries().size() == 2);
  CHECK(found.entries()[0].leaf == a.node());
  CHECK(found.entries()[1].leaf == b.node());
  CHECK(numbers_of(found[a]) == std::vector<float>{9, 16});
  CHECK(numbers_of(found[b]) == std::vector<float>{6, 16});
  CHECK(found.find(unused) == nullptr);
  CHECK(found.find(h) == nullptr);
  CHECK(found.find(Variable(ones({2}))) == nullptr);
  CHECK(found.find(b) == &found[b]);
}

TEST_CASE("backward: a gradient that is not there is asked for in vain") {
  const Variable a = leaf_of({1, 2}), unused = leaf_of({5});
  const Gradients found = backward(sum(a));
  CHECK(message_of([&] { found[unused]; }) ==
        "gradients: there is none for this leaf [1]; the loss does not depend on it, try find");
  CHECK(message_of([&] { found[Variable(ones({3}))]; }) ==
        "gradients: there is none for this constant [3]; the loss does not depend on it, try find");
}

TEST_CASE("backward: a leaf may be the loss itself") {
  const Variable x = leaf(full({}, 3));
  CHECK(backward(x)[x].item() == 1);
}

TEST_CASE("backward: needs one element, and something that wants a gradient") {
  CHECK(message_of([] {
          return backward(exp(leaf(ones({2, 3}))));
        }) ==
        "backward: the result must have one element and has shape [2, 3]; try its mean or sum, or "
        "gradients with a seed");
  CHECK(message_of([] { return backward(Variable(ones({}))); }) ==
        "backward: nothing in this loss [] wants a gradient; compute it from parameters or leaves, "
        "not inside NoGrad, and not with everything frozen");
}

TEST_CASE("backward: frees the graph, and a second walk says so") {
  const Variable x = leaf_of({1, 2}), h = exp(x), y = sum(h * h);
  static_cast<void>(backward(y));
  const auto freed = [](const char* operation, const char* node) {
    return text(operation, ": the graph behind ", node,
                " was freed by an earlier backward; try {.keep_graph = true} there");
  };
  CHECK(message_of([&] { return backward(y); }) == freed("backward", "sum []"));
  CHECK(message_of([&] { return gradients(y, {x}); }) == freed("gradients", "sum []"));
  CHECK(message_of([&] { return backward(sum(h)); }) == freed("backward", "exp [2]"));
  CHECK(message_of([&] { return backward(mean(x * h)); }) == freed("backward", "exp [2]"));
  // The leaf itself belongs to no graph: computing anew is fine.
  CHECK(numbers_of(backward(sum(x * x))[x]) == std::vector<float>{2, 4});
}

TEST_CASE("backward: keeps the graph when it is told to") {
  const Variable x = leaf_of({1, 2}), y = sum(x * x);
  CHECK(numbers_of(backward(y, {.keep_graph = true})[x]) == std::vector<float>{2, 4});
  CHECK(numbers_of(backward(y)[x]) == std::vector<float>{2, 4});
  CHECK_THROWS_AS(backward(y), Error);
}

TEST_CASE("backward: memory falls as it goes") {
  constexpr std::size_t megabyte = 1 << 20;
  const Variable x = leaf(ones({1 << 18}));
  const auto peak_over = [&](bool keep) {
    const std::size_t before = memory_use().live_bytes;
    Variable y = x;
    for (int i = 0; i < 20; ++i) y = tanh(y);  // each keeps its output of a megabyte
    const Variable loss = sum(y);
    y = {};
    CHECK(memory_use().live_bytes - before >= 20 * megabyte);
    reset_peak_memory();
    static_cast<void>(backward(loss, {.keep_graph = keep}));
    CHECK((memory_use().live_bytes - before >= 20 * megabyte) == keep);
    return (memory_use().peak_bytes - before) / megabyte;
  };
  CHECK(peak_over(false) <= 23);
  CHECK(peak_over(true) <= 23);  // gradients go as soon as they were used
}

TEST_CASE("Gradients: added to others, leaf by leaf") {
  const Variable a = leaf_of({1, 2}), b = leaf_of({3, 4}), c = leaf_of({5, 6});
  Gradients total = backward(sum(b * 2));
  const Gradients more = backward(sum(a * 3 + b * 10 + c));
  total += more;
  REQUIRE(total.entries().size() == 3);
  CHECK(numbers_of(total[a]) == std::vector<float>{3, 3});
  CHECK(numbers_of(total[b]) == std::vector<float>{12, 12});
  CHECK(numbers_of(total[c]) == std::vector<float>{1, 1});
  CHECK(numbers_of(more[b]) == std::vector<float>{10, 10});
  total += total;
  CHECK(numbers_of(total[b]) == std::vector<float>{24, 24});
  Gradients from_nothing;
  from_nothing += more;
  CHECK(numbers_of(from_nothing[c]) == std::vector<float>{1, 1});
}

TEST_CASE("Gradients: halves of a batch add up to the batch") {
  const Variable w = leaf(from_vector<double>({1, -1, 2, 0.5}, {2, 2}));
  const Tensor x = from_vector<double>({1, 2, 3, 4, 5, 6, 7, 8}, {4, 2});
  const auto loss = [&](const Tensor& rows) { return sum(square(matmul(Variable(rows), w))); };
  Gradients total = backward(loss(slice(x, 0, 0, 2)));
  total += backward(loss(slice(x, 0, 2, 4)));
  total *= 0.25;
  Gradients whole = backward(loss(x));
  whole *= 0.25;
  CHECK(total[w].to_vector<double>() == whole[w].to_vector<double>());
}

TEST_CASE("Gradients: a copy is scaled alone") {
  const Variable a = leaf_of({1, 2});
  Gradients first = backward(sum(a * a));
  const Gradients copy = first;
  first *= -0.5;
  CHECK(numbers_of(first[a]) == std::vector<float>{-1, -2});
  CHECK(numbers_of(copy[a]) == std::vector<float>{2, 4});
}

TEST_CASE("Gradients: the norm is taken over all of them, and cut to the largest allowed") {
  const Variable a = leaf_of({0, 0}), b = leaf(full({}, 0));
  Gradients found = backward(sum(a * Variable(from_vector<float>({2, 3}))) + 6 * b);
  CHECK(found.norm() == 7);
  CHECK(found.clip_norm(8) == 7);
  CHECK(found.norm() == 7);
  CHECK(found.clip_norm(3.5) == 7);
  CHECK(numbers_of(found[a]) == std::vector<float>{1, 1.5});
  CHECK(found[b].item() == 3);
  CHECK(found.norm() == 3.5);
  CHECK(Gradients().norm() == 0);
  CHECK(message_of([&] { found.clip_norm(0); }) == "clip_norm: the largest norm is 0; try 1");
  CHECK(message_of([&] { found.clip_norm(NAN); }) == "clip_norm: the largest norm is nan; try 1");
}

TEST_CASE("Gradients: a norm whose square no float32 holds is clipped all the same") {
  const Variable a = leaf_of({0, 0});
  for (const float large : {1e30f, 1e-30f}) {
    Gradients found = backward(sum(a * Variable(from_vector<float>({3 * large, 4 * large}))));
    CHECK(found.norm() == doctest::Approx(5.0 * large));
    found.clip_norm(large);
    CHECK(numbers_of(found[a])[0] == doctest::Approx(0.6 * large));
    CHECK(numbers_of(found[a])[1] == doctest::Approx(0.8 * large));
  }
}

TEST_CASE("backward: for some leaves alone, no rule runs on a way that leads to others only") {
  const Variable a = leaf_of({1, 2}), b = leaf_of({3, 4}), unused = leaf_of({5});
  int runs = 0;
  const Variable counted = record("counted", a.value(), Wrt{a, [&](const Variable& dy) {
                                                              ++runs;
                                                              return dy;
                                                            }});
  const auto loss = [&] { return sum(counted * b); };
  const std::vector<Variable> asked = {unused, b, b};
  const Gradients found = backward(loss(), asked, {.keep_graph = true});
  CHECK(runs == 0);
  REQUIRE(found.entries().size() == 1);
  CHECK(numbers_of(found[b]) == std::vector<float>{1, 2});
  CHECK(found.expects(unused));
  CHECK(found.expects(b));
  CHECK(!found.expects(a));
  CHECK(!found.expects(Variable(ones({1}))));
  CHECK(!Gradients().expects(b));
  const Gradients all = backward(loss());
  CHECK(runs == 1);
  CHECK(all.expects(unused));
  Gradients total;
  total += found;
  CHECK(total.expects(b));
  CHECK(!total.expects(a));
  total += all;
  CHECK(total.expects(a));
  CHECK(numbers_of(total[b]) == std::vector<float>{2, 4});
  const std::vector<Variable> computed = {a * b}, constant = {Variable(ones({2, 2}))};
  CHECK(message_of([&] { return backward(loss(), computed); }) ==
        "backward: [2] is computed, no leaf; try gradients");
  CHECK(message_of([&] { return backward(loss(), constant); }) ==
        "backward: [2, 2] is a constant, no leaf; try leaf");
}

TEST_CASE("clip_norm: a norm that is no number names the first such gradient, and changes none") {
  const auto name = [](const Variable& x, const char* where) { x.node()->where = where; };
  for (const double odd : {double(NAN), double(INFINITY), -double(INFINITY)}) {
    const Variable a = leaf_of({1, 2}), b = leaf_of({3, 4}), c = leaf_of({5});
    name(a, "encoder.weight");
    name(b, "encoder.bias");
    const float number = static_cast<float>(odd);
    Gradients found = backward(sum(a) + sum(b * from_vector<float>({1, number})) +
                               sum(c * from_vector<float>({number})));
    CHECK(message_of([&] { found.clip_norm(1); }) ==
          text("clip_norm: the norm is ", found.norm(),
               ", by the gradient of encoder.bias [2]; try AnomalyMode to see where that began"));
    CHECK(numbers_of(found[a]) == std::vector<float>{1, 1});
    CHECK(numbers_of(found[b])[0] == 1);
  }
  const Variable x = leaf(ones({1}));
  Gradients found = backward(sum(x * from_vector<float>({INFINITY})));
  CHECK(message_of([&] {
          found.clip_norm(1);
        }).find("clip_norm: the norm is inf, by the gradient of a leaf [1]") == 0);
}

TEST_CASE("norm: squares that overflow or vanish in float64 do not spoil it") {
  for (const double scale : {1e300, 1e-300, 1.0}) {
    const Variable x = leaf(ones({2}, DType::float64)), y = leaf(ones({2}, DType::float64));
    Gradients found = backward(sum(x * from_vector<double>({3 * scale, 0})) +
                               sum(y * from_vector<double>({0, 4 * scale})));
    CHECK(found.norm() == doctest::Approx(5 * scale));
    CHECK(found.clip_norm(scale) == doctest::Approx(5 * scale));
    CHECK(found[y].to_vector<double>()[1] == doctest::Approx(0.8 * scale));
  }
  const Variable x = leaf(ones({2}));
  CHECK(backward(sum(x * zeros({2}))).norm() == 0);
}
