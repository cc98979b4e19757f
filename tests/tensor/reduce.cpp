#include <doctest/doctest.h>

#include <tensor/elementwise.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>
#include <tests/tensor/by_hand.hpp>

using namespace ebb;

namespace {

// Everything that is reduced over axes, against plain loops over double.
void check_all(const Tensor& x, const Axes& axes) {
  CAPTURE(text(x.shape(), " over ", axes, " in ", x.dtype()));
  const Reduction what = reduction("check", x.shape(), axes);
  const auto check = [&](auto function, auto reference, double roundings) {
    const Tensor kept = function(true), dropped = function(false);
    CHECK(kept.shape() == what.kept);
    CHECK(kept.dtype() == x.dtype());
    CHECK(dropped.rank() == x.rank() - what.axes.rank());
    CHECK(near(kept, by_hand(x, axes, reference), roundings));
    CHECK(same_bits(reshape(kept, dropped.shape()), dropped));
  };
  // Sums of numbers() are exact as far as they come here.
  check([&](bool keep) { return sum(x, axes, keep); }, sum_of, 0);
  check([&](bool keep) { return mean(x, axes, keep); }, mean_of, 1);
  check([&](bool keep) { return amax(x, axes, keep); }, max_of, 0);
  check([&](bool keep) { return amin(x, axes, keep); }, min_of, 0);
  check([&](bool keep) { return var(x, axes, 1, keep); }, var_of, 20);
  check([&](bool keep) { return logsumexp(x, axes, keep); }, log_of_sum, 20);
}

}  // namespace

TEST_CASE("reductions: every choice of axes, against plain loops over double") {
  for (const DType dtype : floating) {
    const Tensor x = number_tensor({3, 4, 5, 7}, dtype);
    for (int choice = 0; choice < 16; ++choice) {
      Axes axes;
      for (int axis = 0; axis < 4; ++axis)
        if (choice >> axis & 1) axes.push_back(axis % 2 ? axis : axis - 4);
      check_all(x, axes);
      check_all(permute(x, {2, 0, 3, 1}), axes);
      check_all(slice(slice(x, 1, 1, 4, 2), 3, 0, 7, 3), axes);
    }
    check_all(x, {3, 0});  // in any order
    check_all(expand(number_tensor({3, 1, 5}, dtype), {2, 3, 4, 5}), {1, 3});
    check_all(number_tensor({2, 1, 3, 1, 2, 4}, dtype), {0, 2, 5});
  }
}

TEST_CASE("reductions: every length around the vectors, blocks and pieces") {
  for (const DType dtype : floating) {
    for (std::int64_t n = 1; n <= 70; ++n) {
      check_all(number_tensor({3, n}, dtype), {1});
      check_all(number_tensor({n, 3}, dtype), {0});
    }
    for (const std::int64_t n : {127, 128, 129, 255, 256, 257, 1023, 1024, 1025, 8191, 8192, 8193,
                                 16384, 20'000, 70'000}) {
      check_all(number_tensor({2, n}, dtype), {1});
      check_all(number_tensor({n, 3}, dtype), {0});
      check_all(number_tensor({3, n}, dtype), {0});
    }
  }
}

TEST_CASE("reductions: a single element says nothing of the spread") {
  for (const DType dtype : floating)
    for (const Shape& shape : {Shape{}, Shape{1}, Shape{1, 1, 1}}) {
      CHECK(std::isnan(var(full(shape, -2.5, dtype)).item()));
      CHECK(var(full(shape, -2.5, dtype), {}, 0).item() == 0);
    }
}

TEST_CASE("reductions: of nothing") {
  for (const DType dtype : floating) {
    const Tensor x = zeros({2, 0, 3}, dtype);
    CHECK(doubles(sum(x, {1})) == Doubles(6, 0));
    CHECK(sum(x).item() == 0);
    CHECK(sum(x, {0}).shape() == Shape{0, 3});
    CHECK(sum(x, {0, 1}, true).shape() == Shape{1, 1, 3});
    CHECK(std::isnan(mean(x).item()));
    CHECK(std::isnan(var(x).item()));
    CHECK(doubles(logsumexp(x, {1})) == Doubles(6, -INFINITY));
    CHECK(amax(x, {0}).shape() == Shape{0, 3});
    CHECK(argmax(x, 0).shape() == Shape{0, 3});
    CHECK(softmax(x, 1).shape() == Shape{2, 0, 3});
    CHECK(log_softmax(x, 2).shape() == Shape{2, 0, 3});
  }
  const Tensor x = zeros({2, 0});
  CHECK_THROWS_WITH_AS(amax(x, {1}),
                       "amax: [2, 0] has no elements to choose from; it needs at least one",
                       ShapeError);
  CHECK_THROWS_WITH_AS(
      amin(x), "amin: [2, 0] has no elements to choose from; it needs at least one", ShapeError);
  CHECK_THROWS_WITH_AS(argmax(x, 1),
                       "argmax: [2, 0] has no elements to choose from; it needs at least one",
                       ShapeError);
}

TEST_CASE("reductions: NaN and infinity reach the results they belong to, wherever they stand") {
  int wrong = 0;
  const auto look = [&](const Tensor& y, double third) {
    const Doubles found = doubles(y);
    wrong += !(std::isfinite(found[0]) && std::isnan(found[1]) && found[2] == third);
  };
  for (const DType dtype : floating)
    for (const std::int64_t n : {2, 7, 16, 33, 150})
      for (std::int64_t at = 0; at < n; ++at) {
        Doubles values = numbers(3 * n);
        values[static_cast<std::size_t>(n + at)] = NAN;
        values[static_cast<std::size_t>(2 * n + at)] = -INFINITY;
        values[static_cast<std::size_t>(2 * n + (at + 1) % n)] = 9;
        const Tensor x = cast(from_vector(values, {3, n}), dtype);
        for (const Tensor& rows : {x, transpose(contiguous(transpose(x)))}) {
          look(sum(rows, {1}), -INFINITY);
          look(mean(rows, {1}), -INFINITY);
          look(amin(rows, {1}), -INFINITY);
          look(amax(rows, {1}), 9);
          wrong += !std::isnan(doubles(var(rows, {1}))[1]);
          wrong += !std::isnan(doubles(logsumexp(rows, {1}))[1]);
          wrong += argmax(slice(rows, 0, 1, 2), 1).item() != static_cast<double>(at);
        }
      }
  CHECK(wrong == 0);
}

TEST_CASE("reductions: the sum of many numbers loses few bits") {
  const Tensor x = full({3'000'000}, 0.1);
  CHECK(sum(x).item() == doctest::Approx(300'000).epsilon(5e-5));  // one by one: 4 % off
  CHECK(sum(reshape(x, {1'000'000, 3}), {0}).to_vector<float>()[1] ==
        doctest::Approx(100'000).epsilon(5e-5));
}

TEST_CASE("argmax, var: the same bits on any number of threads") {
  for (const DType dtype : floating) {
    const Tensor x = number_tensor({1024, 500}, dtype) / 3;  // eight blocks of rows
    CHECK(same_on_any_number_of_threads([&] { return var(transpose(x), {0}); }));
    CHECK(same_on_any_number_of_threads([&] { return argmax(x, 1); }));
  }
}

TEST_CASE("var: divides by the count less the correction") {
  const Tensor x = from_vector<double>({1, 2, 3, 6});
  CHECK(var(x).item() == doctest::Approx(14.0 / 3).epsilon(1e-15));
  CHECK(var(x, {}, 0).item() == 3.5);
  CHECK(var(x, {}, 2).item() == 7);
  CHECK(var(x, {}, 4).item() == INFINITY);
  CHECK(var(x, {}, 9).item() == INFINITY);
  CHECK(var(x + 1e8).item() == doctest::Approx(14.0 / 3).epsilon(1e-15));  // no cancellation
  CHECK(var(x, {}, 1.3).item() == doctest::Approx(14 / 2.7).epsilon(1e-15));
  CHECK(var(x, {}, 3.5).item() == 28);
  CHECK(var(x, {}, INFINITY).item() == INFINITY);
}

TEST_CASE("var: a negative correction adds to the count, NaN is an error") {
  CHECK(var(from_vector<float>({1, 3}), {}, -2).item() == 0.5);
  CHECK_THROWS_WITH_AS(var(ones({3}), {}, NAN), "var: correction nan; try 0 or 1", Error);
}

TEST_CASE("axes: one, several, all, and nothing else") {
  const Tensor x = from_vector<float>({1, 2, 3, 4, 5, 6}, {2, 3});
  CHECK(doubles(sum(x, 1)) == Doubles{6, 15});
  CHECK(doubles(sum(x, 0)) == Doubles{5, 7, 9});
  CHECK(doubles(sum(x, {1})) == Doubles{6, 15});
  CHECK(sum(x, {}).item() == 21);
  CHECK(sum(x, {-1}, true).shape() == Shape{2, 1});
  CHECK(mean(x, -1, true).shape() == Shape{2, 1});
  CHECK(doubles(amax(x, 0)) == Doubles{4, 5, 6});
  CHECK(doubles(amin(x, std::int64_t{1})) == Doubles{1, 4});
  CHECK(doubles(var(x, 1, 0)) == doubles(var(x, {1}, 0)));
  CHECK(same_bits(logsumexp(x, -1), logsumexp(x, {1})));
  CHECK(same_bits(softmax(x, -1), softmax(x, {1})));
  CHECK(text(Axes{1, -2}, Axes(3), Axes()) == "[1, -2][3][]");
  CHECK(Axes{2} == Axes(2));
  CHECK_FALSE(std::is_convertible_v<bool, Axes>);
  CHECK_FALSE(std::is_convertible_v<double, Axes>);
  CHECK_THROWS_WITH_AS(sum(x, 2), "sum: axis 2 does not exist in a tensor of rank 2; try -2 to 1",
                       ShapeError);
}

TEST_CASE("argmax: the first of the largest along an axis, in int32") {
  const Tensor x = from_vector<float>({1, 5, 5, 0, -1, -2, -1, -3}, {2, 4});
  CHECK(argmax(x, 1).dtype() == DType::int32);
  CHECK(doubles(argmax(x, 1)) == Doubles{1, 0});
  CHECK(doubles(argmax(x, 0)) == Doubles{0, 0, 0, 0});
  CHECK(doubles(argmax(-x, -2)) == Doubles{1, 1, 1, 1});
  CHECK(argmax(x, 1, true).shape() == Shape{2, 1});
  CHECK(argmax(x, -2, true).shape() == Shape{1, 4});
  CHECK(doubles(argmax(transpose(x), 0)) == Doubles{1, 0});
  CHECK(doubles(argmax(cast(x, DType::float64), 1)) == Doubles{1, 0});
  CHECK(doubles(argmax(from_vector<double>({3, NAN, 9, NAN}), 0)) == Doubles{1});
  CHECK(doubles(argmax(full({3}, -INFINITY), 0)) == Doubles{0});
  CHECK(doubles(argmax(arange(-300, 300, 1, DType::int32), 0)) == Doubles{599});
  CHECK(doubles(argmax(expand(x, {2, 2, 4}), 0)) == Doubles(8, 0));
}

TEST_CASE("argmax: more elements than int32 has places are an error") {
  const std::int64_t most = std::int64_t{1} << 31;
  CHECK(argmax(expand(ones({1}), {most}), 0).item() == 0);
  CHECK_THROWS_WITH_AS(argmax(expand(ones({1}), {most + 100}), 0),
                       "argmax: 2147483748 elements have places that int32 cannot hold; try argmax "
                       "of slices",
                       Error);
}

TEST_CASE("sum_to: what has the shape is no copy, of nothing it is zeros") {
  const Tensor x = number_tensor({2, 3, 4}, DType::float32);
  CHECK(sum_to(x, {2, 3, 4}).storage() == x.storage());
  CHECK(doubles(sum_to(zeros({0, 3}), {3})) == Doubles{0, 0, 0});
}

TEST_CASE("sum_to: a shape that expand cannot have repeated is an error") {
  const auto message = [](const char* shapes) {
    return text("sum_to: ", shapes,
                ": aligned at the last axis, lengths must be equal or 1; try keepdim or reshape");
  };
  const Tensor x = zeros({2, 3});
  CHECK_THROWS_WITH_AS(sum_to(x, {2}), message("[2, 3] is no repetition of [2]").c_str(),
                       ShapeError);
  CHECK_THROWS_WITH_AS(sum_to(x, {3, 3}), message("[2, 3] is no repetition of [3, 3]").c_str(),
                       ShapeError);
  CHECK_THROWS_WITH_AS(sum_to(x, {1, 2, 3}),
                       message("[2, 3] is no repetition of [1, 2, 3]").c_str(), ShapeError);
}

TEST_CASE(
    "reductions: an axis that does not exist or is named twice is an error of that function") {
  const Tensor x = zeros({2, 3});
  const auto missing = [](const char* name) {
    return text(name, ": axis 2 does not exist in a tensor of rank 2; try -2 to 1");
  };
  const auto twice = [](const char* name) {
    return text(name, ": axes [1, -1] name axis 1 twice; name it once");
  };
  CHECK_THROWS_WITH_AS(sum(x, {2}), missing("sum").c_str(), ShapeError);
  CHECK_THROWS_WITH_AS(mean(x, {2}), missing("mean").c_str(), ShapeError);
  CHECK_THROWS_WITH_AS(amax(x, {2}), missing("amax").c_str(), ShapeError);
  CHECK_THROWS_WITH_AS(amin(x, {2}), missing("amin").c_str(), ShapeError);
  CHECK_THROWS_WITH_AS(argmax(x, 2), missing("argmax").c_str(), ShapeError);
  CHECK_THROWS_WITH_AS(var(x, {2}), missing("var").c_str(), ShapeError);
  CHECK_THROWS_WITH_AS(logsumexp(x, {2}), missing("logsumexp").c_str(), ShapeError);
  CHECK_THROWS_WITH_AS(softmax(x, 2), missing("softmax").c_str(), ShapeError);
  CHECK_THROWS_WITH_AS(log_softmax(x, 2), missing("log_softmax").c_str(), ShapeError);
  CHECK_THROWS_WITH_AS(sum(x, {1, -1}), twice("sum").c_str(), ShapeError);
  CHECK_THROWS_WITH_AS(var(x, {1, -1}), twice("var").c_str(), ShapeError);
  CHECK_THROWS_WITH_AS(argmax(full({}, 1), 1),
                       "argmax: axis 1 does not exist in a tensor of rank 1; try -1 to 0",
                       ShapeError);
}

TEST_CASE("reduction: axes resolved and in order, the shape with them at 1, the count") {
  const Reduction what = reduction("f", {2, 3, 4}, {-1, 0});
  CHECK(what.axes == Axes{0, 2});
  CHECK(what.kept == Shape{1, 3, 1});
  CHECK(what.count == 8);
  CHECK(reduction("f", {2, 3}, {}).axes == Axes{0, 1});
  CHECK(reduction("f", {}, {}).count == 1);
}
