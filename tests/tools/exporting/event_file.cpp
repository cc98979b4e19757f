#include <doctest/doctest.h>

#include <cmath>
#include <tensor/makers.hpp>
#include <tests/tools/exporting/records.hpp>
#include <tools/exporting/event_file.hpp>
#include <tools/training/image_grid.hpp>

using namespace ebb::tools;

namespace {

std::string hex(const std::string& bytes) {
  std::string text;
  for (const char byte : bytes) {
    text += "0123456789abcdef"[static_cast<unsigned char>(byte) >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

// The only value of a summary.
Fields value_of(const EventSummary& summary) {
  return fields_of(fields_of(summary.message().bytes()).find(1)->second.bytes);
}

std::vector<double> numbers_of(const Field& field) {
  std::vector<double> numbers(field.bytes.size() / sizeof(double));
  std::memcpy(numbers.data(), field.bytes.data(), field.bytes.size());
  return numbers;
}

}  // namespace

TEST_CASE("event file: check sums are those of RFC 3720") {
  CHECK(crc32c("") == 0);
  CHECK(crc32c("123456789") == 0xe3069283);
  CHECK(crc32c(std::string(32, '\0')) == 0x8a9136aa);
  CHECK(crc32c(std::string(32, '\xff')) == 0x62a8ab43);
}

// From tensorboard.summary.writer.record_writer of TensorBoard 2.21.
TEST_CASE("event file: records have the bytes that TensorBoard's own writer writes") {
  CHECK(hex(first_record(0.5)) ==
        "1800000000000000a37f4b2209000000000000e03f1a0d627261696e2e4576656e743a3266f7e1a8");
  EventSummary summary;
  summary.scalar("loss/train", 0.25);
  CHECK(hex(event_record(1.5, 300, summary)) ==
        "2100000000000000017becf609000000000000f83f10ac022a130a110a0a6c6f73732f747261696e150000803e"
        "6c5611a4");
}

TEST_CASE("event file: a histogram counts finite numbers in thirty parts") {
  EventSummary summary;
  summary.histogram("w", ebb::from_vector({-1.f, 2.f, NAN, -0.95f, 0.5f, INFINITY}));
  const Fields value = value_of(summary);
  CHECK(value.find(1)->second.bytes == "w");
  const Fields spread = fields_of(value.find(5)->second.bytes);
  const double expected[] = {-1, 2, 4, 0.55, 1 + 4 + 0.95 * 0.95 + 0.25};
  for (int i = 0; i < 5; ++i)
    CHECK(spread.find(i + 1)->second.as<double>() == doctest::Approx(expected[i]));
  const std::vector<double> limits = numbers_of(spread.find(6)->second),
                            counts = numbers_of(spread.find(7)->second);
  REQUIRE(limits.size() == 30);
  CHECK(limits[0] == doctest::Approx(-0.9));
  CHECK(limits[29] == 2);
  std::vector<double> places(30);
  places[0] = 2, places[15] = 1, places[29] = 1;
  CHECK(counts == places);
}

TEST_CASE("event file: numbers that are all the same, or all not finite, or none") {
  EventSummary same, none;
  same.histogram("w", ebb::ones({5}));
  CHECK(numbers_of(fields_of(value_of(same).find(5)->second.bytes).find(7)->second)[0] == 5);
  none.histogram("w", ebb::from_vector({NAN, -INFINITY}));
  none.histogram("w", ebb::Tensor());
  CHECK(none.message().bytes().empty());
}

TEST_CASE("event file: a picture has its size and colors from its own header") {
  EventSummary gray, colors;
  const std::string png = png_of_image(ebb::ones({1, 2, 3}));
  gray.picture("a", png);
  const Fields image = fields_of(value_of(gray).find(4)->second.bytes);
  CHECK(image.find(1)->second.number == 2);
  CHECK(image.find(2)->second.number == 3);
  CHECK(image.find(3)->second.number == 1);
  CHECK(image.find(4)->second.bytes == png);
  colors.picture("a", png_of_image(ebb::ones({3, 2, 3})));
  CHECK(fields_of(value_of(colors).find(4)->second.bytes).find(3)->second.number == 3);
}

TEST_CASE("event file: it is cut before what is of later steps, broken or not whole") {
  EventSummary summary;
  summary.scalar("a", 1);
  const std::string first = first_record(1);
  std::string file = first;
  for (const int step : {0, 3, 3, 300}) file += event_record(1, step, summary);
  const std::size_t one = event_record(1, 3, summary).size();
  CHECK(length_until(file, 300) == file.size());
  CHECK(length_until(file, 299) == first.size() + 3 * one);
  CHECK(length_until(file, 2) == first.size() + one);
  CHECK(length_until("", 2) == 0);
  for (std::size_t size = file.size() - one; size < file.size(); ++size)
    CHECK(length_until(file.substr(0, size), 300) == first.size() + 3 * one);
  for (const std::size_t at : {first.size() + 20, first.size() + one - 1}) {
    std::string broken = file;
    broken[at] = static_cast<char>(broken[at] ^ 1);
    CHECK(length_until(broken, 300) == first.size());
  }
  std::string endless = file;
  endless[first.size() + 7] = '\xff';
  CHECK(length_until(endless, 300) == first.size());
}
