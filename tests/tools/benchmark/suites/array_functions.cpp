#include <doctest/doctest.h>

#include <tensor/reduce.hpp>
#include <tools/benchmark/suites/array_functions.hpp>

using namespace ebb::tools;

TEST_CASE("bench functions: each runs, and says how much memory an element costs it") {
  const auto functions = benchmark::array_functions(300);
  CHECK(functions.size() == 16);
  for (const benchmark::ArrayFunction& function : functions) {
    CAPTURE(function.name);
    CHECK((function.bytes == 4 || function.bytes == 8));
    CHECK_NOTHROW(function.call());
  }
}

TEST_CASE("bench functions: their numbers are positive, dense and always the same") {
  const ebb::Tensor x = benchmark::positive_numbers({40, 25});
  CHECK(ebb::amin(x).item() >= 0.5);
  CHECK(ebb::amax(x).item() < 2.5);
  CHECK(ebb::mean(x).item() == doctest::Approx(1.5).epsilon(0.05));
  CHECK(x.to_vector<float>() == benchmark::positive_numbers({1'000}).to_vector<float>());
}
