#include <doctest/doctest.h>

#include <limits>
#include <nn/files/npy.hpp>
#include <tensor/error.hpp>
#include <tensor/makers.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>
#include <tests/support.hpp>

using namespace ebb;
using namespace std::string_literals;

namespace {

// As numpy.lib.format writes it: the header ends at a multiple of 64.
std::string npy(const std::string& descr, const std::string& shape, const std::string& elements,
                bool fortran_order = false, char version = 1) {
  std::string line = "{'descr': '" + descr +
                     "', 'fortran_order': " + (fortran_order ? "True" : "False") +
                     ", 'shape': " + shape + ", }";
  const std::size_t before = version == 1 ? 10 : 12;
  line += std::string(63 - (before + line.size()) % 64, ' ') + "\n";
  const std::string length = {static_cast<char>(line.size()), 0, 0, 0};
  return "\x93NUMPY"s + version + '\0' + length.substr(0, before - 8) + line + elements;
}

template <class T>
std::string elements_of(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

struct File {
  explicit File(const std::string& bytes) { write_file(path, bytes); }
  std::string refusal() const {
    return message_of<FormatError>([&] { return nn::read_npy(path); });
  }
  TemporaryFolder folder;
  std::string path = folder.path() / "x.npy";
};

std::string refusal_of(const std::string& bytes) {
  const File file(bytes);
  const std::string message = file.refusal(), begin = "npy: " + file.path + " ";
  return message.starts_with(begin) ? message.substr(begin.size()) : message;
}

// [[1, 2, 3], [4, 5, 6]] in both orders.
const std::vector<int> rows = {1, 2, 3, 4, 5, 6}, columns = {1, 4, 2, 5, 3, 6};

template <class T>
void check_reads(const std::string& descr, DType dtype) {
  for (const char version : {1, 2, 3})
    for (const bool fortran_order : {false, true}) {
      const std::vector<int>& order = fortran_order ? columns : rows;
      const File file(npy(descr, "(2, 3)", elements_of(std::vector<T>(order.begin(), order.end())),
                          fortran_order, version));
      const Tensor x = nn::read_npy(file.path);
      CHECK(x.dtype() == dtype);
      CHECK(x.shape() == Shape{2, 3});
      with_dtype(dtype, [&](auto type) {
        CHECK(x.to_vector<decltype(type)>() ==
              std::vector<decltype(type)>(rows.begin(), rows.end()));
      });
    }
}

}  // namespace

TEST_CASE("npy: all versions, orders and five kinds of elements are read") {
  check_reads<std::uint8_t>("|u1", DType::int32);
  check_reads<std::int32_t>("<i4", DType::int32);
  check_reads<std::int64_t>("<i8", DType::int32);
  check_reads<float>("<f4", DType::float32);
  check_reads<double>("<f8", DType::float64);
}

TEST_CASE("npy: scalars and empty arrays have their shapes") {
  CHECK(nn::read_npy(File(npy("<f4", "()", elements_of<float>({7}))).path).item() == 7);
  CHECK(nn::read_npy(File(npy("<f8", "(3, 0, 2)", "")).path).shape() == Shape{3, 0, 2});
  CHECK(nn::read_npy_bytes(File(npy("|u1", "(0,)", "", true)).path).empty());
}

TEST_CASE("npy: bytes come row by row, whatever their order in the file") {
  const std::vector<std::uint8_t> expected(rows.begin(), rows.end());
  CHECK(nn::read_npy_bytes(File(npy("|u1", "(2, 3)", "\1\2\3\4\5\6")).path) == expected);
  CHECK(nn::read_npy_bytes(File(npy("|u1", "(2, 3)", "\1\4\2\5\3\6", true)).path) == expected);
  // [2, 2, 2]: numpy.asfortranarray(numpy.arange(8).reshape(2, 2, 2)) in memory
  CHECK(nn::read_npy_bytes(File(npy("|u1", "(2, 2, 2)", "\0\4\2\6\1\5\3\7"s, true)).path) ==
        std::vector<std::uint8_t>{0, 1, 2, 3, 4, 5, 6, 7});
  const File floats(npy("<f4", "(1,)", "abcd"));
  CHECK(message_of<FormatError>([&] { return nn::read_npy_bytes(floats.path); }) ==
        "npy: " + floats.path + " holds elements '<f4', not bytes; try array.astype('uint8')");
}

TEST_CASE("npy: the header says what is there, without reading it") {
  const File file(npy("<i8", "(1, 2, 1, 1, 1, 1, 1, 1)", std::string(16, 'x'), true));
  const nn::NpyHeader header = nn::read_npy_header(file.path);
  CHECK(header.dtype == "<i8");
  CHECK(header.fortran_order);
  CHECK(header.lengths == std::vector<std::int64_t>{1, 2, 1, 1, 1, 1, 1, 1});
  CHECK(header.begin == 128);
  CHECK(!header.is_bytes());
  CHECK(file.refusal() == "npy: " + file.path + " holds an array of 8 axes; try at most 6");
}

TEST_CASE("npy: a file cut at any length, or longer than it says, is refused") {
  const std::string whole = npy("<f4", "(2, 3)", std::string(24, 'x'));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CAPTURE(length);
    const std::string message = refusal_of(whole.substr(0, length));
    CHECK(message == (length == 0   ? "is empty; try another copy"s
                      : length < 12 ? "ends after " + std::to_string(length) +
                                          " bytes, inside its header; try another copy"
                      : length < 128
                          ? "declares a header of 118 bytes, but has " + std::to_string(length) +
                                " in all; it was cut short or is damaged"
                          : "ends after " + std::to_string(length - 128) +
                                " of the 24 bytes of its elements; it was cut short, try another "
                                "copy"));
  }
  CHECK(refusal_of(whole + "x") ==
        "holds 25 bytes of elements, but its header declares 24; try another copy");
}

TEST_CASE("npy: sizes that no file can hold take no memory") {
  CHECK(refusal_of(npy("<f8", "(4611686018427387904, 2)", "x")) ==
        "declares more elements than a file can hold; try another copy");
  CHECK(refusal_of(npy("<f8", "(0, 4611686018427387904)", "")) ==
        "declares more elements than a file can hold; try another copy");
  CHECK(
      refusal_of(npy("<f8", "(1000000, 1000000)", "x")) ==
      "ends after 1 of the 8,000,000,000,000 bytes of its elements; it was cut short, try another "
      "copy");
  CHECK(refusal_of("\x93NUMPY\2\0\xff\xff\xff\x7f"s + std::string(99, ' ')) ==
        "declares a header of 2,147,483,647 bytes, but has 111 in all; it was cut short or is "
        "damaged");
}

TEST_CASE("npy: other files, versions and elements are named") {
  CHECK(refusal_of("PK\3\4 and so on") ==
        "does not begin as a .npy file does; try numpy.save, with one array");
  CHECK(refusal_of(npy("<f4", "()", "abcd", false, 4)) == "is of version 4.0; try 1.0, 2.0 or 3.0");
  CHECK(refusal_of(npy(">f4", "()", "abcd")) ==
        "holds elements '>f4'; try uint8, int32, int64, float32 or float64, as by "
        "array.astype('<f4')");
  CHECK(refusal_of(npy("|b1", "()", "a")) ==
        "holds elements '|b1'; try uint8, int32, int64, float32 or float64, as by "
        "array.astype('uint8')");
  CHECK(refusal_of(npy("<f4", "(3", "abcd"))
            .starts_with("has a header that says no dtype, order and shape: '{'descr': '<f4'"));
}

TEST_CASE("npy: whole numbers that int32 cannot hold are named") {
  const auto read = [](std::int64_t number) {
    return refusal_of(npy("<i8", "(2,)", elements_of<std::int64_t>({1, number})));
  };
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  CHECK(read(most) == "nothing was thrown");
  CHECK(read(-most - 1) == "nothing was thrown");
  CHECK(read(most + 1) ==
        "holds the whole number 2147483648; the largest is 2147483647, try array.astype('<f8')");
  CHECK(read(-most - 2).starts_with("holds the whole number -2147483649;"));
}

TEST_CASE("npy: what is written is what numpy.save writes, and comes back") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "x.npy";
  nn::write_npy(path, from_vector<float>({1, 2, 3, 4, 5, 6}, {2, 3}));
  CHECK(read_file(path) == npy("<f4", "(2, 3)", elements_of<float>({1, 2, 3, 4, 5, 6})));
  nn::write_npy(path, from_vector<double>({1, 2}));
  CHECK(read_file(path) == npy("<f8", "(2,)", elements_of<double>({1, 2})));
  nn::write_npy(path, full({}, 7, DType::int32));
  CHECK(read_file(path) == npy("<i4", "()", elements_of<std::int32_t>({7})));
  const std::vector<std::uint8_t> bytes = {1, 2, 3, 4, 5, 6};
  nn::write_npy(path, bytes, {1, 2, 3});
  CHECK(read_file(path) == npy("|u1", "(1, 2, 3)", "\1\2\3\4\5\6"));
  CHECK(nn::read_npy_bytes(path) == bytes);
  CHECK_THROWS_WITH_AS(nn::write_npy(path, bytes, {7}),
                       "npy: 6 bytes do not fill [7]; try a shape of as many elements", ShapeError);
  const Tensor x = from_vector<float>({1, 2, 3, 4, 5, 6}, {2, 3});
  nn::write_npy(path, transpose(x));
  CHECK(nn::read_npy(path).to_vector<float>() == std::vector<float>{1, 4, 2, 5, 3, 6});
}

TEST_CASE("npy writer: pieces of an array, no more and no fewer than it holds") {
  const TemporaryFolder place;
  const std::string path = place.path() / "x.npy", whole = place.path() / "whole.npy";
  const Tensor x = reshape(arange(12, DType::float32), {3, 4});
  nn::NpyWriter file(path, DType::float32, x.shape());
  file.write(slice(x, 0, 0, 1));
  CHECK_THROWS_WITH_AS(file.commit(), "npy: 8 elements are missing; write all that the shape has",
                       ShapeError);
  file.write(slice(x, 0, 1, 3));
  file.commit();
  nn::write_npy(whole, x);
  CHECK(read_file(path) == read_file(whole));
  CHECK_THROWS_WITH_AS(
      file.write(x),
      "npy: 12 elements more, of float32, do not fit the header; try an array of its own",
      ShapeError);
  nn::NpyWriter other(path, DType::float32, {2});
  CHECK_THROWS_AS(other.write(arange(2, DType::float64)), ShapeError);
}
