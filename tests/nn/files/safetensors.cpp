#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <nn/files/file.hpp>
#include <nn/files/safetensors.hpp>
#include <tensor/makers.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::read_safetensors;
using nn::write_safetensors;

namespace {

// Bit for bit, so that NaN is itself and -0 is not 0.
bool same(const Tensor& a, const Tensor& b) {
  if (a.dtype() != b.dtype() || !(a.shape() == b.shape())) return false;
  const Tensor x = contiguous(a), y = contiguous(b);
  const std::size_t bytes = static_cast<std::size_t>(x.count()) * size_of(x.dtype());
  return bytes == 0 || std::memcmp(x.raw(), y.raw(), bytes) == 0;
}

// A file whose header says its true length.
std::string file_of(const std::string& header, const std::string& data) {
  const std::uint64_t length = header.size();
  std::string bytes(sizeof length, '\0');
  std::memcpy(bytes.data(), &length, sizeof length);
  return bytes + header + data;
}

std::string refusal(const std::string& path, const std::string& bytes) {
  nn::write_file(path, bytes);
  try {
    static_cast<void>(read_safetensors(path));
  } catch (const FormatError& error) {
    return error.what();
  }
  return "it was taken";
}

}  // namespace

TEST_CASE("safetensors: every dtype, rank and stride comes back as it went, in order") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "model.safetensors";
  const float infinity = std::numeric_limits<float>::infinity();
  const Tensor matrix = from_vector<float>({1, 2, 3, 4, 5, 6}, {2, 3});
  const nn::NamedTensors tensors = {
      {"matrix", matrix},
      {"labels", from_vector<std::int32_t>({3, -1, 2147483647})},
      {"doubles", from_vector<double>({0.1, -0.0, 5e-324}, {3, 1})},
      {"scalar", full({}, 2.5)},
      {"nothing", zeros({0, 7}, DType::float64)},
      {"special", from_vector<float>({NAN, infinity, -infinity, -0.0f, 1e-45f})},
      {"transposed", transpose(matrix)},
      {"strided", slice(matrix, 1, 0, 3, 2)},
      {"repeated", expand(full({1, 1}, 7), {2, 3})},
      {"deep", zeros({1, 2, 1, 2, 1, 2})}};
  write_safetensors(path, tensors);
  const nn::NamedTensors read = read_safetensors(path);
  REQUIRE(read.size() == tensors.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    CAPTURE(tensors[i].first);
    CHECK(read[i].first == tensors[i].first);
    CHECK(same(read[i].second, tensors[i].second));
  }
}

TEST_CASE("safetensors: no tensors at all are a file, too") {
  const TemporaryFolder folder;
  write_safetensors(folder.path() / "none", {});
  CHECK(read_safetensors(folder.path() / "none").empty());
}

TEST_CASE("safetensors: the bytes are the format's, and the same each time") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "model.safetensors";
  const nn::NamedTensors tensors = {{"b", from_vector<float>({1, 2})},
                                    {"a", from_vector<std::int32_t>({-1}, {1, 1})}};
  std::string header =
      R"({"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[2],"data_offsets":[0, 8]},)"
      R"("a":{"dtype":"I32","shape":[1, 1],"data_offsets":[8, 12]}})";
  header.resize((header.size() + 7) / 8 * 8, ' ');
  const std::string data("\0\0\x80\x3f\0\0\0\x40\xff\xff\xff\xff", 12);
  for (int i = 0; i < 2; ++i) {
    write_safetensors(path, tensors);
    CHECK(nn::read_file(path) == file_of(header, data));
  }
}

TEST_CASE("safetensors: a file cut at any length is refused, and so is one with a tail") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "model.safetensors";
  write_safetensors(path, {{"w", zeros({3})}, {"b", zeros({}, DType::float64)}});
  const std::string bytes = nn::read_file(path);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    CAPTURE(length);
    CHECK(refusal(path, bytes.substr(0, length)).find("safetensors: " + path + ": ") == 0);
  }
  CHECK(refusal(path, bytes + "x") ==
        "safetensors: " + path + ": the tensors take 20 bytes, the file holds 21");
}

TEST_CASE("safetensors: a file with any byte changed is read or refused, and nothing else") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "model.safetensors";
  write_safetensors(path, {{"w", zeros({3})}, {"b", zeros({}, DType::float64)}});
  const std::string bytes = nn::read_file(path);
  int refused = 0;
  for (std::size_t i = 0; i < bytes.size() - 20; ++i)
    for (const char other : {'\0', '\xff', '"', '{', '9'}) {
      std::string changed = bytes;
      changed[i] = other;
      refused += refusal(path, changed) != "it was taken";
    }
  CHECK(refused > 300);
}

TEST_CASE("safetensors: a header longer than the file or the limit takes no memory") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "model.safetensors";
  const std::string start = "safetensors: " + path + ": ";
  CHECK(refusal(path, "") == start + "it ends after 0 of 8 bytes for the length; try another copy");
  CHECK(refusal(path, "1234567") ==
        start + "it ends after 7 of 8 bytes for the length; try another copy");
  CHECK(refusal(path, std::string(8, '\xff')) ==
        start + "a header of 18446744073709551615 bytes; at most 100000000 may be");
  CHECK(refusal(path, std::string("\x01\xe1\xf5\x05\0\0\0\0", 8)) ==
        start + "a header of 100000001 bytes; at most 100000000 may be");
  CHECK(refusal(path, std::string("\0\xe1\xf5\x05\0\0\0\0{}", 10)) ==
        start + "it ends after 2 of 100000000 bytes of the header; try another copy");
}

TEST_CASE("safetensors: a file that declares more than it holds takes no memory for it") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "model.safetensors";
  const std::size_t before = memory_use().live_bytes;
  reset_peak_memory();
  CHECK(refusal(path, file_of(R"({"w":{"dtype":"F32","shape":[1000000000],)"
                              R"("data_offsets":[0,4000000000]}})",
                              "12345678")) == "safetensors: " + path +
                                                  ": the tensors take 4000000000 bytes, the file "
                                                  "holds 8; it was cut short, try another copy");
  CHECK(memory_use().peak_bytes == before);
}

TEST_CASE("safetensors: refused tensors leave no file behind, and the old one as it was") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "model.safetensors";
  write_safetensors(path, {{"w", full({2}, 1)}});
  CHECK_THROWS_AS(write_safetensors(path, {{"w", zeros({2})}, {"w", zeros({2})}}), Error);
  CHECK(read_safetensors(path).at(0).second.to_vector<float>() == std::vector<float>{1, 1});
  CHECK_THROWS_AS(write_safetensors(folder.path() / "new", {{"\xff", zeros({2})}}), Error);
  CHECK(!std::filesystem::exists(folder.path() / "new"));
}

TEST_CASE("safetensors: tensors can be asked for by name, whatever else the file holds") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "model.safetensors";
  nn::write_file(path, file_of(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                               R"("b":{"dtype":"I32","shape":[1],"data_offsets":[4,8]},)"
                               R"("odd":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[8,10]},)"
                               R"("new":{"dtype":"F4","shape":[4],"data_offsets":[10,12]}})",
                               std::string("\0\0\x80\x3f\2\0\0\0abcd", 12)));
  const nn::NamedTensors read = read_safetensors(path, {"b", "a"});
  REQUIRE(read.size() == 2);
  CHECK(read[0].first == "b");
  CHECK(read[0].second.to_vector<std::int32_t>() == std::vector<std::int32_t>{2});
  CHECK(read[1].second.to_vector<float>() == std::vector<float>{1});
  CHECK(read_safetensors(path, {}).empty());
  const auto refused = [&](const std::vector<std::string>& names) {
    return message_of<FormatError>([&] { return read_safetensors(path, names); });
  };
  CHECK(refused({"a", "c\n"}) ==
        "safetensors: " + path + ": it holds no 'c?' among 4 tensors; check the name");
  const std::string odd = "safetensors: " + path +
                          ": tensor 'odd': F8_E4M3 cannot be read; convert "
                          "it to F32, F64 or I32 before it is saved";
  CHECK(refused({"odd"}) == odd);
  CHECK(message_of<FormatError>([&] { return read_safetensors(path); }) == odd);
}

TEST_CASE("safetensors: a missing file is an IoError") {
  const TemporaryFolder folder;
  CHECK_THROWS_AS(read_safetensors(folder.path() / "missing"), IoError);
}

TEST_CASE("write_safetensors: a tensor without a value is refused by its name") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "f";
  CHECK(message_of([&] {
          write_safetensors(path, {{"a", zeros({0})}, {"b", Tensor()}});
          return 0;
        }) == "safetensors: 'b' has no value, it was only declared or moved from; try zeros({})");
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("write_safetensors: wide, int32 is I64 in the file and int32 again when it is read") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "f";
  const Tensor counts = from_vector<std::int32_t>({-1, 2147483647}),
               one = full({}, 1, DType::int32);
  write_safetensors(path, {{"a", counts}, {"b", one}, {"c", ones({1})}}, {.wide_integers = true});
  const std::string bytes = nn::read_file(path);
  CHECK(bytes.find(R"("a":{"dtype":"I64","shape":[2],"data_offsets":[0, 16]})") !=
        std::string::npos);
  CHECK(bytes.find(R"("b":{"dtype":"I64","shape":[],"data_offsets":[16, 24]})") !=
        std::string::npos);
  const std::int64_t expected[] = {-1, 2147483647, 1};
  CHECK(bytes.substr(bytes.size() - 28, 24) ==
        std::string(reinterpret_cast<const char*>(expected), sizeof expected));
  const nn::NamedTensors read = read_safetensors(path);
  CHECK(same(read[0].second, counts));
  CHECK(same(read[1].second, one));
  CHECK(same(read[2].second, ones({1})));
}
