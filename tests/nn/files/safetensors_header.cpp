#include <doctest/doctest.h>

#include <nn/files/safetensors_header.hpp>

using namespace ebb;
using nn::make_header;
using nn::parse_header;

namespace {

constexpr const char* whole = R"({"w":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}})";

// One entry with everything right but what the arguments put in its place.
std::string entry(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return R"({"w":{"dtype":)" + dtype + R"(,"shape":)" + shape + R"(,"data_offsets":)" + offsets +
         "}}";
}

// Two float32 tensors of two elements each, at the places given.
std::string two(const std::string& offsets, const std::string& other_offsets) {
  return R"({"a":{"dtype":"F32","shape":[2],"data_offsets":)" + offsets +
         R"(},"b":{"dtype":"F32","shape":[2],"data_offsets":)" + other_offsets + "}}";
}

void check_refused(const std::string& header, std::uint64_t data_bytes, const std::string& why) {
  CAPTURE(header);
  try {
    parse_header("f", header, data_bytes);
    FAIL("it was taken");
  } catch (const FormatError& error) {
    CHECK(std::string(error.what()) == "safetensors: f: " + why);
  }
}

}  // namespace

TEST_CASE("parse_header: names, dtypes, shapes and sizes come in the order of the data") {
  const auto entries = parse_header(
      "f",
      R"({"last":{"data_offsets":[16,20],"shape":[],"dtype":"I32"},"__metadata__":{"by":"hand"},)"
      R"("none":{"dtype":"F32","shape":[0,5],"data_offsets":[16,16]},)"
      R"("\u0066irst":{"dtype":"F64","shape":[2],"data_offsets":[0,16]}}   )",
      20);
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].name == "first");
  CHECK(entries[0].dtype == DType::float64);
  CHECK(entries[0].shape == Shape{2});
  CHECK(entries[0].bytes == 16);
  CHECK(entries[1].name == "none");
  CHECK(entries[1].shape == Shape{0, 5});
  CHECK(entries[1].bytes == 0);
  CHECK(entries[2].name == "last");
  CHECK(entries[2].dtype == DType::int32);
  CHECK(entries[2].shape == Shape{});
  CHECK(entries[2].bytes == 4);
  CHECK(parse_header("f", "{}", 0).empty());
}

TEST_CASE("parse_header: what stands around the JSON object is refused, but for spaces behind") {
  CHECK(parse_header("f", whole + std::string(9, ' '), 24).size() == 1);
  const std::string frame = "the header does not end with '}' and spaces alone";
  check_refused("", 0, "the header does not start with '{'");
  check_refused(std::string(" ") + whole, 24, "the header does not start with '{'");
  check_refused("\xef\xbb\xbf{}", 0, "the header does not start with '{'");
  check_refused("[]", 0, "the header does not start with '{'");
  check_refused(whole + std::string("\n"), 24, frame);
  check_refused(whole + std::string(1, '\0'), 24, frame);
  check_refused(whole + std::string("\0}", 2), 24, frame);
  check_refused("{}{}", 0, "the header is no valid JSON at its byte 3");
}

TEST_CASE("parse_header: what is no JSON or no UTF-8 is refused") {
  check_refused("{a}", 0, "the header is no valid JSON at its byte 2");
  check_refused("{\"a\":}", 0, "the header is no valid JSON at its byte 6");
  check_refused("{\"\xff\":{}}", 0, "the header is no valid JSON at its byte 3");
  check_refused("{/**/}", 0, "the header is no valid JSON at its byte 2");
  check_refused("{\"w\":{}", 0,
                "tensor 'w': dtype, shape and data_offsets must be there, all three");
  check_refused("{\"w\":" + std::string(100'000, '{') + "}", 0,
                "the header is no valid JSON at its byte 7");
  check_refused("{\"w\":" + std::string(100'000, '[') + "}", 0,
                "the header: 'w' is an array, not an object");
}

TEST_CASE("parse_header: a key that comes twice is refused, at the top, inside, and in disguise") {
  const std::string empty = R"({"dtype":"F32","shape":[0],"data_offsets":[0,0]})";
  check_refused(R"({"a":)" + empty + R"(,"a":)" + empty + "}", 0,
                "the header: the key 'a' comes twice");
  check_refused(R"({"a":)" + empty + R"(,"\u0061":)" + empty + "}", 0,
                "the header: the key 'a' comes twice");
  check_refused(R"({"w":{"dtype":"F32","dtype":"F32","shape":[],"data_offsets":[0,4]}})", 4,
                "tensor 'w': the key 'dtype' comes twice");
  check_refused(R"({"__metadata__":{},"__metadata__":{}})", 0,
                "the header: the key '__metadata__' comes twice");
  check_refused(R"({"__metadata__":{"a":"b","a":"b"}})", 0,
                "__metadata__: the key 'a' comes twice");
}

TEST_CASE("parse_header: an entry has dtype, shape and data_offsets, and they have their types") {
  const std::string lacks = "tensor 'w': dtype, shape and data_offsets must be there, all three";
  check_refused(R"({"w":{"shape":[],"data_offsets":[0,4]}})", 4, lacks);
  check_refused(R"({"w":{"dtype":"F32","data_offsets":[0,4]}})", 4, lacks);
  check_refused(R"({"w":{"dtype":"F32","shape":[]}})", 4, lacks);
  check_refused(R"({"w":{"dtype":"F32","shape":[],"data_offsets":[0,4],"more":1}})", 4,
                "tensor 'w': unknown key 'more'; it must be dtype, shape or data_offsets");
  check_refused(R"({"w":4})", 4, "the header: 'w' is 4, not an object");
  check_refused(R"({"w":null})", 4, "the header: 'w' is null, not an object");

  const std::string dtype = "tensor 'w': dtype is or holds ";
  check_refused(entry("4", "[]", "[0,4]"), 4, dtype + "4; it must be the name of a dtype");
  check_refused(entry("[]", "[]", "[0,4]"), 4, dtype + "an array; it must be the name of a dtype");
  check_refused(entry("{}", "[]", "[0,4]"), 4, dtype + "an object; it must be the name of a dtype");

  const std::string offsets = "tensor 'w': data_offsets must be two numbers, begin and end";
  check_refused(entry("\"F32\"", "[]", "[0]"), 4, offsets);
  check_refused(entry("\"F32\"", "[]", "[0,4,4]"), 4, offsets);
}

TEST_CASE("parse_header: lengths and offsets are unsigned integers") {
  const std::pair<const char*, const char*> wrong[] = {
      {"[-1]", "-1"},
      {"[2.0]", "'2.0'"},
      {"[1e2]", "'1e2'"},
      {"[\"2\"]", "the string '2'"},
      {"[true]", "true"},
      {"[null]", "null"},
      {"[[2]]", "an array"},
      {"[{}]", "an object"},
      {"2", "2"},
      {"\"2\"", "the string '2'"},
      {"{}", "an object"},
      {"[18446744073709551616]", "'18446744073709551616'"}};
  for (const auto& [json, shown] : wrong) {
    const std::string rest = std::string(shown) + "; it must be an array of unsigned integers";
    check_refused(entry("\"F32\"", json, "[0,4]"), 4, "tensor 'w': shape is or holds " + rest);
    check_refused(entry("\"F32\"", "[]", json), 4, "tensor 'w': data_offsets is or holds " + rest);
  }
}

TEST_CASE("parse_header: metadata holds strings alone") {
  CHECK(parse_header("f", R"({"__metadata__":{}})", 0).empty());
  for (const std::string value : {"1", "-1", "1.5", "null", "true"})
    CHECK_THROWS_AS(parse_header("f", R"({"__metadata__":{"a":)" + value + "}}", 0), FormatError);
  check_refused(R"({"__metadata__":{"a":3}})", 0, "__metadata__: 'a' is 3, not a string");
  check_refused(R"({"__metadata__":{"a":{}}})", 0, "__metadata__: 'a' is an object, not a string");
  check_refused(R"({"__metadata__":{"a":["b"]}})", 0,
                "__metadata__: 'a' is an array, not a string");
  check_refused(R"({"__metadata__":"a"})", 0,
                "the header: '__metadata__' is the string 'a', not an object");
}

TEST_CASE("parse_header: a tensor's size follows from dtype and shape, without overflow") {
  check_refused(entry("\"F32\"", "[2,3]", "[0,20]"), 20,
                "tensor 'w': F32 [2, 3] takes 24 bytes, data_offsets give it 20");
  check_refused(entry("\"F64\"", "[]", "[0,4]"), 4,
                "tensor 'w': F64 [] takes 8 bytes, data_offsets give it 4");
  check_refused(entry("\"F32\"", "[1]", "[4,0]"), 4,
                "tensor 'w': data_offsets 4 and 0 run backwards");
  check_refused(entry("\"F32\"", "[4294967296,4294967296]", "[0,0]"), 0,
                "tensor 'w': shape [4294967296, 4294967296] is more than memory can hold");
  check_refused(entry("\"F64\"", "[2305843009213693952]", "[0,0]"), 0,
                "tensor 'w': shape [2305843009213693952] is more than memory can hold");
  check_refused(entry("\"F32\"", "[4611686018427387904,0]", "[0,0]"), 0,
                "tensor 'w': shape [4611686018427387904, 0] is more than memory can hold");
  check_refused(entry("\"F32\"", "[0,4611686018427387904]", "[0,0]"), 0,
                "tensor 'w': shape [0, 4611686018427387904] is more than memory can hold");
  check_refused(entry("\"F32\"", "[9223372036854775808]", "[0,0]"), 0,
                "tensor 'w': shape: a length of 9223372036854775808 is more than memory can hold");
  check_refused(entry("\"F32\"", "[1,2,3,4,5,6,7,8]", "[0,4]"), 4,
                "tensor 'w': F32 [1, 2, 3, 4, 5, 6, …] takes 161280 bytes, data_offsets give it 4");
}

TEST_CASE("parse_header: the tensors fill the file: no hole, no overlap, no rest") {
  CHECK(parse_header("f", two("[0,8]", "[8,16]"), 16)[0].name == "a");
  CHECK(parse_header("f", two("[8,16]", "[0,8]"), 16)[0].name == "b");
  check_refused(two("[0,8]", "[12,20]"), 20,
                "tensor 'b': it begins at 12, the one before ends at 8; there may be no hole and "
                "no overlap");
  check_refused(two("[0,8]", "[4,12]"), 12,
                "tensor 'b': it begins at 4, the one before ends at 8; there may be no hole and "
                "no overlap");
  check_refused(two("[0,8]", "[0,8]"), 16,
                "tensor 'b': it begins at 0, the one before ends at 8; there may be no hole and "
                "no overlap");
  check_refused(two("[4,12]", "[12,20]"), 20,
                "tensor 'a': it begins at 4, the one before ends at 0; there may be no hole and "
                "no overlap");
  check_refused(whole, 25, "the tensors take 24 bytes, the file holds 25");
  check_refused(whole, 23,
                "the tensors take 24 bytes, the file holds 23; it was cut short, try another copy");
  check_refused(entry("\"F32\"", "[0]", "[18446744073709551615,18446744073709551615]"), 0,
                "tensor 'w': it begins at 18446744073709551615, the one before ends at 0; there "
                "may be no hole and no overlap");
  check_refused("{}", 1, "the tensors take 0 bytes, the file holds 1");
}

TEST_CASE("parse_header: every dtype of the format is checked for size") {
  const std::pair<const char*, int> types[] = {
      {"BOOL", 1}, {"U8", 1},   {"I8", 1},  {"F8_E4M3", 1}, {"F8_E5M2", 1}, {"I16", 2}, {"U16", 2},
      {"F16", 2},  {"BF16", 2}, {"U32", 4}, {"I64", 8},     {"U64", 8},     {"C64", 8}};
  for (const auto& [type, bytes] : types) {
    const std::string dtype = "\"" + std::string(type) + "\"", end = std::to_string(3 * bytes);
    const auto tensors = parse_header("f", entry(dtype, "[3]", "[0," + end + "]"),
                                      static_cast<std::uint64_t>(3 * bytes));
    CHECK(tensors.at(0).type == type);
    check_refused(entry(dtype, "[3]", "[0,5]"), 5,
                  "tensor 'w': " + std::string(type) + " [3] takes " + end +
                      " bytes, data_offsets give it 5");
  }
}

TEST_CASE("parse_header: what Ebb cannot read is an obstacle to the tensor, not to the file") {
  const auto obstacle = [](const std::string& header, std::uint64_t bytes) {
    return parse_header("f", header, bytes).at(0).obstacle;
  };
  CHECK(obstacle(whole, 24).empty());
  CHECK(obstacle(entry("\"BF16\"", "[2]", "[0,4]"), 4).empty());
  CHECK(obstacle(entry("\"F8_E4M3\"", "[2]", "[0,2]"), 2) ==
        "F8_E4M3 cannot be read; convert it to F32, F64 or I32 before it is saved");
  CHECK(obstacle(entry("\"F4\"", "[4]", "[0,2]"), 2) ==
        "the dtype 'F4' is unknown; try F32, F64 or I32");
  CHECK(obstacle(entry("\"F3\\n2\"", "[]", "[0,4]"), 4) ==
        "the dtype 'F3?2' is unknown; try F32, F64 or I32");
  CHECK(obstacle(entry("\"F32\"", "[1,1,1,1,1,1,1]", "[0,4]"), 4) ==
        "it has 7 axes, more than 6; try fewer before it is saved");
  CHECK(parse_header("f", entry("\"F32\"", "[1,1,1,1,1,1]", "[0,4]"), 4).at(0).shape ==
        Shape{1, 1, 1, 1, 1, 1});
}

TEST_CASE("parse_header: a message stays one short line, whatever the names are") {
  const std::string name = "a\\u001b[2J\\nb" + std::string(200, 'x');
  check_refused("{\"" + name + "\":4}", 0,
                "the header: 'a?[2J?b" + std::string(53, 'x') + "…' is 4, not an object");
}

TEST_CASE("make_header: what it makes is padded to 8 and says the same when it is parsed") {
  for (const std::string name :
       {"", "w", "we", "layer.0.weight", "\"quoted\\\"", "größe", "a\nb"}) {
    const std::string header = make_header({{name, DType::float64, {2, 3}, 48},
                                            {name + "2", DType::int32, {}, 4},
                                            {name + "3", DType::float32, {0}, 0}});
    CHECK(header.size() % 8 == 0);
    const auto entries = parse_header("f", header, 52);
    REQUIRE(entries.size() == 3);
    CHECK(entries[0].name == name);
    CHECK(entries[0].dtype == DType::float64);
    CHECK(entries[0].shape == Shape{2, 3});
    CHECK(entries[1].name == name + "2");
    CHECK(entries[1].dtype == DType::int32);
    CHECK(entries[2].name == name + "3");
  }
  CHECK(make_header({}) == R"({"__metadata__":{"format":"pt"}})");
}

TEST_CASE("make_header: names that a file cannot hold are refused") {
  const auto header = [](const std::string& name, const std::string& other) {
    return make_header({{name, DType::float32, {}, 4}, {other, DType::float32, {}, 4}});
  };
  CHECK_THROWS_WITH_AS(header("w", "w"),
                       "safetensors: the name 'w' is taken; each tensor needs its own", Error);
  CHECK_THROWS_WITH_AS(header("w", "__metadata__"),
                       "safetensors: the name '__metadata__' is taken; each tensor needs its own",
                       Error);
  CHECK_THROWS_WITH_AS(header("w", "\xff"),
                       "safetensors: the name '?' is not UTF-8; try plain letters", Error);
}
