#include <doctest/doctest.h>

#include <tensor/machine/isa.hpp>
#include <tensor/matmul/packing.hpp>
#include <utility>
#include <vector>

using namespace ebb;
using kernels::MatmulBlock;

namespace {

detail::Machine machine() { return {kernels_in_use().matmul.types[0], 4}; }

// b[p, j] = 100 p + j, by rows; a lies by rows, too.
struct Product {
  Product(std::int64_t m, std::int64_t n, std::int64_t k) : b(static_cast<std::size_t>(k * n)) {
    for (std::int64_t p = 0; p < k; ++p)
      for (std::int64_t j = 0; j < n; ++j)
        b[static_cast<std::size_t>(p * n + j)] = static_cast<float>(100 * p + j);
    x.m = m, x.n = n, x.k = k;
    x.a = b.data(), x.a_row = k, x.a_column = 1;
    x.b = b.data(), x.b_row = n, x.b_column = 1;
  }
  std::vector<float> b;
  MatmulBlock x = {};
};

}  // namespace

TEST_CASE("packing: strips lie one after the other, the last filled up with zeros") {
  const std::int64_t width = machine().kernel.columns, n = 2 * width + 3, k = 5;
  const Product product(1, n, k);
  const auto room = detail::packing_room(machine(), k, n);
  REQUIRE(room->bytes() == static_cast<std::size_t>(3 * width * k) * sizeof(float));
  const MatmulBlock packed = detail::pack(machine(), product.x, room->data());
  CHECK(packed.b_packed);
  REQUIRE(packed.b == room->data());
  const float* at = static_cast<const float*>(packed.b);
  int wrong = 0;
  for (std::int64_t strip = 0; strip < 3; ++strip)
    for (std::int64_t p = 0; p < k; ++p)
      for (std::int64_t i = 0; i < width; ++i, ++at) {
        const std::int64_t j = strip * width + i;
        wrong += *at != (j < n ? static_cast<float>(100 * p + j) : 0.0F);
      }
  CHECK(wrong == 0);
}

TEST_CASE("packing: layers are read in place, large matrices are packed") {
  CHECK_FALSE(detail::repays_packing(machine(), Product(32, 400, 784).x));
  CHECK_FALSE(detail::repays_packing(machine(), Product(128, 784, 400).x));
  CHECK(detail::repays_packing(machine(), Product(1100, 1100, 1100).x));
}

TEST_CASE("packing: a b whose rows have gaps between their elements is always packed") {
  Product product(4, 600, 600);
  CHECK_FALSE(detail::repays_packing_b(machine(), product.x));
  std::swap(product.x.b_row, product.x.b_column);
  CHECK(detail::repays_packing_b(machine(), product.x));
}
