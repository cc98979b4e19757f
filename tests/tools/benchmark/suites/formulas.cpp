#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <tensor/elementwise.hpp>
#include <tools/benchmark/suites/array_functions.hpp>
#include <tools/benchmark/suites/formulas.hpp>

using namespace ebb::tools;

using ebb::tools::benchmark::Formula;

namespace {

Formula formula(const std::string& name) {
  const auto all = benchmark::formulas();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Formula& each) { return each.name == name; });
  REQUIRE_MESSAGE(found != all.end(), name);
  return *found;
}

}  // namespace

TEST_CASE("bench formulas: the whole list, each by a name of its own, with its inputs") {
  const auto all = benchmark::formulas();
  CHECK(all.size() == static_cast<std::size_t>(ebb::kernels::AllFormulas::size));
  std::set<std::string> names;
  for (const Formula& each : all) names.insert(each.name);
  CHECK(names.size() == all.size());
  CHECK(formula("Tanh").inputs == 1);
  CHECK(formula("TanhSlope").inputs == 2);
  CHECK(formula("Where").inputs == 3);
  CHECK(formula("DivideSlopeB").inputs == 3);
  CHECK(formula("PowSlopeB").inputs == 4);
  CHECK(formula("Clamp").inputs == 1);
  CHECK(formula("ClampSlope").inputs == 2);
}

TEST_CASE("bench formulas: cheap ones do nothing that takes longer than reading") {
  for (const char* name : {"Add", "Where", "ReluSlope", "SquaredErrorSlopeX", "TanhSlope"})
    CHECK_MESSAGE(formula(name).cheap, name);
  for (const char* name : {"Divide", "Exp", "Pow", "SoftplusSlope", "GaussianKlSlopeV"})
    CHECK_MESSAGE(!formula(name).cheap, name);
}

TEST_CASE("bench formulas: running one computes what it says") {
  std::vector<ebb::Tensor> x(4, benchmark::positive_numbers({37}));
  x[1] = x[0] * 2;
  for (const Formula& each : benchmark::formulas()) CHECK(benchmark::run(each, x).count() == 37);
  CHECK(benchmark::run(formula("Tanh"), x).to_vector<float>() ==
        ebb::tanh(x[0]).to_vector<float>());
  CHECK(benchmark::run(formula("Multiply"), x).to_vector<float>() ==
        (x[0] * x[1]).to_vector<float>());
  CHECK(benchmark::run(formula("Clamp"), x).to_vector<float>() ==
        ebb::clamp(x[0], 1, 2).to_vector<float>());
}
