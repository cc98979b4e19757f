#include <doctest/doctest.h>

#include <tests/tools/program.hpp>

namespace fs = std::filesystem;

namespace {

// Forty rows of a number, a count and a word, behind their names.
std::string good() {
  std::string text = "a,b,c\n";
  for (int i = 0; i < 40; ++i)
    text += std::to_string(i) + ".5," + std::to_string(3 * i) + "," + "xyz"[i % 3] + "\n";
  return text;
}

// Trains on t.csv with that text and k, a file beside it; the program refuses in that line, and
// leaves nothing.
struct BrokenTable {
  std::string table, options, beside, line;
};

void check_refused(const BrokenTable& broken) {
  const TemporaryFolder place;
  write_file(place.path() / "t.csv", broken.table);
  write_file(place.path() / "k", broken.beside);
  fs::create_directory(place.path() / "folder");
  const std::vector<std::string> before = names_in(place.path());
  const Finished finished =
      run_train(place.path(), "table --epochs 1 --data t.csv --out run " + broken.options);
  CHECK_MESSAGE(finished.exit_code == 3, broken.line);
  CHECK(finished.errors == "tools/train: " + broken.line + "\n");
  CHECK(names_in(place.path()) == before);
}

const std::string few =
    " of a table: too few to test with 0.1 of them; try more, or another --test";
const std::string no_text = "bytes that are no UTF-8 text; is it a table at all?";
const std::string nothing = "data: no column of the table has anything to learn; try --kinds";
const std::string kinds =
    "; try name,kind with real, positive, count, category, ordered, yes/no or ignored";
const std::string cells = "k line 1: try row,column, from 1 to 40 and from 1 to 3";

}  // namespace

TEST_CASE("broken tables: each is refused in a line that says where") {
  using std::string_literals::operator""s;
  const std::string all = good(), before = ", but the lines before it have ";
  const std::string no_number = "is no number, as others are; say NA for what is missing";
  for (const BrokenTable& broken : {
           BrokenTable{"", "", "", "csv: t.csv holds no lines; try another file"},
           BrokenTable{"\n\n\n", "", "", "csv: t.csv holds no lines; try another file"},
           BrokenTable{"\xEF\xBB\xBF", "", "", "csv: t.csv holds no lines; try another file"},
           BrokenTable{"a,b,c\n", "", "", "data: 1 row" + few},
           BrokenTable{"a,b,c\n", "--header yes", "", "t.csv line 1: a header and no rows"},
           BrokenTable{"a,b\r1,2\r3,4\r", "", "", "data: 1 row" + few},
           BrokenTable{all + "1,2\n", "", "",
                       "t.csv line 42: 2 cells" + before + "3; is the separator ','?"},
           BrokenTable{all + "1,2,x,4\n", "", "",
                       "t.csv line 42: 4 cells" + before + "3; is the separator ','?"},
           BrokenTable{all.substr(0, all.size() - 6), "", "",
                       "t.csv line 41: 2 cells" + before + "3; is the separator ','?"},
           BrokenTable{all + "\"1,2,x\n", "", "", "t.csv line 42: a quote that does not end"},
           BrokenTable{
               "a,b\n\"1\"x,2\n", "", "",
               "t.csv line 2: text behind a quote that ended; double a quote inside of quotes"},
           BrokenTable{"a,b\n1,\0\n"s, "", "", "t.csv line 2: " + no_text},
           BrokenTable{"a,b\n1,\xE9\n", "", "", "t.csv line 2: " + no_text},
           BrokenTable{"\xFF\xFE\x61\0,\0"s, "", "", "t.csv line 1: " + no_text},
           BrokenTable{"\x89PNG\r\n\x1A\n\0\0"s, "", "", "t.csv line 1: " + no_text},
           BrokenTable{all + "1e999,3,x\n", "", "",
                       "t.csv line 42: column 'a': '1e999' " + no_number},
           BrokenTable{all + "inf,3,x\n", "", "", "t.csv line 42: column 'a': 'inf' " + no_number},
           BrokenTable{all + "seven,3,x\n", "", "",
                       "t.csv line 42: column 'a': 'seven' " + no_number},
           BrokenTable{",,\n,,\n,,\n", "", "", "data: 3 rows" + few},
           BrokenTable{"a,b\n" + std::string(12, '\n') + "1,2\n", "", "", "data: 1 row" + few},
           BrokenTable{
               "a,a\n1,2\n3,4\n", "--header yes", "",
               "t.csv line 1: two columns are named 'a'; is that line a header? try --header "
               "no"},
           BrokenTable{
               all, "--skip 100", "",
               "csv: t.csv holds no lines behind those that are left out; try another file"},
           BrokenTable{all, "--skip 40", "", "data: 1 row" + few},
       })
    check_refused(broken);
}

TEST_CASE("broken tables: kinds and missing cells that do not fit are refused, too") {
  const std::string all = good();
  for (const BrokenTable& broken : {
           BrokenTable{all, "--kinds k", "zz,real\n",
                       "k line 1: 'zz' is neither a kind nor a column" + kinds},
           BrokenTable{all, "--kinds k", "a,color\n", "k line 1: 'a': no kind behind it" + kinds},
           BrokenTable{all, "--kinds k", "real\nreal\nreal\nreal\n",
                       "k line 4: a kind for more than 3 columns"},
           BrokenTable{all, "--kinds k", "c,real\n",
                       "t.csv line 2: column 'c': 'x' is no number; say NA for what is missing"},
           BrokenTable{all, "--kinds k", "a,count\n",
                       "t.csv line 2: column 'a': '0.5' is no count; try the kind real"},
           BrokenTable{all, "--kinds k", "c,yes/no\n",
                       "t.csv line 2: column 'c': 3 words are more than yes and no; try category"},
           BrokenTable{all, "--kinds k", "c,ordered,x,y\n",
                       "t.csv line 2: column 'c': holds 'z', which is none of its words"},
           BrokenTable{all, "--kinds k", "ignored\nignored\nignored\n", nothing},
           BrokenTable{all, "--kinds k", "\xFF", "k line 1: " + no_text},
           BrokenTable{all, "--kinds none", "",
                       "read none: No such file or directory; check the path"},
           BrokenTable{all, "--kinds folder", "", "read folder: it is no file; check the path"},
           BrokenTable{all, "--missing k", "41,1\n", cells},
           BrokenTable{all, "--missing k", "1,4\n", cells},
           BrokenTable{all, "--missing k", "0,1\n", cells},
           BrokenTable{all, "--missing k", "1.5,2\n", cells},
           BrokenTable{all, "--missing k", "99999999999999999999,1\n", cells},
           BrokenTable{all, "--missing k", "a,b\n", cells},
           BrokenTable{all, "--missing k", "3\n", cells},
           BrokenTable{all, "--missing none", "",
                       "read none: No such file or directory; check the path"},
           BrokenTable{all, "--missing folder", "", "read folder: it is no file; check the path"},
       })
    check_refused(broken);
}
