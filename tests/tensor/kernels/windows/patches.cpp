#include <doctest/doctest.h>

#include <tensor/machine/isa.hpp>
#include <tests/tensor/kernels/guarded.hpp>

using namespace ebb;

TEST_CASE_TEMPLATE("patch kernels: blocks of every size are copied, and nothing beside them", T,
                   float, double) {
  const auto copy = kernels_in_use().patches.copy[sizeof(T) == 8];
  constexpr std::int64_t gap = 3;
  for (const std::int64_t rows : {0, 1, 2, 5, 17})
    for (const std::int64_t columns : {1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 33, 40}) {
      const std::int64_t to_row = columns + gap, from_row = columns + 1;
      const Guarded<T> from(rows * from_row), to(rows * to_row);
      for (std::int64_t i = 0; i < rows * from_row; ++i) from[i] = static_cast<T>(i);
      for (std::int64_t i = 0; i < rows * to_row; ++i) to[i] = -1;
      copy(to.data(), to_row, from.data(), from_row, rows, columns);
      int wrong = 0;
      for (std::int64_t i = 0; i < rows * to_row; ++i) {
        const std::int64_t row = i / to_row, column = i % to_row;
        wrong += to[i] != (column < columns ? static_cast<T>(row * from_row + column) : T(-1));
      }
      CHECK(wrong == 0);
    }
}
