// How reductions read what does not lie in order: transposed, sliced, repeated.
#include <doctest/doctest.h>

#include <tensor/common/reduction.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>
#include <tests/tensor/by_hand.hpp>

using namespace ebb;

namespace {

// What a computation takes beyond what lives already, at its peak.
std::size_t extra_bytes(const std::function<void()>& compute) {
  reset_peak_memory();
  const std::size_t before = memory_use().live_bytes;
  compute();
  return memory_use().peak_bytes - before;
}

}  // namespace

TEST_CASE("reductions: what expand repeats takes no memory") {
  const std::int64_t many = 200'000'000;
  const Tensor x = expand(ones({1}), {many}), rows = expand(full({3, 1}, 2), {3, many});
  const Tensor columns = expand(full({1, 3}, 2), {many, 3});
  CHECK(extra_bytes([&] {
          CHECK(sum(x).item() == 2e8);
          CHECK(mean(x).item() == 1);
          CHECK(amax(x).item() == 1);
          CHECK(amin(x).item() == 1);
          CHECK(argmax(x, 0).item() == 0);
          CHECK(var(x).item() == 0);
          CHECK(logsumexp(x).item() == doctest::Approx(1 + std::log(2e8)).epsilon(1e-6));
          CHECK(sum_to(x, {1}).item() == 2e8);
          CHECK(doubles(sum(rows, 1)) == Doubles(3, 4e8));
          CHECK(doubles(sum(columns, 0)) == Doubles(3, 4e8));
          CHECK(doubles(var(columns, 0)) == Doubles(3, 0));
          CHECK(doubles(argmax(rows, 1)) == Doubles(3, 0));
          CHECK(doubles(sum(expand(ones({1}), {4, many / 4}), 1)) == Doubles(4, 5e7));
        }) < 100'000);
}

TEST_CASE("softmax, log_softmax: of what repeats, the result alone takes memory") {
  for (const std::int64_t n : {1000, 4000}) {
    const Tensor row = number_tensor({n}, DType::float32), x = expand(row, {1000, n});
    const auto size = static_cast<std::size_t>(4 * 1000 * n);
    CHECK(extra_bytes([&] {
            CHECK(same_bits(slice(softmax(x), 0, 7, 8), unsqueeze(softmax(row), 0)));
          }) < size * 5 / 4);
    CHECK(extra_bytes([&] { CHECK(log_softmax(x).is_contiguous()); }) < size * 5 / 4);
    CHECK(near(softmax(x, 0), Doubles(static_cast<std::size_t>(1000 * n), 1e-3), 2));
    CHECK(near(log_softmax(x, 0), Doubles(static_cast<std::size_t>(1000 * n), std::log(1e-3)), 2));
    CHECK(extra_bytes([&] { (void)softmax(x, 0); }) < size * 5 / 4);
    CHECK(extra_bytes([&] { (void)log_softmax(x, 0); }) < size * 5 / 4);
  }
}

TEST_CASE("reductions: repeats of some axes, against plain loops over double") {
  for (const DType dtype : floating) {
    const Tensor x = expand(number_tensor({3, 1, 5, 1}, dtype), {3, 4, 5, 6});
    for (int choice = 0; choice < 16; ++choice) {
      Axes axes;
      for (int axis = 0; axis < 4; ++axis)
        if (choice >> axis & 1) axes.push_back(axis);
      CAPTURE(text(axes));
      for (const Tensor& y : {x, permute(x, {3, 1, 2, 0}), slice(x, 2, 1, 5, 2)}) {
        CHECK(near(sum(y, axes), by_hand(y, axes, sum_of), 1));
        CHECK(near(mean(y, axes), by_hand(y, axes, mean_of), 1));
        CHECK(near(amax(y, axes), by_hand(y, axes, max_of), 0));
        CHECK(near(amin(y, axes), by_hand(y, axes, min_of), 0));
        CHECK(near(var(y, axes), by_hand(y, axes, var_of), 20));
        CHECK(near(logsumexp(y, axes), by_hand(y, axes, log_of_sum), 20));
        CHECK(sum(y, axes).is_contiguous());
      }
    }
    CHECK(doubles(sum(expand(full({1}, NAN, dtype), {0}))) == Doubles{0});
    CHECK(std::isnan(sum(expand(full({1}, NAN, dtype), {3})).item()));
    CHECK(sum(expand(full({1}, INFINITY, dtype), {3})).item() == INFINITY);
    CHECK(same_on_any_number_of_threads([&] {
      return sum(expand(number_tensor({512, 1, 300}, dtype) / 3, {512, 7, 300}), {0, 1});
    }));
  }
}

TEST_CASE("reductions: transposed tensors and slices are read where they lie") {
  for (const DType dtype : floating) {
    const auto bytes = size_of(dtype);
    const Tensor x = number_tensor({500, 700}, dtype), turned = transpose(x);
    const Tensor whole = number_tensor({4, 300, 400}, dtype);
    const Tensor part = slice(slice(whole, 1, 20, 270), 2, 5, 395);
    for (const int axis : {0, 1}) {
      CHECK(near(sum(turned, axis), by_hand(turned, axis, sum_of), 0));
      CHECK(near(amax(turned, axis), by_hand(turned, axis, max_of), 0));
      CHECK(extra_bytes([&] { (void)sum(turned, axis); }) < 100'000 * bytes / 4);
    }
    CHECK(extra_bytes([&] { (void)sum(turned); }) < 100'000 * bytes / 4);
    for (const Axes& axes : {Axes{0}, Axes{1}, Axes{2}, Axes{-3, 1}}) {
      CAPTURE(text(axes));
      CHECK(near(sum(part, axes), by_hand(part, axes, sum_of), 0));
      CHECK(near(amin(part, axes), by_hand(part, axes, min_of), 0));
    }
    CHECK(extra_bytes([&] { (void)sum(part, 1); }) < 100'000 * bytes / 4);
    CHECK(extra_bytes([&] { (void)sum(part, 2); }) < 100'000 * bytes / 4);
    CHECK(same_bits(sum(permute(whole, {2, 0, 1}), 2), transpose(sum(whole, 1))));
    CHECK(
        near(sum(permute(whole, {2, 0, 1}), 1), by_hand(permute(whole, {2, 0, 1}), 1, sum_of), 0));
    for (const Tensor& y : {turned, slice(x, 1, 3, 650), slice(x, 0, 1, 490, 3)})
      for (const Axes& axes : {Axes{}, Axes{0}, Axes{1}})
        CHECK(same_on_any_number_of_threads([&] { return sum(y / 3, axes); }));
  }
}

TEST_CASE("once: cuts what repeats, and counts it") {
  const Tensor x = expand(ones({2, 1, 3}), {5, 2, 4, 3});
  const Reduction over = reduction("f", x.shape(), {0, 1});
  const detail::Once once(x, over);
  CHECK(once.x.shape() == Shape{1, 2, 1, 3});
  CHECK(once.times == 5);
  CHECK(once.over.count == 2);
  CHECK(once.over.kept == Shape{1, 1, 1, 3});
  CHECK(once.x.storage() == x.storage());
  CHECK(detail::repeat(once.x, {5, 2, 4, 3}).is_contiguous());
  const Tensor plain = ones({2, 3});
  const Reduction all = reduction("f", {2, 3}, {});
  CHECK(detail::Once(plain, all).times == 1);
  CHECK(&detail::Once(plain, all).x == &plain);
}
