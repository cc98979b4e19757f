#include <doctest/doctest.h>

#include <tensor/common/strided.hpp>
#include <vector>

using namespace ebb;
using detail::collapse;

namespace {

// The places, in elements, that a walk visits in an operand, row by row.
template <int N>
std::vector<std::int64_t> places(const detail::Walk<N>& walk, int operand) {
  std::vector<std::int64_t> result;
  for (std::int64_t row = 0; row < walk.rows(); ++row)
    for (std::int64_t column = 0; column < walk.columns(); ++column)
      result.push_back(walk.row_offsets(row)[static_cast<std::size_t>(operand)] +
                       column * walk.column_stride(operand));
  return result;
}

}  // namespace

TEST_CASE("collapse: axes that lie in one line are joined") {
  const auto walk = collapse<1>({2, 3, 4}, {Shape{12, 4, 1}});
  CHECK(walk.shape == Shape{24});
  CHECK(walk.strides[0] == Shape{1});
  CHECK(walk.rows() == 1);
  CHECK(walk.columns() == 24);
  const auto gap = collapse<1>({2, 3, 4}, {Shape{24, 4, 1}});
  CHECK(gap.shape == Shape{2, 12});
  CHECK(gap.strides[0] == Shape{24, 1});
  CHECK(collapse<1>({2, 3}, {Shape{0, 0}}).shape == Shape{6});  // a repeated element
}

TEST_CASE("collapse: an operand with other strides keeps axes apart") {
  const auto walk = collapse<2>({2, 3, 4}, {Shape{12, 4, 1}, Shape{12, 1, 3}});
  CHECK(walk.shape == Shape{2, 3, 4});
  const auto row = collapse<2>({2, 3, 4}, {Shape{12, 4, 1}, Shape{0, 4, 1}});
  CHECK(row.shape == Shape{2, 12});
  CHECK(row.strides[1] == Shape{0, 1});
}

TEST_CASE("collapse: axes of length 1 go, whatever their strides") {
  const auto walk = collapse<1>({1, 3, 1, 4, 1}, {Shape{99, 4, 77, 1, 55}});
  CHECK(walk.shape == Shape{12});
  const auto one = collapse<2>({1, 1}, {Shape{9, 9}, Shape{0, 0}});
  CHECK(one.shape == Shape{});
  CHECK(one.rows() == 1);
  CHECK(one.columns() == 1);
  CHECK(one.column_stride(1) == 1);
}

TEST_CASE("walk: visits every element of every operand in the same order") {
  const auto walk = collapse<2>({2, 3, 2}, {Shape{6, 2, 1}, Shape{1, 4, 2}});
  CHECK(places(walk, 0) == std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
  CHECK(places(walk, 1) == std::vector<std::int64_t>{0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11});
}

TEST_CASE("walk: without elements there are no rows") {
  CHECK(collapse<1>({2, 0}, {Shape{0, 1}}).rows() == 0);
  CHECK(collapse<1>({0, 3}, {Shape{3, 1}}).rows() == 0);
  CHECK(collapse<1>({0}, {Shape{1}}).rows() == 0);
}

TEST_CASE("memory_order: axes from the largest stride to the smallest, equal ones as they come") {
  CHECK(detail::memory_order({12, 4, 1}) == Shape{0, 1, 2});
  CHECK(detail::memory_order({1, 4, 12}) == Shape{2, 1, 0});
  CHECK(detail::memory_order({4, 12, 0, 1}) == Shape{1, 0, 3, 2});
  CHECK(detail::memory_order({3, 3, 3}) == Shape{0, 1, 2});
  CHECK(detail::memory_order({}) == Shape{});
}

TEST_CASE("pick, dense_strides: lengths and gapless strides in an order of axes") {
  CHECK(detail::pick({7, 8, 9}, {2, 0, 1}) == Shape{9, 7, 8});
  CHECK(detail::dense_strides({2, 3, 4}, {0, 1, 2}) == Shape{12, 4, 1});
  CHECK(detail::dense_strides({2, 3, 4}, {2, 0, 1}) == Shape{3, 1, 6});
}
