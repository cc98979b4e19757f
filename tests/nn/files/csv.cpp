#include <doctest/doctest.h>

#include <nn/files/csv.hpp>
#include <tests/support.hpp>

using ebb::FormatError, ebb::nn::Csv, ebb::nn::csv_cell, ebb::nn::CsvOptions;

namespace {

std::string refusal(const std::string& text, const CsvOptions& options = {}) {
  return message_of<FormatError>([&] { return Csv(text, "t.csv", options).rows(); });
}

}  // namespace

TEST_CASE("csv: cells in lines, in quotes or not") {
  const Csv csv("a,\"b, c\",\"say \"\"hi\"\"\"\r\n 1 ,,\"two\nlines\"\n\n3,4,5", "t.csv");
  CHECK(csv.rows() == 3);
  CHECK(csv.columns() == 3);
  CHECK(csv.cell(0, 1) == "b, c");
  CHECK(csv.cell(0, 2) == "say \"hi\"");
  CHECK(csv.cell(1, 0) == "1");
  CHECK(csv.raw(1, 0) == " 1 ");
  CHECK(csv.cell(1, 1).empty());
  CHECK(csv.cell(1, 2) == "two\nlines");
  CHECK(csv.cell(2, 2) == "5");
  CHECK(csv.line(1) == 2);
  CHECK(csv.line(2) == 5);  // a line in quotes, and an empty one, went before
}

TEST_CASE("csv: the separator is the one that cuts all lines alike") {
  CHECK(Csv("a;b\n1,5;2\n", "t").separator() == ';');
  CHECK(Csv("a\tb\n1\t2\n", "t").separator() == '\t');
  CHECK(Csv("a,b\n1,2\n", "t").separator() == ',');
  CHECK(Csv("a;b\r\n1;2\r\n\r\n3;4\r\n", "t").separator() == ';');
  CHECK(Csv("a\tb\r\n1\t2\r\n\r\n", "t").columns() == 2);
  CHECK(Csv("a;b\n1,5;2,5\n", "t", {.comma_in = true}).separator() == ';');
  CHECK(Csv("alone\n\n1\n", "t").columns() == 1);
  CHECK(Csv("alone\n\n1\n", "t").rows() == 3);  // of one column, an empty line is a missing cell
  CHECK(Csv("\xef\xbb\xbf"
            "a,b\n1,2\n",
            "t")
            .cell(0, 0) == "a");
}

TEST_CASE("csv: lines before the table are left out, and count") {
  const Csv csv("569,30\nx,y,z\n1,2,3\n", "t", {.skip = 1});
  CHECK(csv.columns() == 3);
  CHECK(csv.line(0) == 2);
}

TEST_CASE("csv: a broken line is named with its number") {
  CHECK(refusal("a,b\n1,2\n3\n") ==
        "t.csv line 3: 1 cell, but the lines before it have 2; is the separator ','?");
  CHECK(refusal("569,30\nx,y,z\n1,2,3\n") ==
        "t.csv line 2: 3 cells, but the line before it has 2; is the separator ','? If the table "
        "begins later: --skip 1 leaves out a line");
  CHECK(refusal("a,b\n1,\"2\n3,4\n") == "t.csv line 2: a quote that does not end");
  CHECK(refusal("a,b\n1,\"2\"x\n") ==
        "t.csv line 2: text behind a quote that ended; double a quote inside of quotes");
  CHECK(refusal(std::string("a,b\n1,\0\n", 8)) ==
        "t.csv line 2: bytes that are no UTF-8 text; is it a table at all?");
  CHECK(refusal("a,b\n1,\xff\n").starts_with("t.csv line 2: bytes"));
  CHECK(refusal("") == "csv: t.csv holds no lines; try another file");
  CHECK(refusal("one\n", {.skip = 3}) ==
        "csv: t.csv holds no lines behind those that are left out; try another file");
}

TEST_CASE("csv: other cells take the place of some, and nothing else changes") {
  const Csv csv("x;y\r\n 1 ;\"2\"\r\n;NA\n", "t");
  const auto none = [](std::int64_t, std::int64_t) { return std::optional<std::string>(); };
  CHECK(csv.with(none) == "x;y\r\n 1 ;\"2\"\r\n;NA\n");
  CHECK(csv.with([](std::int64_t i, std::int64_t) {
    return i == 2 ? std::optional<std::string>("a;b") : std::nullopt;
  }) == "x;y\r\n 1 ;\"2\"\r\n\"a;b\";\"a;b\"\n");
}

TEST_CASE("csv: a cell is in quotes where it needs them") {
  CHECK(csv_cell("plain", ',') == "plain");
  CHECK(csv_cell("1,5", ',') == "\"1,5\"");
  CHECK(csv_cell("1,5", ';') == "1,5");
  CHECK(csv_cell(" a", ',') == "\" a\"");
  CHECK(csv_cell("a \"b\"", ',') == "\"a \"\"b\"\"\"");
}
