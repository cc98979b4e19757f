// Covers: tools/benchmark/rungs/loops_simd.cpp, tools/benchmark/rungs/simd.hpp
#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/storage.hpp>
#include <tools/benchmark/suites/peak.hpp>

using namespace ebb::tools::benchmark;

namespace {

// Numbers 1, 2, 3, …, where vectors can be loaded aligned.
class Numbers final {
 public:
  explicit Numbers(std::int64_t n) : block_(ebb::allocate(static_cast<std::size_t>(4 * n))) {
    for (std::int64_t i = 0; i < n; ++i) data()[i] = static_cast<float>(i + 1);
  }
  float* data() { return static_cast<float*>(block_->data()); }

 private:
  std::shared_ptr<ebb::Storage> block_;
};

}  // namespace

TEST_CASE("bench loops: they are those of the kernels in use, and have names") {
  CHECK(std::string(loops_in_use().isa) == ebb::kernels_in_use().name);
  CHECK(loops_in_use().multiply_adds % 12 == 0);
  const char* const names[] = {"read", "copy", "add", "update"};
  const int bytes[] = {4, 8, 12, 28};
  for (std::size_t i = 0; i < 4; ++i) {
    const Loop& loop = loops_in_use().memory[i];
    CHECK(std::string(loop.name) == names[i]);
    CHECK(loop.bytes == bytes[i]);
    CHECK(loop.arrays == static_cast<int>(i) + 1);
  }
}

TEST_CASE("bench loops: multiply-adds compute what they should, round after round") {
  // x / 2 + 1 tends to 2 from wherever it begins, in each of twelve chains.
  CHECK(loops_in_use().multiply_add(100) == doctest::Approx(24));
  CHECK(loops_in_use().multiply_add(0) == 0 + 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10 + 11);
}

TEST_CASE("bench loops: memory is read, copied, added and updated to the last element") {
  const auto& [read, copy, add, update] = loops_in_use().memory;
  for (const std::int64_t n : {64, 128, 192, 640}) {
    Numbers x(n), y(n), z(n), a(n);
    float* const of_x[] = {x.data()};
    float* const y_x[] = {y.data(), x.data()};
    float* const z_x_y[] = {z.data(), x.data(), y.data()};
    float* const x_y_z_a[] = {x.data(), y.data(), z.data(), a.data()};
    // A lane of the sum: the first of every vector.
    const float sum = read.run(of_x, n);
    const auto width = loops_in_use().multiply_adds / (12 * 16);
    float expected = 0;
    for (std::int64_t i = 0; i < n; i += width) expected += x.data()[i];
    CHECK(sum == expected);

    for (std::int64_t i = 0; i < n; ++i) y.data()[i] = -1;
    copy.run(y_x, n);
    add.run(z_x_y, n);
    int wrong = 0;
    for (std::int64_t i = 0; i < n; ++i)
      wrong += y.data()[i] != x.data()[i] || z.data()[i] != 2 * x.data()[i];
    CHECK(wrong == 0);

    update.run(x_y_z_a, n);
    for (std::int64_t i = 0; i < n; ++i) {
      const float was = a.data()[i];
      wrong += x.data()[i] != 2 * was || y.data()[i] != 2 * was || z.data()[i] != 3 * was;
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("bench loops: each of xsimd's functions is what its name says") {
  const std::map<std::string, double (*)(double)> expected = {
      {"Exp", std::exp},
      {"Log", std::log},
      {"Sigmoid", [](double x) { return 1 / (1 + std::exp(-x)); }},
      {"Sqrt", std::sqrt},
      {"Tanh", std::tanh}};
  Numbers x(128), y(128);
  for (int i = 0; i < 128; ++i) x.data()[i] = 0.03F * static_cast<float>(i + 1);
  for (const Loop& loop : loops_in_use().functions) {
    CAPTURE(loop.name);
    float* const y_x[] = {y.data(), x.data()};
    loop.run(y_x, 128);
    for (int i = 0; i < 128; ++i)
      CHECK(
          static_cast<double>(y.data()[i]) ==
          doctest::Approx(expected.at(loop.name)(static_cast<double>(x.data()[i]))).epsilon(1e-6));
  }
}
