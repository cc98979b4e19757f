// Covers: tensor/kernels/bytes.cpp
#include <doctest/doctest.h>

#include <tensor/machine/bytes.hpp>
#include <tensor/machine/parallel.hpp>

using namespace ebb;

namespace {

// 100 rows in which no two neighbors are equal, along either axis.
std::vector<std::uint8_t> some_rows(std::size_t row_length) {
  std::vector<std::uint8_t> rows(100 * row_length);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<std::uint8_t>(i * 37 + i / 7);
  return rows;
}

}  // namespace

TEST_CASE("gather_bytes: rows come in the order of the indices, scaled, whatever their length") {
  for (std::size_t length : {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 784}) {
    CAPTURE(length);
    const auto rows = some_rows(length);
    const std::vector<std::int64_t> indices = {3, 0, 99, 3};
    const Tensor y = gather_bytes(rows, static_cast<std::int64_t>(length), indices, 0.5f);
    CHECK(y.shape() == Shape{4, static_cast<std::int64_t>(length)});
    CHECK(y.dtype() == DType::float32);
    const auto values = y.to_vector<float>();
    bool right = true;
    for (std::size_t i = 0; i < indices.size(); ++i)
      for (std::size_t j = 0; j < length; ++j)
        right &= values[i * length + j] ==
                 0.5f * static_cast<float>(rows[static_cast<std::size_t>(indices[i]) * length + j]);
    CHECK(right);
  }
}

TEST_CASE("gather_bytes: a scale of 1/255 makes 0 and 255 exactly 0 and 1") {
  const std::vector<std::uint8_t> rows = {0, 255, 51, 128};
  const std::vector<std::int64_t> indices = {0};
  const auto values = gather_bytes(rows, 4, indices, 1 / 255.0f).to_vector<float>();
  CHECK(values[0] == 0);
  CHECK(values[1] == 1);
  CHECK(values[2] == doctest::Approx(0.2));
  CHECK(values[3] == doctest::Approx(128.0 / 255));
}

TEST_CASE("gather_bytes: a batch large enough to be cut is the same on 1 to 4 threads") {
  const auto rows = some_rows(784);
  std::vector<std::int64_t> indices;
  for (std::int64_t i = 0; i < 500; ++i) indices.push_back(i * 61 % 100);
  const int before = threads();
  set_threads(1);
  const auto serial = gather_bytes(rows, 784, indices, 0.25f).to_vector<float>();
  for (int count : {2, 4}) {
    set_threads(count);
    CHECK(gather_bytes(rows, 784, indices, 0.25f).to_vector<float>() == serial);
  }
  set_threads(before);
}

TEST_CASE("gather_bytes: no indices give an empty tensor") {
  const std::vector<std::uint8_t> rows(12);
  CHECK(gather_bytes(rows, 4, {}, 1).shape() == Shape{0, 4});
  CHECK(gather_bytes({}, 4, {}, 1).shape() == Shape{0, 4});
}

TEST_CASE("gather_bytes: rows that do not fit and indices outside are refused") {
  const std::vector<std::uint8_t> rows(12);
  const std::vector<std::int64_t> first = {0}, negative = {-1}, behind = {0, 3};
  CHECK_THROWS_WITH_AS(gather_bytes(rows, 5, first, 1),
                       "gather_bytes: 12 bytes are no whole number of rows of 5; the row length "
                       "must divide them",
                       ShapeError);
  CHECK_THROWS_AS(gather_bytes(rows, 0, first, 1), ShapeError);
  CHECK_THROWS_WITH_AS(gather_bytes(rows, 4, negative, 1),
                       "gather_bytes: index -1 at place 0 is outside [0, 3); rows count from 0",
                       Error);
  CHECK_THROWS_WITH_AS(gather_bytes(rows, 4, behind, 1),
                       "gather_bytes: index 3 at place 1 is outside [0, 3); rows count from 0",
                       Error);
}
