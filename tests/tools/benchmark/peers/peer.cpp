#include <doctest/doctest.h>

#include <tests/run.hpp>
#include <tools/benchmark/peers/peer_process.hpp>

using namespace ebb::tools;

namespace {

// The check sum of a product, in three loops that know nothing of the peer's.
double expected(const benchmark::ProductShape& shape) {
  std::vector<float> a(static_cast<std::size_t>(shape.m * shape.k)),
      b(static_cast<std::size_t>(shape.k * shape.n));
  benchmark::fill(a.data(), shape.m * shape.k, benchmark::seeds[0]);
  benchmark::fill(b.data(), shape.k * shape.n, benchmark::seeds[1]);
  double sum = 0;
  for (std::int64_t i = 0; i < shape.m; ++i)
    for (std::int64_t j = 0; j < shape.n; ++j)
      for (std::int64_t p = 0; p < shape.k; ++p) {
        const double left =
            a[static_cast<std::size_t>(shape.a_transposed ? p * shape.m + i : i * shape.k + p)];
        const double right =
            b[static_cast<std::size_t>(shape.b_transposed ? j * shape.k + p : p * shape.n + j)];
        sum += left * right * static_cast<double>((3 * i + j) % 7 - 3);
      }
  return sum;
}

}  // namespace

TEST_CASE("bench peer: the naive loop multiplies, transposed or not") {
  benchmark::PeerProcess naive(benchmark::peer_programs("sse2").at(0).path, "sse2", 1);
  CHECK(naive.name() == "naive");
  for (const bool a_transposed : {false, true})
    for (const bool b_transposed : {false, true}) {
      const benchmark::ProductShape shape = {5, 7, 3, a_transposed, b_transposed};
      CHECK(naive.prepare(shape) == doctest::Approx(expected(shape)).epsilon(1e-5));
    }
  CHECK(naive.way().calls(3) > 0);
}

TEST_CASE("bench peer: its numbers are dense and lie on both sides of 0") {
  std::vector<float> x(10'000);
  benchmark::fill(x.data(), 10'000, benchmark::seeds[0]);
  int zeros = 0, negative = 0;
  for (const float value : x) {
    CHECK((value >= -1 && value < 1));
    zeros += value == 0;
    negative += value < 0;
  }
  CHECK(zeros <= 1);
  CHECK(negative > 4'500);
  CHECK(negative < 5'500);
}

TEST_CASE("bench peer: started by hand it says who starts it") {
  const Finished finished = run({benchmark::peer_programs("sse2").at(0).path});
  CHECK(finished.exit_code == 2);
  CHECK(finished.errors ==
        "naive: started by tools/bench, with what a library asks its environment\n");
}
