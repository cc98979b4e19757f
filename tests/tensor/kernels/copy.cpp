#include <doctest/doctest.h>

#include <cstring>
#include <tensor/machine/isa.hpp>
#include <tests/tensor/kernels/guarded.hpp>

using namespace ebb;

TEST_CASE_TEMPLATE("copy kernels: transposed matrices of every size, and nothing beside them", T,
                   float, double, std::int32_t) {
  const auto transpose = kernels_in_use().copy.transpose[sizeof(T) == 8];
  constexpr std::int64_t gap = 2;
  for (const std::int64_t rows : {1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 18, 33, 48})
    for (const std::int64_t columns : {1, 2, 3, 4, 6, 9, 31, 32, 33, 34, 64, 67}) {
      const Guarded<T> from(columns * (rows + gap) - gap), to(rows * (columns + gap) - gap);
      for (std::int64_t i = 0; i < columns * (rows + gap) - gap; ++i) from[i] = static_cast<T>(i);
      for (std::int64_t i = 0; i < rows * (columns + gap) - gap; ++i) to[i] = -1;
      transpose(to.data(), columns + gap, from.data(), rows + gap, rows, columns);
      int wrong = 0;
      for (std::int64_t i = 0; i < rows * (columns + gap) - gap; ++i) {
        const std::int64_t row = i / (columns + gap), column = i % (columns + gap);
        wrong += to[i] != (column < columns ? static_cast<T>(row + column * (rows + gap)) : T(-1));
      }
      CHECK(wrong == 0);
    }
}

TEST_CASE("copy kernels: any number of words, and nothing beside them") {
  for (std::int64_t n = 0; n < 150; ++n) {
    const Guarded<std::uint32_t> from(n), to(n);
    to[-1] = 7;  // on the page of so short an array
    for (std::int64_t i = 0; i < n; ++i) from[i] = 0x7f80'0000U + static_cast<std::uint32_t>(i);
    kernels_in_use().copy.copy(to.data(), from.data(), n);
    CHECK(std::memcmp(to.data(), from.data(), static_cast<std::size_t>(n) * 4) == 0);
    CHECK(to[-1] == 7);
  }
}

// As floats some integers are NaNs or denormals, which arithmetic would change.
TEST_CASE("copy kernels: every bit pattern passes") {
  constexpr std::int64_t rows = 17, columns = 35;
  const Guarded<std::uint32_t> from(rows * columns), to(rows * columns);
  for (std::int64_t i = 0; i < rows * columns; ++i)
    from[i] = (i % 2 ? 0x7f80'0001U : 0U) + static_cast<std::uint32_t>(i);
  kernels_in_use().copy.transpose[0](to.data(), columns, from.data(), rows, rows, columns);
  int wrong = 0;
  for (std::int64_t i = 0; i < rows * columns; ++i)
    wrong += to[i] != from[i / columns + i % columns * rows];
  CHECK(wrong == 0);
}
