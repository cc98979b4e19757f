#include <doctest/doctest.h>

#include <set>
#include <tensor/kernels/formulas.hpp>
#include <tests/tools/benchmark/suites/quick.hpp>

using namespace ebb::tools;

TEST_CASE("bench elementwise: every formula and function at two sizes, xsimd beside five") {
  const auto tables = run_quickly(benchmark::run_elementwise);
  REQUIRE(tables.size() == 4);
  CHECK(tables[0]["title"] == "formulas, 1e+03 elements");
  CHECK(tables[3]["title"] == "functions, 1e+05 elements");
  const std::set<std::string> own = {"Exp", "Log", "Sigmoid", "Sqrt", "Tanh"};
  for (int i : {0, 1}) {
    REQUIRE(tables[i]["rows"].size() == ebb::kernels::AllFormulas::size);
    for (const auto& row : tables[i]["rows"]) {
      CAPTURE(row.dump());
      CHECK(row["billion/s"] >= row["(median)"]);
      CHECK(row["of bandwidth"] > 0);
      CHECK(row["GB/s"] >= 8 * row["billion/s"].get<double>() * 0.999);
      const bool of_xsimd = own.contains(row["formula"].get<std::string>());
      CHECK((row["of xsimd"] > 0) == of_xsimd);
    }
    CHECK(tables[i]["notes"]["of xsimd"] > 0);
    CHECK(tables[i]["notes"]["of bandwidth"] > 0);
  }
  CHECK(tables[2]["rows"].size() == 18);
}

TEST_CASE("bench elementwise: --only takes the lines whose name holds its text") {
  benchmark::Options options;
  options.only = "Expm1";
  const auto tables = run_quickly(benchmark::run_elementwise, options);
  CHECK(tables[0]["rows"].size() == 2);
  CHECK(tables[2]["rows"].empty());
}
