#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <tensor/elementwise.hpp>
#include <tensor/parts.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>
#include <tensor/views.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

namespace {

constexpr DType floating[] = {DType::float32, DType::float64};

}  // namespace

TEST_CASE("rand, randn: a number depends on seed, stream and position alone") {
  for (const DType dtype : floating)
    for (const auto draw : {rand, randn}) {
      Random random{5, 6};
      const Tensor all = draw({64}, random, dtype);
      Random again{5, 6};
      const Tensor first = draw({4, 5}, again, dtype);
      CHECK(same_bits(first, reshape(slice(all, 0, 0, 20), {4, 5})));
      CHECK(same_bits(draw({44}, again, dtype), slice(all, 0, 20, 64)));
      CHECK(again.position == random.position);
      Random other_seed{6, 6}, other_stream{5, 7};
      CHECK(sum(draw({64}, other_seed, dtype) == all).item() == 0);
      CHECK(sum(draw({64}, other_stream, dtype) == all).item() == 0);
      CHECK(sum(draw({64}, random, dtype) == all).item() == 0);
    }
}

TEST_CASE("rand, randn: a copied generator draws the same again") {
  Random random{1};
  static_cast<void>(randn({7}, random));
  Random copy = random;
  CHECK(same_bits(randn({100}, random), randn({100}, copy)));
}

TEST_CASE("rand, randn: the generator moves on by groups of four, a float64 counts as two") {
  Random random;
  static_cast<void>(rand({1}, random));
  CHECK(random.position == 4);
  static_cast<void>(rand({5}, random));
  CHECK(random.position == 12);
  static_cast<void>(randn({0}, random));
  CHECK(random.position == 12);
  static_cast<void>(rand({3}, random, DType::float64));
  CHECK(random.position == 20);
  static_cast<void>(randn({2}, random, DType::float64));
  CHECK(random.position == 24);
}

TEST_CASE("rand: no bits are drawn twice where dtypes take turns") {
  Random random{3};
  std::map<std::uint32_t, int> seen;  // the first 24 bits of every number
  std::size_t drawn = 0;
  for (const DType dtype : {DType::float32, DType::float64, DType::float32, DType::float64})
    for (const double number : doubles(rand({40}, random, dtype)))
      ++seen[static_cast<std::uint32_t>(number * 0x1p24)], ++drawn;
  CHECK(seen.size() == drawn);
}

TEST_CASE("rand: evenly spread over [0, 1)") {
  for (const DType dtype : floating) {
    Random random{7};
    const std::vector<double> x = doubles(rand({100'000}, random, dtype));
    std::vector<int> bins(20);
    for (const double number : x) {
      REQUIRE((number >= 0 && number < 1));
      ++bins[static_cast<std::size_t>(number * 20)];
    }
    double chi = 0;
    for (const int bin : bins) chi += (bin - 5000.0) * (bin - 5000.0) / 5000;
    CHECK(chi < 43.8);  // 19 degrees of freedom: one seed in a thousand is above
    CHECK(chi > 4.9);   // and as few are as even as this
    double together = 0;
    for (std::size_t i = 0; i + 1 < x.size(); ++i) together += (x[i] - 0.5) * (x[i + 1] - 0.5);
    CHECK(std::fabs(together / 1e5) < 4 / 12.0 / std::sqrt(1e5));  // neighbors know nothing
  }
}

TEST_CASE("randn: mean 0, variance 1, the tails of a Gaussian") {
  for (const DType dtype : floating) {
    Random random{8};
    const Tensor x = randn({400'000}, random, dtype);
    CHECK(std::fabs(mean(x).item()) < 4 / std::sqrt(4e5));
    CHECK(std::fabs(var(x).item() - 1) < 4 * std::sqrt(2 / 4e5));
    CHECK(std::fabs(mean(x * x * x).item()) < 4 * std::sqrt(15 / 4e5));
    CHECK(std::fabs(mean(square(square(x))).item() - 3) < 4 * std::sqrt(96 / 4e5));
    const Tensor one = cast(abs(x) < 1, DType::float64), two = cast(abs(x) < 2, DType::float64);
    CHECK(std::fabs(mean(one).item() - 0.682689492137086) < 4 * 0.4655 / std::sqrt(4e5));
    CHECK(std::fabs(mean(two).item() - 0.954499736103642) < 4 * 0.2084 / std::sqrt(4e5));
    CHECK(amax(abs(x)).item() < 6);
    CHECK(amax(abs(x)).item() > 4);
  }
}

TEST_CASE("rand, randn: the same bits on any number of threads") {
  for (const DType dtype : floating)
    for (const auto draw : {rand, randn})
      CHECK(same_on_any_number_of_threads([&] {
        Random random{9, 10, 12};
        return draw({100'001}, random, dtype);
      }));
}

TEST_CASE("fork: a stream of its own for every name") {
  const Random root{11, 12, 99};
  const Random a = root.fork("encoder.weight"), b = root.fork("encoder.bias");
  CHECK(a.seed == 11);
  CHECK(a.position == 0);
  CHECK(a.stream != b.stream);
  CHECK(a.stream != root.stream);
  CHECK(root.fork("encoder.weight").stream == a.stream);
  CHECK(Random{11, 12, 0}.fork("encoder.weight").stream == a.stream);
  CHECK(Random{11, 13}.fork("encoder.weight").stream != a.stream);
  CHECK(root.fork("a").fork("b").stream != root.fork("b").fork("a").stream);
  CHECK(Random{}.fork("a").stream == 0xaf63dc4c8601ec8c);  // FNV-1a's published value
}

TEST_CASE("permutation: every number once, and each order as likely as the others") {
  Random random{13};
  for (const std::int64_t n : {0, 1, 2, 1000}) {
    std::vector<std::int64_t> order = permutation(n, random);
    std::sort(order.begin(), order.end());
    REQUIRE(order.size() == static_cast<std::size_t>(n));
    for (std::int64_t i = 0; i < n; ++i) CHECK(order[static_cast<std::size_t>(i)] == i);
  }
  std::map<std::vector<std::int64_t>, int> orders;
  for (int i = 0; i < 24'000; ++i) ++orders[permutation(4, random)];
  CHECK(orders.size() == 24);
  double chi = 0;
  for (const auto& [order, count] : orders) chi += (count - 1000.0) * (count - 1000.0) / 1000;
  CHECK(chi < 49.7);  // 23 degrees of freedom: one seed in a thousand is above
  CHECK_THROWS_WITH_AS(permutation(-1, random), "shape: [-1] has a negative length; try 0 or more",
                       ShapeError);
}

TEST_CASE("permutation: follows from the generator's three numbers") {
  Random a{14}, b{14}, c{15};
  const auto order = permutation(50, a);
  CHECK(permutation(50, b) == order);
  CHECK(permutation(50, c) != order);
  CHECK(permutation(50, a) != order);
}

TEST_CASE("bernoulli: 1 as often as its probability says, in p's shape and dtype") {
  Random random{16}, same{16};
  const Tensor p = expand(from_vector<double>({0, 0.25, 1}, {3, 1}), {3, 40'000});
  const Tensor y = bernoulli(p, random);
  CHECK(y.dtype() == DType::float64);
  const std::vector<double> share = mean(y, 1).to_vector<double>();
  CHECK(share[0] == 0);
  CHECK(share[1] == doctest::Approx(0.25).epsilon(0.03));
  CHECK(share[2] == 1);
  CHECK(same_bits(bernoulli(p, same), y));
  CHECK_FALSE(same_bits(bernoulli(p, same), y));
  for (const double wrong : {-0.1, 1.1, double{NAN}})
    CHECK_THROWS_WITH_AS(
        bernoulli(full({2}, wrong), random),
        "bernoulli: a probability among [2] is outside [0, 1] or NaN; try sigmoid of logits",
        Error);
}

TEST_CASE("multinomial: categories as often as their weights say") {
  Random random{17};
  const Tensor weights = from_vector<float>({1, 0, 3, 4, 0});
  const Tensor again = multinomial(weights, 40'000, random, {.replacement = true});
  CHECK(again.dtype() == DType::int32);
  const double shares[] = {0.125, 0, 0.375, 0.5, 0};
  for (int i = 0; i < 5; ++i)
    CHECK(mean(cast(again == i, DType::float64)).item() ==
          doctest::Approx(shares[i]).epsilon(0.03));

  // Without replacement: the first as above, and none twice.
  const Tensor rows = multinomial(expand(weights, {40'000, 5}), 3, random);
  CHECK(rows.shape() == Shape{40'000, 3});
  const Tensor first = cast(slice(rows, 1, 0, 1), DType::float64);
  for (int i = 0; i < 5; ++i)
    CHECK(mean(first == i).item() == doctest::Approx(shares[i]).epsilon(0.03));
  CHECK(sum(rows).item() == 40'000 * (0 + 2 + 3));
  // 3 in the second place: 0 first, then 3 of 3 and 4; or 2 first, then 3 of 1 and 4.
  CHECK(mean(cast(slice(rows, 1, 1, 2) == 3, DType::float64)).item() ==
        doctest::Approx(0.125 * 4 / 7 + 0.375 * 4 / 5).epsilon(0.03));
}

TEST_CASE("multinomial: what cannot be drawn is refused") {
  Random random{18};
  const Tensor weights = from_vector<float>({1, 0, 3});
  CHECK_THROWS_WITH_AS(multinomial(weights, 3, random),
                       "multinomial: 3 draws from 2 weights that are not 0; try fewer, or "
                       "{.replacement = true}",
                       Error);
  CHECK_THROWS_WITH_AS(multinomial(zeros({3}), 1, random, {.replacement = true}),
                       "multinomial: 1 draws from 0 weights that are not 0; give at least one",
                       Error);
  CHECK_THROWS_WITH_AS(multinomial(weights, 0, random),
                       "multinomial: 0 draws from weights [3]; try at least 1 from [categories] or "
                       "[rows, categories]",
                       ShapeError);
  CHECK_THROWS_AS(multinomial(zeros({2, 2, 2}), 1, random), ShapeError);
  for (const double wrong : {-1.0, double{INFINITY}, double{NAN}})
    CHECK_THROWS_WITH_AS(multinomial(full({2}, wrong), 1, random),
                         "multinomial: a weight among [2] is negative, infinite or NaN; try "
                         "softmax",
                         Error);
  CHECK_THROWS_WITH_AS(multinomial(ones({2}, DType::int32), 1, random),
                       "multinomial: int32 weights [2]; try float32", DTypeError);
  CHECK(multinomial(zeros({0, 3}), 2, random).shape() == Shape{0, 2});
}
