#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <tensor/error.hpp>
#include <type_traits>

using namespace ebb;

TEST_CASE("text: joins words and numbers as a message shows them") {
  CHECK(text() == "");
  CHECK(text("got ", 3, " axes") == "got 3 axes");
  CHECK(text(std::string("a"), 'b', std::string_view("c")) == "abc");
  CHECK(text(std::int64_t{-9223372036854775807 - 1}) == "-9223372036854775808");
  CHECK(text(std::uint64_t{18446744073709551615u}) == "18446744073709551615");
}

TEST_CASE("text: writes the shortest digits that give the number back") {
  CHECK(text(0.1f, ' ', 0.1, ' ', 1.0, ' ', -2.5) == "0.1 0.1 1 -2.5");
  CHECK(text(1e-3, ' ', 1e300, ' ', std::numeric_limits<double>::denorm_min()) ==
        "0.001 1e+300 5e-324");
  CHECK(text(-std::numeric_limits<double>::max()) == "-1.7976931348623157e+308");
  CHECK(text(INFINITY, ' ', -INFINITY) == "inf -inf");
  CHECK(text(NAN, ' ', -NAN) == "nan nan");
}

TEST_CASE("errors: every kind is an Error and a runtime_error, and keeps its message") {
  const auto is_error = [](auto error) {
    using Kind = decltype(error);
    return std::is_base_of_v<Error, Kind> && std::is_base_of_v<std::runtime_error, Kind> &&
           std::string(error.what()) == "f: why";
  };
  CHECK(is_error(Error("f: why")));
  CHECK(is_error(ShapeError("f: why")));
  CHECK(is_error(DTypeError("f: why")));
  CHECK(is_error(FormatError("f: why")));
  CHECK(is_error(IoError("f: why")));
  CHECK(is_error(MemoryError("f: why")));
}
