#include <doctest/doctest.h>

#include <algorithm>
#include <tensor/common/strided.hpp>
#include <tensor/parts.hpp>
#include <tensor/random.hpp>
#include <tensor/views.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

namespace {

using Floats = std::vector<float>;
using Doubles = std::vector<double>;
using Ints = std::vector<std::int32_t>;
constexpr DType types[] = {DType::float32, DType::float64, DType::int32};

}  // namespace

TEST_CASE("tensor: without arguments it is empty and float32") {
  const Tensor x;
  CHECK(x.shape() == Shape{0});
  CHECK(x.dtype() == DType::float32);
  CHECK(x.count() == 0);
  CHECK(x.is_contiguous());
  CHECK(x.to_vector<float>().empty());
  CHECK(contiguous(x).count() == 0);
  CHECK(clone(x).shape() == Shape{0});
  CHECK(cast(x, DType::float64).shape() == Shape{0});
}

TEST_CASE("zeros, ones, full, empty: every dtype and rank, 64-byte aligned and gapless") {
  for (const DType dtype : types)
    for (const Shape& shape :
         {Shape{}, Shape{1}, Shape{0}, Shape{3, 0, 2}, Shape{2, 3, 5}, Shape{1, 2, 1, 3, 1, 2}}) {
      const Tensor x = full(shape, 7, dtype);
      CHECK(x.shape() == shape);
      CHECK(x.dtype() == dtype);
      CHECK(x.is_contiguous());
      CHECK(doubles(x) == Doubles(static_cast<std::size_t>(shape.count()), 7));
      CHECK(doubles(zeros(shape, dtype)) == Doubles(static_cast<std::size_t>(shape.count()), 0));
      CHECK(doubles(ones(shape, dtype)) == Doubles(static_cast<std::size_t>(shape.count()), 1));
      CHECK(reinterpret_cast<std::uintptr_t>(empty(shape, dtype).raw()) % 64 == 0);
    }
  CHECK(zeros({2}).dtype() == DType::float32);
  CHECK(zeros(std::vector<std::int64_t>{2, 3}).shape() == Shape{2, 3});
  CHECK(full({1}, 0.1).to_vector<float>()[0] == 0.1f);
  CHECK(full({1}, 0.1, DType::float64).item() == 0.1);
  CHECK(std::isnan(full({1}, NAN).item()));
}

TEST_CASE("tensor: a shape that cannot be is refused by every maker") {
  const char* negative = "shape: [2, -1] has a negative length; try 0 or more";
  CHECK_THROWS_WITH_AS(empty({2, -1}), negative, ShapeError);
  CHECK_THROWS_WITH_AS(full({2, -1}, 1), negative, ShapeError);
  CHECK_THROWS_WITH_AS(zeros({2, -1}), negative, ShapeError);
  CHECK_THROWS_WITH_AS(ones({2, -1}), negative, ShapeError);
  CHECK_THROWS_WITH_AS(from_vector<float>({}, {2, -1}), negative, ShapeError);
  CHECK_THROWS_WITH_AS(eye(-1), "shape: [-1, -1] has a negative length; try 0 or more", ShapeError);
  Random random;
  CHECK_THROWS_WITH_AS(rand({2, -1}, random), negative, ShapeError);
  CHECK_THROWS_WITH_AS(randn({2, -1}, random), negative, ShapeError);
  const std::int64_t large = std::int64_t{1} << 40;
  CHECK_THROWS_WITH_AS(zeros({large, large}),
                       "shape: [1099511627776, 1099511627776] has more elements than memory can "
                       "hold; try a smaller one",
                       ShapeError);
  CHECK_THROWS_WITH_AS(
      zeros({large, 128}),
      "memory: 562949953421312 bytes are more than any machine has; try a smaller shape",
      MemoryError);
}

TEST_CASE("eye: ones on the diagonal") {
  CHECK(eye(3).to_vector<float>() == Floats{1, 0, 0, 0, 1, 0, 0, 0, 1});
  CHECK(eye(2, DType::int32).to_vector<std::int32_t>() == Ints{1, 0, 0, 1});
  CHECK(eye(1, DType::float64).shape() == Shape{1, 1});
  CHECK(eye(0).shape() == Shape{0, 0});
}

TEST_CASE("arange: from start to before stop in steps") {
  CHECK(arange(0, 4).to_vector<float>() == Floats{0, 1, 2, 3});
  CHECK(arange(1, 2, 0.25).to_vector<float>() == Floats{1, 1.25, 1.5, 1.75});
  CHECK(arange(3, 0, -2, DType::int32).to_vector<std::int32_t>() == Ints{3, 1});
  CHECK(arange(0, 1, 0.1, DType::float64).to_vector<double>()[7] == 7 * 0.1);
  CHECK(arange(5, 5).shape() == Shape{0});
  CHECK(arange(5, 2).shape() == Shape{0});
  CHECK(arange(0, 1e-9).shape() == Shape{1});
  CHECK(arange(0, 1.5, 1, DType::int32).to_vector<std::int32_t>() == Ints{0, 1});
  const Tensor long_one = arange(0, 100'000, 1, DType::float64);
  CHECK(long_one.to_vector<double>()[99'999] == 99'999);
}

TEST_CASE("arange: a range without end is an error") {
  const auto message = [](const char* range) {
    return text("arange: ", range, " has no end; try finite numbers and a step that is not 0");
  };
  CHECK_THROWS_WITH_AS(arange(0, 1, 0), message("from 0 to 1 in steps of 0").c_str(), Error);
  CHECK_THROWS_WITH_AS(arange(2, 2, 0), message("from 2 to 2 in steps of 0").c_str(), Error);
  CHECK_THROWS_WITH_AS(arange(0, NAN), message("from 0 to nan in steps of 1").c_str(), Error);
  CHECK_THROWS_WITH_AS(arange(NAN, 1), message("from nan to 1 in steps of 1").c_str(), Error);
  CHECK_THROWS_WITH_AS(arange(0, 1, NAN), message("from 0 to 1 in steps of nan").c_str(), Error);
  CHECK_THROWS_WITH_AS(arange(0, INFINITY), message("from 0 to inf in steps of 1").c_str(), Error);
}

TEST_CASE("arange: a range that is too long says how long") {
  CHECK_THROWS_WITH_AS(arange(1e18),
                       "arange: from 0 to 1e+18 in steps of 1 has 1e+18 elements, more than memory "
                       "can hold; try a larger step",
                       Error);
  CHECK_THROWS_WITH_AS(arange(0, 1, 0x1p-60),
                       "arange: from 0 to 1 in steps of 8.673617379884035e-19 has "
                       "1152921504606846976 elements, more than memory can hold; try a larger step",
                       Error);
  CHECK_THROWS_AS(arange(0, 1, 1e-300), Error);
}

TEST_CASE("full: int32 holds whole numbers alone") {
  CHECK(full({2}, -3, DType::int32).to_vector<std::int32_t>() == Ints{-3, -3});
  CHECK(full({}, 2147483647, DType::int32).to_vector<std::int32_t>() == Ints{2147483647});
  const auto refused = [](double value, const char* message) {
    CHECK_THROWS_WITH_AS(full({1}, value, DType::int32), message, Error);
  };
  refused(1.5, "full: 1.5 meets int32, which holds whole numbers alone; try cast to float32");
  refused(3e9, "full: 3e+09 is more than int32 can hold; try cast to float64");
  refused(NAN, "full: nan meets int32, which holds whole numbers alone; try cast to float32");
}

TEST_CASE("from_vector and to_vector: elements in row-major order, and back") {
  const Tensor x = from_vector<float>({1, 2, 3, 4, 5, 6}, {2, 3});
  CHECK(x.shape() == Shape{2, 3});
  CHECK(x.dtype() == DType::float32);
  CHECK(x.size(0) == 2);
  CHECK(x.size(-1) == 3);
  CHECK(transpose(x).to_vector<float>() == Floats{1, 4, 2, 5, 3, 6});
  CHECK(from_vector<double>({0.1}).dtype() == DType::float64);
  CHECK(from_vector<std::int32_t>({7, 8}).to_vector<std::int32_t>() == Ints{7, 8});
  CHECK(from_vector<float>({}).shape() == Shape{0});
  CHECK(from_vector<float>({9}, {}).item() == 9);
  CHECK(from_vector<float>({}, {0, 3}).shape() == Shape{0, 3});
}

TEST_CASE("from_vector, item, data, size: what does not fit is an error") {
  CHECK_THROWS_WITH_AS(
      from_vector<float>({1, 2, 3}, {2, 2}),
      "from_vector: 3 values do not fill [2, 2]; give one for each element, 4 in all", ShapeError);
  CHECK_THROWS_WITH_AS(from_vector<float>({}, {}),
                       "from_vector: 0 values do not fill []; give one for each element, 1 in all",
                       ShapeError);
  CHECK_THROWS_WITH_AS(zeros({2, 3}).item(),
                       "item: [2, 3] has 6 elements, not one; try sum, or x[i]", ShapeError);
  CHECK_THROWS_WITH_AS(Tensor().item(), "item: [0] has 0 elements, not one; try sum, or x[i]",
                       ShapeError);
  CHECK_THROWS_WITH_AS(zeros({2}).to_vector<double>(),
                       "data: the tensor holds float32, not float64; try cast", DTypeError);
  CHECK_THROWS_WITH_AS(zeros({2}, DType::int32).data<float>(),
                       "data: the tensor holds int32, not float32; try cast", DTypeError);
  Tensor x = zeros({2}, DType::float64);
  CHECK_THROWS_WITH_AS(x.writable_data<std::int32_t>(),
                       "data: the tensor holds float64, not int32; try cast", DTypeError);
  CHECK_THROWS_WITH_AS(x.size(1), "size: axis 1 does not exist in a tensor of rank 1; try -1 to 0",
                       ShapeError);
}

TEST_CASE("item: the only element, whatever the rank and dtype") {
  CHECK(full({}, 2.5).item() == 2.5);
  CHECK(full({1, 1, 1}, -3, DType::int32).item() == -3);
  CHECK(full({1}, 0.1, DType::float64).item() == 0.1);
  CHECK(slice(arange(0, 9), 0, 4, 5).item() == 4);
}

TEST_CASE("cast: the same values, or the nearest that the dtype has") {
  const Tensor x = from_vector<double>({0.1, -2.7, 1e300, -1e300, NAN, 2.7, 3e9, -3e9});
  const Floats floats = cast(x, DType::float32).to_vector<float>();
  CHECK(floats[0] == 0.1f);
  CHECK(floats[2] == INFINITY);
  CHECK(floats[3] == -INFINITY);
  CHECK(std::isnan(floats[4]));
  const std::int32_t low = -2147483647 - 1, high = 2147483647;
  const Ints ints = {0, -2, high, low, 0, 2, high, low};
  CHECK(cast(x, DType::int32).to_vector<std::int32_t>() == ints);
  CHECK(cast(cast(x, DType::float32), DType::int32).to_vector<std::int32_t>() == ints);
  const Tensor i = from_vector<std::int32_t>({high, low, 16777217});
  CHECK(doubles(i) == Doubles{2147483647.0, -2147483648.0, 16777217.0});
  CHECK(cast(i, DType::float32).to_vector<float>() ==
        Floats{2147483648.0f, -2147483648.0f, 16777216.0f});
  CHECK(cast(x, DType::float64).storage() == x.storage());  // nothing to do
}

TEST_CASE("cast, contiguous: read any strides") {
  const Tensor x = reshape(arange(0, 24), {2, 3, 4});
  const Tensor view = slice(permute(x, {2, 0, 1}), 2, 0, 3, 2);
  const Doubles expected = {0, 8, 12, 20, 1, 9, 13, 21, 2, 10, 14, 22, 3, 11, 15, 23};
  CHECK(doubles(view) == expected);
  CHECK(!view.is_contiguous());
  const Tensor gapless = contiguous(view);
  CHECK(gapless.is_contiguous());
  CHECK(gapless.strides() == Shape{4, 2, 1});
  CHECK(doubles(gapless) == expected);
  CHECK(contiguous(gapless).storage() == gapless.storage());
  CHECK(doubles(cast(expand(full({1}, 3), {2, 5}), DType::int32)) == Doubles(10, 3));
}

TEST_CASE("contiguous, cast: long and strided, the same on any number of threads") {
  const Tensor x = transpose(number_tensor({300, 700}, DType::float32));
  CHECK(same_on_any_number_of_threads([&] { return contiguous(x); }));
  CHECK(same_on_any_number_of_threads([&] { return cast(x, DType::float64); }));
  const Floats y = contiguous(x).to_vector<float>(), straight = transpose(x).to_vector<float>();
  int wrong = 0;
  for (std::size_t i = 0; i < 700; ++i)
    for (std::size_t j = 0; j < 300; ++j) wrong += y[i * 300 + j] != straight[j * 700 + i];
  CHECK(wrong == 0);
}

TEST_CASE("contiguous: copies of long rows, in every dtype and on any number of threads") {
  for (const DType dtype : {DType::float32, DType::float64, DType::int32}) {
    const Tensor whole = cast(reshape(arange(0, 3 * 50'004), {3, 50'004}), dtype);
    const Tensor x = slice(whole, 1, 1, 50'002);
    CHECK(same_on_any_number_of_threads([&] { return contiguous(x); }));
    const std::vector<double> y = doubles(contiguous(x));
    int wrong = 0;
    for (std::size_t i = 0; i < y.size(); ++i)
      wrong += y[i] != static_cast<double>(i / 50'001 * 50'004 + i % 50'001 + 1);
    CHECK(wrong == 0);
  }
}

// In every order of four axes, with one element of each cut off: from the indices.
TEST_CASE("contiguous: every order of the axes") {
  const Tensor whole = reshape(arange(0, 4 * 19 * 6 * 37), {4, 19, 6, 37});
  Tensor x = whole;
  for (int axis = 0; axis < 4; ++axis) x = slice(x, axis, 1, whole.shape()[axis]);
  std::vector<int> axes = {0, 1, 2, 3};
  do {
    const Shape order = {axes[0], axes[1], axes[2], axes[3]};
    CAPTURE(order);
    const Tensor view = permute(x, order), y = contiguous(view);
    CHECK(y.is_contiguous());
    const Shape steps = detail::pick(whole.strides(), order);
    const float* at = y.data<float>();
    int wrong = 0;
    for (std::int64_t a = 0; a < y.shape()[0]; ++a)
      for (std::int64_t b = 0; b < y.shape()[1]; ++b)
        for (std::int64_t c = 0; c < y.shape()[2]; ++c)
          for (std::int64_t d = 0; d < y.shape()[3]; ++d)
            wrong += *at++ != static_cast<float>((a + 1) * steps[0] + (b + 1) * steps[1] +
                                                 (c + 1) * steps[2] + (d + 1) * steps[3]);
    CHECK(wrong == 0);
    CHECK(same_bits(contiguous(cast(view, DType::float64)), cast(y, DType::float64)));
  } while (std::next_permutation(axes.begin(), axes.end()));
}

TEST_CASE("contiguous: integers that look like no float pass") {
  const Tensor x = arange(0x7f800001, 0x7f800001 + 35.0 * 41, 1, DType::int32);
  const Tensor y = contiguous(transpose(reshape(x, {35, 41})));
  const std::vector<std::int32_t> from = x.to_vector<std::int32_t>(),
                                  to = y.to_vector<std::int32_t>();
  int wrong = 0;
  for (std::size_t i = 0; i < to.size(); ++i) wrong += to[i] != from[i / 35 + i % 35 * 41];
  CHECK(wrong == 0);
}

TEST_CASE("is_contiguous: axes of length 1 and empty tensors have any strides") {
  const Tensor x = zeros({2, 3});
  CHECK(x.is_contiguous());
  CHECK(!transpose(x).is_contiguous());
  CHECK(!slice(x, 1, 0, 2).is_contiguous());
  CHECK(slice(x, 0, 1, 2).is_contiguous());
  CHECK(transpose(slice(x, 0, 0, 1)).is_contiguous());
  CHECK(transpose(slice(x, 0, 0, 0)).is_contiguous());
  CHECK(!expand(slice(x, 0, 0, 1), {2, 3}).is_contiguous());
  CHECK(full({}, 1).is_contiguous());
}

TEST_CASE("clone: a copy of its own in the memory order of the original") {
  const Tensor x = transpose(number_tensor({3, 5}, DType::float32));
  Tensor y = clone(x);
  CHECK(y.storage() != x.storage());
  CHECK(y.strides() == Shape{1, 5});
  CHECK(same_bits(x, y));
  y.writable_data<float>()[0] += 1;
  CHECK(!same_bits(x, y));
  const Tensor gaps = slice(x, 1, 0, 2);
  CHECK(same_bits(clone(gaps), gaps));
  CHECK(clone(gaps).strides() == Shape{1, 5});
  CHECK(clone(expand(full({1}, 2), {4})).to_vector<float>() == Floats(4, 2));
}

TEST_CASE("tensor: writing raises the version of all that share the storage") {
  Tensor x = zeros({4});
  const Tensor view = reshape(x, {2, 2}), copy = clone(x);
  const std::uint32_t before = view.version();
  CHECK(view.data<float>() == x.data<float>());
  CHECK(view.version() == before);
  x.writable_data<float>()[3] = 5;
  CHECK(view.version() == before + 1);
  CHECK(copy.version() == 0);
  CHECK(view.to_vector<float>() == Floats{0, 0, 0, 5});
  CHECK(Tensor().version() == 0);
}
