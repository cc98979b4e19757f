#include <doctest/doctest.h>

#include <functional>
#include <tests/tools/program.hpp>

namespace fs = std::filesystem;

namespace {

std::string times(int count, const std::string& word) {
  std::string all;
  for (int i = 0; i < count; ++i) all += word;
  return all;
}

// A file that is no text to learn from, and what is said of it.
struct Broken {
  std::string contents, options, line;
};

void check_refused(const fs::path& place, const Finished& finished, const std::string& line,
                   const std::vector<std::string>& before) {
  CHECK_MESSAGE(finished.exit_code == 3, line, ": ", finished.errors);
  CHECK(finished.errors == line + "\n");
  CHECK(finished.output == "");
  CHECK(names_in(place) == before);
}

std::string not_utf8(int line, int byte, int value) {
  return "text: lines.txt is not UTF-8: line " + std::to_string(line) + ", byte " +
         std::to_string(byte) + " is " + std::to_string(value) +
         "; is it a text file? try iconv to convert it";
}

const std::string no_line =
    "text: lines.txt has no line with a word in it; try a file with an example on each line";

std::string too_few(const std::string& texts, const std::string& part = "0.1") {
  return "data: " + texts + ": too few to test with " + part +
         " of them; try more, or another --test";
}

}  // namespace

TEST_CASE("broken texts: each is one line and exit code 3, and nothing is left") {
  const std::string names = times(30, "anna\nbob\n"), binary("\x89PNG\r\n\x1A\n\0\0", 10);
  const Broken all[] = {
      {"", "", no_line},
      {"\n\n\n", "", no_line},
      {"  \n\t\n \r\n", "", no_line},
      {"\xEF\xBB\xBF", "", no_line},
      {"\xEF\xBB\xBF\n \n", "--paragraphs", no_line},
      {"\r\n\r\n", "--vocabulary bytes", no_line},
      {"\xFF\n" + names, "", not_utf8(1, 1, 255)},
      {names + "an\x80na\n", "", not_utf8(61, 3, 128)},
      {names + "zo\xC3", "", not_utf8(61, 3, 195)},
      {names + "caf\xE9\n" + names, "", not_utf8(61, 4, 233)},
      {"a\xC0\xAF\n" + names, "--vocabulary bytes", not_utf8(1, 2, 192)},
      {"a\n\xED\xA0\x80\n" + names, "--vocabulary bpe:300", not_utf8(2, 1, 237)},
      {"\xF4\x90\x80\x80\n" + names, "--vocabulary words:1", not_utf8(1, 1, 244)},
      {"\xF8\x88\x80\x80\x80\n" + names, "", not_utf8(1, 1, 248)},
      {std::string("\xFF\xFE"
                   "a\0b\0\n\0",
                   8) +
           names,
       "", not_utf8(1, 1, 255)},
      {std::string("a\0n\0\n\0", 6) + names, "", not_utf8(1, 2, 0)},
      {names + std::string("bo\0b\n", 5), "", not_utf8(61, 3, 0)},
      {binary, "", not_utf8(1, 1, 137)},
      {"\x1F\x8B\x08", "", not_utf8(1, 2, 139)},
      {"\xEF\xBB\xBF" + names + "\xFF", "", not_utf8(61, 1, 255)},
      {"anna\n\n\xFE\n", "--paragraphs", not_utf8(3, 1, 254)},
      {"anna\n", "", too_few("1 text")},
      {"anna", "--vocabulary bytes", too_few("1 text")},
      {"anna\nbob\n", "--test 0.1", too_few("2 texts")},
      {names, "--test 0.001", too_few("60 texts", "0.001")},
      {"one\nparagraph\n", "--paragraphs", too_few("1 text")},
      {times(1'000'000, "a"), "--longest 1000000", too_few("1 text")},
      {names, "--vocabulary words:100",
       "--vocabulary: no word of 54 texts to train on comes up 100 times; try words:1"}};
  for (const Broken& each : all) {
    const TemporaryFolder place;
    write_file(place.path() / "lines.txt", each.contents);
    check_refused(place.path(), run_train(place.path(), "text --data lines.txt " + each.options),
                  "tools/train: " + each.line, {"lines.txt"});
  }
}

TEST_CASE("broken texts: what is no file at all") {
  const TemporaryFolder place;
  fs::create_directory(place.path() / "texts.txt");
  fs::create_symlink("nowhere.txt", place.path() / "gone.txt");
  const std::pair<const char*, const char*> all[] = {
      {"none.txt", "data: there is no file or folder none.txt; check the path"},
      {"no/lines.txt", "data: there is no file or folder no/lines.txt; check the path"},
      {"gone.txt", "data: there is no file or folder gone.txt; check the path"},
      {"texts.txt",
       "data: texts.txt is a folder; a model of texts learns from a file, try --data lines.txt"}};
  for (const auto& [path, line] : all)
    check_refused(place.path(), run_train(place.path(), std::string("text --data ") + path),
                  std::string("tools/train: ") + line, {"gone.txt", "texts.txt"});
}

// What a run holds of its texts, damaged.
TEST_CASE("broken texts: a run whose vocabulary is damaged") {
  const TemporaryFolder place;
  write_file(place.path() / "lines.txt", times(30, "anna\nbob\n"));
  for (const char* const more : {"", " --vocabulary bpe:259"})
    REQUIRE(run_train(place.path(), "text --data lines.txt --width 4 --epochs 1 --quiet --out " +
                                        std::string(*more ? "pairs" : "letters") + more)
                .exit_code == 0);
  using Json = nlohmann::ordered_json;
  struct Damage {
    const char* run;
    std::function<void(Json&)> change;
    std::string line;
  };
  const std::string sizes = "config: the vocabulary's pairs are damaged";
  const Damage all[] = {{"letters", [](Json& v) { v["tokens"] = "a\nn\na"; },
                         "vocabulary: 5 tokens, of which 4 differ"},
                        {"letters", [](Json& v) { v["tokens"] = "a\n\nn"; },
                         "vocabulary: 5 tokens, of which 4 differ"},
                        {"letters", [](Json& v) { v["pieces"] = "runes"; },
                         "config: a vocabulary of 'runes' is unknown; is it of a newer ebb?"},
                        {"pairs", [](Json& v) { v["tokens"] = "300 2"; }, sizes},
                        {"pairs", [](Json& v) { v["tokens"] = "0 2"; }, sizes},
                        {"pairs", [](Json& v) { v["tokens"] = "98 -1"; }, sizes}};
  const std::vector<std::string> before = names_in(place.path());
  for (const Damage& each : all) {
    const fs::path path = place.path() / each.run / "config.json";
    const std::string whole = read_file(path);
    Json config = Json::parse(whole);
    each.change(config["examples"]["vocabulary"]);
    write_file(path, config.dump());
    const std::string run = each.run;
    check_refused(place.path(), run_infer(place.path(), "sample " + run + " --out x.txt"),
                  "tools/sample: " + run + "/config.json: " + each.line, before);
    write_file(path, whole);
  }
}

TEST_CASE("broken texts: other texts for a run, and its own when they changed") {
  const TemporaryFolder place;
  write_file(place.path() / "lines.txt", times(30, "anna\nbob\n"));
  REQUIRE(run_train(place.path(), "text --data lines.txt --width 4 --epochs 1 --quiet --out run")
              .exit_code == 0);
  write_file(place.path() / "empty.txt", "");
  write_file(place.path() / "other.txt", "anna\n\xC3\n");
  const std::vector<std::string> before = names_in(place.path());
  const std::pair<const char*, const char*> all[] = {
      {"empty.txt",
       "text: empty.txt has no line with a word in it; try a file with an example on each line"},
      {"other.txt",
       "text: other.txt is not UTF-8: line 2, byte 1 is 195; is it a text file? try iconv to "
       "convert it"},
      {"none.txt", "data: there is no file or folder none.txt; check the path"}};
  for (const auto& [file, line] : all) {
    check_refused(place.path(),
                  run_infer(place.path(), std::string("score run --out s.csv --data ") + file),
                  std::string("tools/score: ") + line, before);
    check_refused(place.path(), run_evaluate(place.path(), std::string("run --data ") + file),
                  std::string("tools/evaluate: ") + line, before);
  }
  write_file(place.path() / "lines.txt", times(30, "anna\nbeb\n"));
  check_refused(place.path(), run_train(place.path(), "--resume run --epochs 2"),
                "tools/train: data: " + (place.path() / "lines.txt").string() +
                    " is not what the run learned from: names or contents of its files are others",
                before);
}

TEST_CASE(
    "broken texts: a line of a million characters is not much to cut into pairs, or one word") {
  const TemporaryFolder place;
  write_file(place.path() / "lines.txt", times(10, "anna\n") + times(1'000'000, "a"));
  for (const char* const vocabulary : {"bpe:300", "words:1"}) {
    const Finished finished =
        run_train(place.path(), std::string("text --data lines.txt --width 1 --epochs 1 --limit 8 "
                                            "--out run --vocabulary ") +
                                    vocabulary);
    CHECK_MESSAGE(finished.exit_code == 0, vocabulary, finished.errors);
    fs::remove_all(place.path() / "run");
  }
}
