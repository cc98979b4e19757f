#include <doctest/doctest.h>

#include <cmath>
#include <tensor/elementwise.hpp>
#include <tensor/makers.hpp>
#include <tensor/parts.hpp>
#include <tensor/random.hpp>
#include <tensor/views.hpp>
#include <tests/support.hpp>
#include <tools/evaluation/measures/mutual_information_gap.hpp>

using namespace ebb;
using namespace ebb::tools;

namespace {

// Each of 4 values beside each of 30: the second needs bins.
Tensor all_pairs() {
  std::vector<float> rows;
  for (int a = 0; a < 4; ++a)
    for (int b = 0; b < 40; ++b) rows.insert(rows.end(), {float(a), 0.1f * float(b)});
  return from_vector(rows, {160, 2});
}

}  // namespace

TEST_CASE("mutual_information_gap: codes that are the factors have 1, whatever their order") {
  const Tensor factors = all_pairs();
  CHECK(mutual_information_gap(factors, factors) == doctest::Approx(1));
  CHECK(mutual_information_gap(-3 * flip(factors, 1), factors) == doctest::Approx(1));
}

TEST_CASE("mutual_information_gap: two codes that say the same leave no gap") {
  const Tensor factors = all_pairs();
  CHECK(mutual_information_gap(cat({factors, factors}, 1), factors) == doctest::Approx(0));
}

TEST_CASE("mutual_information_gap: one code for half of what is to know of a factor") {
  // The code tells 0 and 1 from 2 and 3: log 2 of log 4, and nothing of the second factor.
  const Tensor factors = all_pairs(), first = slice(factors, 1, 0, 1);
  const Tensor code = cast(first > 1, DType::float32);
  CHECK(mutual_information_gap(code, first) == doctest::Approx(0.5));
  CHECK(mutual_information_gap(code, factors) == doctest::Approx(0.25));
}

TEST_CASE("mutual_information_gap: noise knows nothing, and a constant factor does not count") {
  Random random{5};
  const Tensor factors = rand({20'000, 2}, random), noise = randn({20'000, 3}, random);
  CHECK(mutual_information_gap(noise, factors) < 0.01);
  const Tensor with_constant = cat({all_pairs(), zeros({160, 1})}, 1);
  CHECK(mutual_information_gap(all_pairs(), with_constant) == doctest::Approx(1));
  CHECK(std::isnan(mutual_information_gap(all_pairs(), zeros({160, 1}))));
  CHECK(message_of<ShapeError>([&] {
          return mutual_information_gap(noise, zeros({3, 1}));
        }) ==
        "mutual_information_gap: codes [20000, 3] and factors [3, 1] must be [n, …], with one row "
        "for each example");
  const Tensor two = zeros({2, 1});
  CHECK(message_of<Error>([&] { return mutual_information_gap(two, two, 0); }) ==
        "mutual_information_gap: 0 bins of codes [2, 1]; there must be at least 1, and all values "
        "finite");
  CHECK_THROWS_AS(mutual_information_gap(1 / two, two), Error);
}
