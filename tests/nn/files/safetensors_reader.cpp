#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <nn/files/safetensors_reader.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::SafetensorsReader;

namespace {

// A file of one tensor, "w", of one axis.
template <class T>
std::string file_of(const std::string& type, const std::vector<T>& values) {
  const std::size_t bytes = values.size() * sizeof(T);
  const std::string header = text(R"({"w":{"dtype":")", type, R"(","shape":[)", values.size(),
                                  R"(],"data_offsets":[0,)", bytes, "]}}");
  const std::uint64_t length = header.size();
  std::string file(sizeof length, '\0');
  std::memcpy(file.data(), &length, sizeof length);
  file += header;
  file.append(reinterpret_cast<const char*>(values.data()), bytes);
  return file;
}

Tensor read_one(const std::string& bytes) {
  const TemporaryFolder folder;
  write_file(folder.path() / "f", bytes);
  SafetensorsReader file(folder.path() / "f");
  return file.read(file.tensors().at(0));
}

template <class T>
void check_integers(const std::string& type, const std::vector<T>& values) {
  CAPTURE(type);
  const Tensor read = read_one(file_of(type, values));
  CHECK(read.to_vector<std::int32_t>() == std::vector<std::int32_t>(values.begin(), values.end()));
}

std::string refusal(const std::string& bytes) {
  const std::string message = message_of<FormatError>([&] { return read_one(bytes); });
  return message.substr(message.find("/f: ") + 4);
}

template <class T>
void check_misfit(const std::string& type, T value) {
  CHECK(refusal(file_of(type, std::vector<T>{0, value, 1})) ==
        text("tensor 'w': the value ", value, " of ", type,
             " does not fit int32; convert it before it is saved"));
}

std::uint32_t bits(float value) { return std::bit_cast<std::uint32_t>(value); }

// What half a float says, from its definition.
float half(int exponent_bits, int fraction_bits, std::uint32_t code) {
  const std::uint32_t fraction = code & ((1u << fraction_bits) - 1),
                      exponent = code >> fraction_bits & ((1u << exponent_bits) - 1);
  const int bias = (1 << (exponent_bits - 1)) - 1;
  const double sign = code >> 15 ? -1 : 1, one = std::ldexp(fraction, -fraction_bits);
  if (exponent == (1u << exponent_bits) - 1)
    return static_cast<float>(fraction ? NAN : sign * std::numeric_limits<double>::infinity());
  if (exponent == 0) return static_cast<float>(sign * std::ldexp(one, 1 - bias));
  return static_cast<float>(sign * std::ldexp(1 + one, static_cast<int>(exponent) - bias));
}

}  // namespace

TEST_CASE("SafetensorsReader: integers and booleans become int32") {
  check_integers<std::uint8_t>("BOOL", {0, 1, 1});
  check_integers<std::uint8_t>("U8", {0, 1, 127, 128, 255});
  check_integers<std::int8_t>("I8", {0, -1, 127, -128});
  check_integers<std::int16_t>("I16", {0, -1, 32767, -32768});
  check_integers<std::uint16_t>("U16", {0, 65535});
  check_integers<std::uint32_t>("U32", {0, 2147483647});
  check_integers<std::int64_t>("I64", {0, -1, 2147483647, -2147483648});
  check_integers<std::uint64_t>("U64", {0, 2147483647});
  check_integers<std::int64_t>("I64", {});
  std::vector<std::int64_t> many;  // more than are converted at once
  for (std::int64_t i = 0; i < 10'000; ++i) many.push_back(i * 7919 - 1'000'000);
  check_integers("I64", many);
}

TEST_CASE("SafetensorsReader: an integer that int32 does not have is refused by its value") {
  check_misfit<std::int64_t>("I64", 2147483648);
  check_misfit<std::int64_t>("I64", -2147483649);
  check_misfit<std::int64_t>("I64", std::numeric_limits<std::int64_t>::min());
  check_misfit<std::uint64_t>("U64", std::numeric_limits<std::uint64_t>::max());
  check_misfit<std::uint32_t>("U32", 2147483648);
  CHECK(refusal(file_of("BOOL", std::vector<std::uint8_t>{0, 2, 1})) ==
        "tensor 'w': the byte 2 of BOOL; it must be 0 or 1");
}

TEST_CASE("SafetensorsReader: every half of both kinds becomes the float of its value") {
  std::vector<std::uint16_t> codes;
  for (std::uint32_t code = 0; code < 65536; ++code)
    codes.push_back(static_cast<std::uint16_t>(code));
  const Tensor f16 = read_one(file_of("F16", codes)), bf16 = read_one(file_of("BF16", codes));
  CHECK(f16.dtype() == DType::float32);
  const std::vector<float> halves = f16.to_vector<float>(), brains = bf16.to_vector<float>();
  std::uint32_t wrong = 0;
  const auto differ = [](float a, float b) {
    return std::isnan(a) ? !std::isnan(b) : bits(a) != bits(b);
  };
  for (const std::uint32_t code : codes)
    wrong += differ(halves[code], half(5, 10, code)) + differ(brains[code], half(8, 7, code));
  CHECK(wrong == 0);
  CHECK(halves[0x0001] == 0x1p-24f);
  CHECK(halves[0x7bff] == 65504);
  CHECK(bits(halves[0x8000]) == 0x80000000);
  CHECK(bits(halves[0xfe01]) == 0xffc02000);  // NaN keeps its bits
  CHECK(bits(brains[0x0001]) == 0x00010000);  // a denormal float stays one
  CHECK(bits(brains[0xffc1]) == 0xffc10000);
}

TEST_CASE("SafetensorsReader: files of other formats are called by their name") {
  const auto told = [](const std::string& start) { return refusal(start + std::string(20, 'x')); };
  const std::string write = "; write safetensors: try save_file of Python's safetensors.torch";
  CHECK(told("PK\3\4") == "this is a zip, as torch.save and numpy.savez write" + write);
  CHECK(told("\x80\2") == "this is a pickle, as older versions of torch.save write" + write);
  CHECK(told("\x80\4") == "this is a pickle" + write);
  CHECK(told("\x80\5") == "this is a pickle" + write);
  CHECK(told("\x89HDF\r\n") == "this is HDF5, as Keras writes" + write);
  CHECK(told("\x93NUMPY\1") == "this is an array of NumPy's" + write);
  CHECK(told("GGUF") == "this is GGUF" + write);
  CHECK(told("\x1f\x8b") == "this is packed by gzip" + write);
  CHECK(refusal("\x80\2}q.") == "this is a pickle, as older versions of torch.save write" + write);
  CHECK(refusal(std::string("PK\3\4\0\0\0\0zip", 11)).starts_with("this is a zip"));
}

TEST_CASE("SafetensorsReader: a header may be as long as the start of another format says") {
  std::string header = "{}";
  header.resize(0x8b1f, ' ');  // gzip's two letters
  std::string bytes("\x1f\x8b\0\0\0\0\0\0", 8);
  const TemporaryFolder folder;
  write_file(folder.path() / "f", bytes + header);
  CHECK(SafetensorsReader(folder.path() / "f").tensors().empty());
}
