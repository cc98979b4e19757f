#include <doctest/doctest.h>

#include <limits>
#include <nn/files/image.hpp>
#include <tensor/makers.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>
#include <tests/support.hpp>
#include <tools/common/base64.hpp>
#include <tools/page/encoding.hpp>

using namespace ebb;
using namespace ebb::tools;
using Json = nlohmann::ordered_json;

TEST_CASE("encoding: a long text is cut between letters") {
  CHECK(cut("", 0) == "");
  CHECK(cut("abc", 3) == "abc");
  CHECK(cut("abcd", 3) == "abc…");
  CHECK(cut("aéé", 5) == "aéé");
  CHECK(cut("aéé", 4) == "aé…");
  CHECK(cut("aéé", 3) == "aé…");
  CHECK(cut("éé", 1) == "…");
}

TEST_CASE("encoding: numbers are packed as integers times a scale") {
  const Json json = packed({1, -2, 0.5f, std::numeric_limits<float>::infinity()});
  CHECK(json["scale"].get<float>() == doctest::Approx(2.0 / 32767));
  // 16384, -32767, 8192, 0: the low byte first
  CHECK(json["int16"] == base64(std::string("\x00\x40\x01\x80\x00\x20\x00\x00", 8)));
  CHECK(packed({0, 0})["scale"] == 1.0f);
}

TEST_CASE("encoding: numbers are shown in as many digits as asked for") {
  CHECK(rounded(1.0 / 3, 3) == Json(0.333));
  CHECK(rounded(std::numeric_limits<double>::quiet_NaN(), 3).is_null());
  CHECK(rounded(std::vector{1.0, 2.5e-7}, 2).dump() == "[1,2.5e-07]");
}

TEST_CASE("encoding: images of a sprite stand side by side, channel after channel") {
  const Json one = sprite(from_vector<float>({0, 1, 0.5f, 2, -1, 0.25f}, {3, 1, 1, 2}));
  CHECK(one["columns"] == 3);
  CHECK(one["count"] == 3);
  CHECK(one["png"].get<std::string>() ==
        "data:image/png;base64," + base64(nn::encode_png({{1, 1, 6}, {0, 255, 128, 255, 0, 64}})));
  const Json colors = sprite(from_vector<float>({1, 0, 0, 0, 1, 0}, {2, 3, 1, 1}));
  CHECK(colors["png"].get<std::string>() ==
        "data:image/png;base64," + base64(nn::encode_png({{3, 1, 2}, {255, 0, 0, 255, 0, 0}})));
}

TEST_CASE("encoding: large images are shrunk by whole numbers, to means") {
  const Tensor small = zeros({2, 3, 96, 20});
  CHECK(shrunk(small).shape() == small.shape());
  Tensor large = expand(reshape(arange(100, DType::float32), {1, 1, 1, 100}), {1, 1, 3, 100});
  CHECK(shrunk(large).shape() == Shape{1, 1, 1, 50});
  CHECK(slice(shrunk(large), 3, 0, 2).to_vector<float>() == std::vector{0.5f, 2.5f});
}
