#include <doctest/doctest.h>

#include <initializer_list>
#include <tensor/machine/isa.hpp>
#include <tensor/matmul/plan.hpp>

using namespace ebb;
using detail::cheapest_plan;
using kernels::MatmulBlock;

namespace {

// Rows without gaps in all of them, or columns without gaps where a matrix is transposed.
enum Layout { rows, columns };
MatmulBlock block(std::int64_t m, std::int64_t n, std::int64_t k, Layout a, Layout b) {
  static float data[1];
  MatmulBlock x = {};
  x.m = m, x.n = n, x.k = k, x.a = data, x.b = data + 1, x.c = data;
  x.a_row = a == rows ? k : 1, x.a_column = a == rows ? 1 : m;
  x.b_row = b == rows ? n : 1, x.b_column = b == rows ? 1 : k;
  x.c_row = n, x.c_column = 1;
  return x;
}

detail::Machine machine() { return {kernels_in_use().matmul.types[0], 4}; }

}  // namespace

TEST_CASE("cheapest_plan: a b in rows goes through tiles as it stands") {
  for (const std::int64_t m : {4, 20, 200}) {
    const MatmulBlock x = block(m, 320, 300, rows, rows);
    const auto plan = cheapest_plan(machine(), x);
    CHECK(!plan.along_k);
    CHECK(plan.block.m == x.m);
    CHECK(plan.block.b == x.b);
    CHECK(detail::can_read_in_place(machine(), plan.block));
  }
}

TEST_CASE("cheapest_plan: the smaller matrix is packed, and the product turned around for it") {
  const auto plan = cheapest_plan(machine(), block(96, 400, 300, rows, columns));
  CHECK(!plan.along_k);
  CHECK(plan.block.m == 400);
  CHECK(plan.block.n == 96);
  CHECK(plan.block.b_column == 300);
  CHECK(plan.block.c_column == 400);
  CHECK(!detail::can_read_in_place(machine(), plan.block));
}

TEST_CASE("cheapest_plan: few rows of x Wᵀ have their sums along k, many do not") {
  for (const std::int64_t m : {1, 2, 3, 5}) {
    const auto plan = cheapest_plan(machine(), block(m, 400, 784, rows, columns));
    CHECK(plan.along_k);
    CHECK(plan.block.m == m);
    CHECK(plan.block.c_column == 1);
  }
  CHECK(!cheapest_plan(machine(), block(256, 400, 784, rows, columns)).along_k);
}

TEST_CASE("cheapest_plan: a single column is turned into a row") {
  const auto plan = cheapest_plan(machine(), block(400, 1, 784, rows, columns));
  CHECK(plan.along_k);
  CHECK(plan.block.m == 1);
  CHECK(plan.block.n == 400);
}

TEST_CASE("cheapest_plan: sums along k need a and b gapless there") {
  CHECK(!cheapest_plan(machine(), block(3, 400, 784, columns, columns)).along_k);
  CHECK(!cheapest_plan(machine(), block(3, 400, 784, columns, rows)).along_k);
}

TEST_CASE("cheapest_plan: turning around exchanges where the bias belongs") {
  MatmulBlock x = block(96, 400, 300, rows, columns);
  float bias[1];
  x.bias = bias;
  const auto plan = cheapest_plan(machine(), x);
  REQUIRE(plan.block.m == 400);
  CHECK(plan.block.bias == bias);
  CHECK(plan.block.bias_per_row);
}
