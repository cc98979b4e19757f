#include <doctest/doctest.h>

#include <string>
#include <tools/benchmark/suites/peak.hpp>
#include <vector>

using namespace ebb::tools::benchmark;

TEST_CASE("rungs: each finds the product, whatever c held before") {
  const Rungs& rungs = *loops_in_use().ladder;
  for (const std::int64_t k : {0, 1, 7}) {
    const std::int64_t m = 2 * rungs.rows, n = 3 * rungs.columns;
    std::vector<float> a(static_cast<std::size_t>(m * k)), b(static_cast<std::size_t>(k * n));
    // Whole numbers, so that every sum is exact.
    for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<float>(i * 7 % 11) - 5;
    for (std::size_t i = 0; i < b.size(); ++i) b[i] = static_cast<float>(i * 5 % 13) - 6;
    for (const Rung& rung : rungs.rungs) {
      std::vector<float> c(static_cast<std::size_t>(m * n), 99.0F);
      rung.multiply(c.data(), a.data(), b.data(), m, n, k);
      int wrong = 0;
      for (std::int64_t i = 0; i < m; ++i)
        for (std::int64_t j = 0; j < n; ++j) {
          double sum = 0;
          for (std::int64_t p = 0; p < k; ++p)
            sum += static_cast<double>(a[static_cast<std::size_t>(i * k + p)]) *
                   static_cast<double>(b[static_cast<std::size_t>(p * n + j)]);
          wrong += static_cast<double>(c[static_cast<std::size_t>(i * n + j)]) != sum;
        }
      CHECK_MESSAGE(wrong == 0, rung.name, ", k = ", k);
    }
  }
}

TEST_CASE("rungs: they have names, from the ground up") {
  CHECK(std::string(loops_in_use().ladder->rungs[0].name) == "naive");
  CHECK(std::string(loops_in_use().ladder->rungs[3].name) == "register tile");
}
