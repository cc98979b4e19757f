#include <doctest/doctest.h>

#include <tensor/makers.hpp>
#include <tensor/windows/band.hpp>

using namespace ebb;
using detail::Band;

TEST_CASE("band: transposed, what an output reads is what it gives back") {
  Band band(4, 3, 2);
  band.set(0, 0, 2, 0.5);
  band.set(1, 1, 2, 0.25);
  band.set(2, 2, 1, 1);  // input 3 is read by nobody
  const Band turned = band.transposed();
  CHECK(turned.in == 3);
  CHECK(turned.out == 4);
  CHECK(turned.count == std::vector<std::int64_t>{1, 2, 2, 0});
  CHECK(turned.first[1] == 0);
  CHECK(turned.first[2] == 1);
  CHECK(turned.weights == std::vector<double>{0.5, 0, 0.5, 0.25, 0.25, 1, 0, 0});
}

TEST_CASE("band: an image is resampled along its rows and its columns") {
  Band rows(2, 1, 2);
  rows.set(0, 0, 2, 1);
  const Tensor y =
      detail::resample(from_vector<float>({1, 2, 3, 4}, {2, 2}), {rows, Band::identity(2)});
  CHECK(y.shape() == Shape{1, 2});
  CHECK(y.to_vector<float>() == std::vector<float>{4, 6});
}
