#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <tensor/elementwise.hpp>
#include <tensor/reduce.hpp>
#include <tools/benchmark/suites/elementwise.hpp>

using namespace ebb::tools::benchmark;

namespace {

// On numbers x, 2 x, x and x.
std::vector<ArrayFunction> some_formulas() {
  const ebb::Tensor x = positive_numbers({37});
  return formulas({x, x * 2, x, x});
}

ArrayFunction formula(const std::string& name) {
  const auto all = some_formulas();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const ArrayFunction& each) { return each.name == name; });
  REQUIRE_MESSAGE(found != all.end(), name);
  return *found;
}

}  // namespace

TEST_CASE("bench functions: each runs, and says how much memory an element costs it") {
  const auto functions = array_functions(300);
  CHECK(functions.size() == 18);
  for (const ArrayFunction& function : functions) {
    CAPTURE(function.name);
    CHECK((function.bytes == 4 || function.bytes == 8));
    CHECK_NOTHROW(function.call());
  }
}

TEST_CASE("bench functions: their numbers are positive, dense and always the same") {
  const ebb::Tensor x = positive_numbers({40, 25});
  CHECK(ebb::amin(x).item() >= 0.5);
  CHECK(ebb::amax(x).item() < 2.5);
  CHECK(ebb::mean(x).item() == doctest::Approx(1.5).epsilon(0.05));
  CHECK(x.to_vector<float>() == positive_numbers({1'000}).to_vector<float>());
}

TEST_CASE("bench formulas: the whole list, each by a name of its own, with what it moves") {
  const auto all = some_formulas();
  CHECK(all.size() == static_cast<std::size_t>(ebb::kernels::AllFormulas::size));
  std::set<std::string> names;
  for (const ArrayFunction& each : all) names.insert(each.name);
  CHECK(names.size() == all.size());
  CHECK(formula("Tanh").bytes == 8);
  CHECK(formula("TanhSlope").bytes == 12);
  CHECK(formula("Where").bytes == 16);
  CHECK(formula("DivideSlopeB").bytes == 16);
  CHECK(formula("PowSlopeB").bytes == 20);
  CHECK(formula("Clamp").bytes == 8);
  CHECK(formula("ClampSlope").bytes == 12);
}

TEST_CASE("bench formulas: cheap ones do nothing that takes longer than reading") {
  for (const char* name : {"Add", "Where", "ReluSlope", "SquaredErrorSlopeX", "TanhSlope"})
    CHECK_MESSAGE(formula(name).cheap, name);
  for (const char* name : {"Divide", "Exp", "Pow", "SoftplusSlope", "GaussianKlSlopeV"})
    CHECK_MESSAGE(!formula(name).cheap, name);
}

TEST_CASE("bench formulas: running one computes what it says") {
  const ebb::Tensor x = positive_numbers({37});
  for (const ArrayFunction& each : some_formulas()) CHECK(each.call().count() == 37);
  CHECK(formula("Tanh").call().to_vector<float>() == ebb::tanh(x).to_vector<float>());
  CHECK(formula("Multiply").call().to_vector<float>() == (x * (x * 2)).to_vector<float>());
  CHECK(formula("Clamp").call().to_vector<float>() == ebb::clamp(x, 1, 2).to_vector<float>());
}
