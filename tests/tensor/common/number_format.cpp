#include <doctest/doctest.h>

#include <cmath>
#include <tensor/common/number_format.hpp>

using namespace ebb;

namespace {

std::string written(DType dtype, const std::vector<double>& numbers) {
  const detail::NumberFormat format(dtype, numbers);
  std::string out;
  for (const double number : numbers) {
    format.append(out, number);
    out += '|';
  }
  return out;
}

}  // namespace

TEST_CASE("number format: one way and one width for all that is shown") {
  CHECK(written(DType::int32, {1, -10}) == "  1|-10|");
  CHECK(written(DType::float32, {1, -10}) == "  1.|-10.|");
  CHECK(written(DType::float64, {1, -10.5}) == "  1.0000|-10.5000|");
  CHECK(written(DType::float64, {1e-5, -1}) == " 1.0000e-05|-1.0000e+00|");
  CHECK(detail::NumberFormat(DType::float32, {}).width() == 0);
}

TEST_CASE("number format: the limits between whole, fixed and scientific") {
  CHECK(written(DType::float64, {1, 99'999'999}) == "       1.|99999999.|");
  CHECK(written(DType::float64, {1e8}) == "1.0000e+08|");
  CHECK(written(DType::float64, {0.0001, 0.1}) == "0.0001|0.1000|");
  CHECK(written(DType::float64, {0.00009999}) == "9.9990e-05|");
  CHECK(written(DType::float64, {0.5, 500}) == "  0.5000|500.0000|");
  CHECK(written(DType::float64, {0.5, 500.5}) == "5.0000e-01|5.0050e+02|");
  CHECK(written(DType::float64, {0, 0.5, 500, NAN, INFINITY}) ==
        "  0.0000|  0.5000|500.0000|     nan|     inf|");
}
