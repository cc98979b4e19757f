// Covers: tools/benchmark/rungs/loops_peak.cpp, tools/benchmark/rungs/loops_simd.hpp
#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/storage.hpp>
#include <tools/benchmark/rungs/loops.hpp>

using ebb::tools::benchmark::loops_in_use;

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

TEST_CASE("bench loops: they are those of the kernels in use") {
  CHECK(std::string(loops_in_use().isa) == ebb::kernels_in_use().name);
  CHECK(loops_in_use().multiply_adds % 12 == 0);
}

TEST_CASE("bench loops: multiply-adds compute what they should, round after round") {
  // x / 2 + 1 tends to 2 from wherever it begins, in each of twelve chains.
  CHECK(loops_in_use().fma(100) == doctest::Approx(24));
  CHECK(loops_in_use().fma(0) == 0 + 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10 + 11);
}

TEST_CASE("bench loops: memory is read, copied, added and updated to the last element") {
  for (const std::int64_t n : {64, 128, 192, 640}) {
    Numbers x(n), y(n), z(n);
    // A lane of the sum: the first of every vector.
    const float sum = loops_in_use().read(x.data(), n);
    const auto width = loops_in_use().multiply_adds / (12 * 16);
    float expected = 0;
    for (std::int64_t i = 0; i < n; i += width) expected += x.data()[i];
    CHECK(sum == expected);

    for (std::int64_t i = 0; i < n; ++i) y.data()[i] = -1;
    loops_in_use().copy(y.data(), x.data(), n);
    loops_in_use().add(z.data(), x.data(), y.data(), n);
    int wrong = 0;
    for (std::int64_t i = 0; i < n; ++i)
      wrong += y.data()[i] != x.data()[i] || z.data()[i] != 2 * x.data()[i];
    CHECK(wrong == 0);

    Numbers a(n);
    loops_in_use().update(x.data(), y.data(), z.data(), a.data(), n);
    for (std::int64_t i = 0; i < n; ++i) {
      const float was = a.data()[i];
      wrong += x.data()[i] != 2 * was || y.data()[i] != 2 * was || z.data()[i] != 3 * was;
    }
    CHECK(wrong == 0);
  }
}
