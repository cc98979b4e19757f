// Covers: nn/data/tables/guess.cpp
#include <doctest/doctest.h>

#include <cmath>
#include <nn/data/tables/guess.hpp>
#include <nn/data/tables/read_table.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::CellState, nn::Column, nn::ColumnKind, nn::read_table, nn::TableFile, nn::TableOptions;

namespace {

// Files in a folder.
struct Files {
  std::string file(const char* name, const std::string& text) const {
    write_file(place.path() / name, text);
    return (place.path() / name).string();
  }
  TableFile read(const std::string& text, const TableOptions& options = {}) const {
    return read_table(file("t.csv", text), options);
  }
  // Without the folder.
  std::string refusal(const std::string& text, const TableOptions& options = {}) const {
    const std::string said = message_of<FormatError>([&] { return read(text, options).header; });
    const std::string folder = place.path().string() + "/";
    return said.starts_with(folder) ? said.substr(folder.size()) : said;
  }
  TemporaryFolder place;
};

// Lines "i,cell(i)" below a title.
template <class Cell>
std::string lines(int count, Cell cell) {
  std::string text = "x\n";
  for (int i = 0; i < count; ++i) text += cell(i) + "\n";
  return text;
}

}  // namespace

TEST_CASE("read_table: kinds are guessed from the cells") {
  const Files files;
  const auto kind = [&](auto cell) { return files.read(lines(300, cell)).table.columns()[0]; };
  CHECK(kind([](int i) { return std::to_string(i % 7 - 3.5); }).kind == ColumnKind::real);
  CHECK(kind([](int i) { return std::to_string(std::exp(i % 11)); }).kind == ColumnKind::positive);
  CHECK(kind([](int i) { return std::to_string(i % 40 * (i % 3)); }).kind == ColumnKind::count);
  CHECK(kind([](int i) { return std::to_string(i % 5); }).kind == ColumnKind::category);
  CHECK(kind([](int i) { return std::string(i % 2 ? "yes" : "no"); }).kind == ColumnKind::yes_no);
  CHECK(kind([](int i) { return std::string(1, static_cast<char>('a' + i % 3)); }).kind ==
        ColumnKind::category);
  CHECK(kind([](int i) { return "name" + std::to_string(i); }).kind == ColumnKind::ignored);
  CHECK(kind([](int) { return std::string("NA"); }).kind == ColumnKind::ignored);
  CHECK(kind([](int) { return std::string("7"); }).words == std::vector<std::string>{"7"});
  CHECK(kind([](int i) { return std::to_string(i % 12); }).words[2] == "2");  // by size, not "10"
}

TEST_CASE("read_table: digits are those of numbers that are written out") {
  const Files files;
  const auto digits = [&](const char* first, const char* second) {
    const std::string text = std::string("x,y\n") + first + ",1\n" + second + ",2\n";
    return files.read(text, {.kinds = files.file("k", "real\nreal\n")}).table.columns()[0].digits;
  };
  CHECK(digits("1.5e-05", "2.25E-06") == 8);
  CHECK(digits("1e-5", "3") == 5);
  CHECK(digits("2.125e+2", "3.5") == 1);
  CHECK(digits("2.5e99", "1e-300") == 17);
  const Column small = {.name = "x", .digits = 8};
  CHECK(nn::cell_of(small, 1.5e-5, false) == "0.00001500");
}

TEST_CASE("read_table: cells that say nothing are missing") {
  for (const char* const word : {"", "NA", "nan", "NaN", "n/a", "null", "?", "-"})
    CHECK(nn::is_missing(word));
  CHECK_FALSE(nn::is_missing("0"));
  const Files files;
  const TableFile file = files.read("a,b\n1.5,x\nNA,y\n2.5,\n,x\n");
  CHECK(file.header);
  CHECK(file.table.count() == 4);
  CHECK(file.table.count_of(CellState::missing) == 3);
  CHECK(file.table.state(1, 0) == CellState::missing);
  CHECK(file.table.value(2, 0) == 2.5);
  CHECK(file.table.value(3, 1) == 0);
}

TEST_CASE("read_table: a header is found, or said") {
  const Files files;
  CHECK(files.read("a,b\nx,y\nz,y\n").header);
  CHECK_FALSE(files.read("x,y\nx,z\n").header);
  CHECK_FALSE(files.read("1,2\n3,4\n").header);
  CHECK(files.read("1,2\n3,4\n", {.header = "yes"}).header);
  CHECK_FALSE(files.read("a,b\nx,y\n", {.header = "no"}).header);
  CHECK(files.read("1,2\n3,4\n").table.columns()[1].name == "column 2");
  CHECK(files.read("569,30,malignant\n1,2\n3,4\n", {.skip = 1}).table.count() == 2);
}

TEST_CASE("read_table: decimal commas, and numbers of a unit") {
  const Files files;
  const TableFile file =
      files.read("a;b\n1,5;2\n-0,25;3\n1e3;4\n", {.decimal_comma = true, .units = true});
  CHECK(file.table.value(1, 0) == -0.25);
  CHECK(file.table.columns()[0].unit == 0.25);
  CHECK(nn::cell_of(file.table.columns()[0], 1.24, true) == "1,25");
  CHECK(nn::unit_of({0.1, 0.35}) == 0.05);
  CHECK(nn::unit_of({0.125}) == 0);
  CHECK(nn::unit_of({300, 150}) == 150);
  CHECK_FALSE(nn::number_in("1.5", true).has_value());
  CHECK_FALSE(nn::number_in("inf").has_value());
  CHECK(nn::number_in("+2") == 2);
}

TEST_CASE("read_table: kinds can be said, by name or in order") {
  const Files files;
  const std::string table = "size,n\nL,3\nS,4\nM,5\n";
  const TableFile named =
      files.read(table, {.kinds = files.file("k", "name,kind\nsize,ordered,S,M,L\nn,real\n")});
  CHECK(named.table.columns()[0].words == std::vector<std::string>{"S", "M", "L"});
  CHECK(named.table.value(0, 0) == 2);
  CHECK(named.table.columns()[1].kind == ColumnKind::real);
  const TableFile in_order =
      files.read(table, {.kinds = files.file("k", "type,dim,nclass\ncat,3,3\npos,1,\n")});
  CHECK(in_order.table.columns()[0].kind == ColumnKind::category);
  CHECK(in_order.table.columns()[1].kind == ColumnKind::positive);
}

TEST_CASE("read_table: a column may be called as the titles of kinds are") {
  const Files files;
  const std::string table =
      lines(40, [](int i) { return std::to_string(i) + "," + std::to_string(i); });
  const TableFile read =
      files.read("type,n" + table.substr(1), {.kinds = files.file("k", "type,real\nn,count\n")});
  CHECK(read.table.columns()[0].kind == ColumnKind::real);
  CHECK(read.table.columns()[1].kind == ColumnKind::count);
}

TEST_CASE("read_table: cells can be hidden") {
  const Files files;
  const TableFile file =
      files.read("1.5,2.5\n3.5,NA\n", {.missing = files.file("m", "2,1\n2,2\n")});
  CHECK(file.table.state(1, 0) == CellState::hidden);
  CHECK(file.table.value(1, 0) == 3.5);
  CHECK(file.table.state(1, 1) == CellState::missing);
}

TEST_CASE("read_table: another table is read with the columns of the first") {
  const Files files;
  const TableFile first = files.read("w,x\na,1.5\nb,2\na,3\n");
  const TableOptions known = {.columns = {{first.table.columns()}}};
  const TableFile other = files.read("w,x\nb,7\nnew,8\n", known);
  CHECK(other.table.value(0, 0) == 1);
  CHECK(other.table.state(1, 0) == CellState::missing);
  CHECK(other.notes ==
        std::vector<std::string>{
            "data: column 'w': 1 cells with words that the model does not know count "
            "as missing: 'new' in line 3"});
  CHECK(files.refusal("w,y\na,1\n", known) ==
        "t.csv line 1: column 2 is 'y', but the model's is 'x'");
  CHECK(files.refusal("a,1,2\n", known) == "t.csv line 1: 3 columns, but the model's table has 2");
  CHECK(files.refusal("w,x\na,b\n", known) ==
        "t.csv line 2: column 'x': 'b' is no number of the kind real; say NA for what is missing");
}

TEST_CASE("read_table: what is broken is named with its line") {
  const Files files;
  const std::string numbers = lines(40, [](int i) { return std::to_string(i) + ".5"; });
  CHECK(
      files.refusal(numbers + "oops\n") ==
      "t.csv line 42: column 'x': 'oops' is no number, as others are; say NA for what is missing");
  const auto with_kind = [&](const char* kind, const std::string& text) {
    return files.refusal(text, {.kinds = files.file("k", kind)});
  };
  CHECK(with_kind("positive\n", "x\n1\n-2\n") ==
        "t.csv line 3: column 'x': '-2' is below 0; try the kind real");
  CHECK(with_kind("count\n", "x\n1\n2.5\n") ==
        "t.csv line 3: column 'x': '2.5' is no count; try the kind real");
  CHECK(with_kind("yes/no\n", "x\na\nb\nc\n") ==
        "t.csv line 2: column 'x': 3 words are more than yes and no; try category");
  CHECK(with_kind("x,ordered,a,b\n", "x\na\nc\n") ==
        "t.csv line 2: column 'x': holds 'c', which is none of its words");
  CHECK(with_kind("maybe\n", "x\n1\n")
            .ends_with("k line 1: 'maybe' is neither a kind nor a column; try name,kind with real, "
                       "positive, count, "
                       "category, ordered, yes/no or ignored"));
  CHECK(with_kind("real\nreal\n", "x\n1\n").ends_with("k line 2: a kind for more than 1 columns"));
  CHECK(with_kind("x\n", "x\n1\n").find("'x': no kind behind it; try name,kind") !=
        std::string::npos);
  CHECK(with_kind("category\n", lines(1001, [](int i) { return std::to_string(i); })) ==
        "t.csv line 2: column 'x': 1,001 different words; try to ignore it (--kinds)");
  CHECK(files.refusal("a,a\n1,2\n", {.header = "yes"}) ==
        "t.csv line 1: two columns are named 'a'; is that line a header? try --header no");
  CHECK(files.refusal("a,b\n", {.header = "yes"}) == "t.csv line 1: a header and no rows");
  for (const char* const cell : {"3,1", "0,1", "1", "1,1,1", "a,b", "1.5,1"})
    CHECK(files.refusal("1.5\n2.5\n", {.missing = files.file("m", cell)})
              .ends_with("m line 1: try row,column, from 1 to 2 and from 1 to 1"));
}
