// Covers: tools/evaluation/table_figures.cpp, tools/inference/impute.cpp,
// tools/training/recipes/table.cpp, tools/training/sources/table.cpp
#include <doctest/doctest.h>

#include <tests/tools/program.hpp>
#include <tools/training/sources/table.hpp>

namespace fs = std::filesystem;

namespace {

// Sixty rows; cells of the first two are missing.
std::string table_text() {
  std::string text = "name;size,\"cm\";weight;sort\n";
  for (int i = 0; i < 60; ++i) {
    const double size = 10 + 3.7 * (i % 13);
    text += "n" + std::to_string(i) + ";" + (i == 0 ? "NA" : std::to_string(size).substr(0, 4)) +
            ";" + (i == 1 ? "" : std::to_string(2 * size + i % 3).substr(0, 5)) + ";" +
            (i == 1       ? " "
             : i % 13 > 6 ? "big"
                          : "small") +
            "\n";
  }
  return text;
}

struct TrainedRows {
  explicit TrainedRows(const std::string& epochs = "20") {
    write_file(place.path() / "t.csv", table_text());
    first =
        run_train(place.path(),
                  "table --data t.csv --out run --hidden 8 --latent 2 --seed 1 --epochs " + epochs);
    CHECK_MESSAGE(first.exit_code == 0, first.errors);
  }
  std::string printed(const std::string& arguments) const {
    const Finished finished = run_infer(place.path(), arguments);
    CHECK_MESSAGE(finished.exit_code == 0, arguments, ": ", finished.errors);
    return finished.output;
  }
  std::string file(const char* name) const { return read_file(place.path() / name); }
  TemporaryFolder place;
  Finished first;
};

}  // namespace

TEST_CASE("tools/train table: says what it found, and impute fills what is missing") {
  const TrainedRows run;
  const std::vector<std::string> lines = lines_of(run.first.output);
  CHECK(lines[0] == "data: 60 rows, 4 columns, 3 cells missing; --kinds FILE says other kinds");
  CHECK(lines[1] == "  column 1 'name': ignored");
  CHECK(lines[2] == "  column 2 'size,\"cm\"': real, 10 to 54.4");
  CHECK(lines[4] == "  column 4 'sort': yes/no, 2 words: big, small");
  CHECK(run.printed("impute run --out full.csv") == "table: full.csv, 3 cells filled\n");
  const std::vector<std::string> before = lines_of(run.file("t.csv")),
                                 after = lines_of(run.file("full.csv"));
  REQUIRE(after.size() == before.size());
  CHECK(after[0] == before[0]);
  CHECK(after[1] != before[1]);
  CHECK(after[1].starts_with("n0;"));
  CHECK(after[1].ends_with(before[1].substr(5)));
  CHECK((after[2].ends_with(";small") || after[2].ends_with(";big")));
  for (std::size_t i = 3; i < before.size(); ++i) CHECK(after[i] == before[i]);
  CHECK(run.printed("impute run full.csv --out again.csv") == "table: again.csv, 0 cells filled\n");
  CHECK(run.file("again.csv") == run.file("full.csv"));
}

TEST_CASE("tools/impute: tables by chance, and hidden cells that are scored") {
  const TrainedRows run;
  write_file(run.place.path() / "hide", "5,2\n6,3\n7,4\n");
  CHECK(run.printed("impute run --draws 2 --seed 3 --out d.csv") ==
        "tables: d-1.csv to d-2.csv, in each 3 cells filled\n");
  CHECK(run.file("d-1.csv") != run.file("d-2.csv"));
  const std::string scored = run.printed("impute run t.csv --missing hide --out s.csv");
  CHECK(
      scored.starts_with("table: s.csv, 6 cells filled; 3 hidden cells: numbers: squared error "));
  CHECK(scored.find("words: ") != std::string::npos);
  const std::string one = run.printed("impute run --threads 1 --out one.csv");
  CHECK(one == "table: one.csv, 3 cells filled\n");
  run.printed("impute run --threads 4 --out four.csv");
  CHECK(run.file("one.csv") == run.file("four.csv"));
}

TEST_CASE("tools/impute: a complete table stays as it is, and so do words that nobody knows") {
  const TemporaryFolder place;
  std::string table = "a,k,m,w\n";  // k is one number, m is nothing
  for (int i = 0; i < 40; ++i)
    table += std::to_string(i) + ".5,7,," + (i == 3 ? "" : std::string(1, "xyz"[i % 3])) + "\n";
  write_file(place.path() / "t.csv", table);
  const Finished trained =
      run_train(place.path(), "table --data t.csv --out run --hidden 8 --latent 2 --epochs 2");
  CHECK_MESSAGE(trained.exit_code == 0, trained.errors);
  const auto imputed = [&](const std::string& text) {
    write_file(place.path() / "in.csv", text);
    const Finished finished = run_infer(place.path(), "impute run in.csv --out out.csv");
    CHECK_MESSAGE(finished.exit_code == 0, finished.errors);
    return finished.output;
  };
  const auto out = [&] { return read_file(place.path() / "out.csv"); };
  const std::string complete = "a, k ,m,\"w\"\r\n 1.50,7,3.1,\"x\" \r\n0002,7,,z";
  CHECK(imputed(complete) == "table: out.csv, 0 cells filled\n");
  CHECK(out() == complete);
  const std::string one = "a,k,m,w\n3.1,NA,NA,y\n";
  CHECK(imputed(one) == "table: out.csv, 1 cells filled\n");
  CHECK(out() == "a,k,m,w\n3.1,7,NA,y\n");
  const std::string unknown = "a,k,m,w\n3.1,7,,q\n3.2,8,,x\n";
  CHECK(imputed(unknown) ==
        "table: out.csv, 0 cells filled, 2 with words that the model does not know stay\n");
  CHECK(out() == unknown);
}

TEST_CASE("tools/sample, score, encode, decode, evaluate: of rows") {
  const TrainedRows run;
  CHECK(run.printed("sample run --count 7 --draw --out rows.csv") == "rows: rows.csv, 7 x 4\n");
  const std::vector<std::string> rows = lines_of(run.file("rows.csv"));
  CHECK(rows.size() == 8);
  CHECK(rows[0] == "name,\"size,\"\"cm\"\"\",weight,sort");
  for (std::size_t i = 1; i < rows.size(); ++i)
    CHECK((rows[i].ends_with(",small") || rows[i].ends_with(",big")));
  CHECK(run.printed("encode run --data t.csv --out codes.npy") == "codes: codes.npy, 6 x 2\n");
  CHECK(run.printed("decode run codes.npy --out decoded.csv") == "rows: decoded.csv, 6 x 4\n");
  CHECK(run.printed("score run --data t.csv --out scores.csv").starts_with("scores: scores.csv, "));
  const std::vector<std::string> scores = lines_of(run.file("scores.csv"));
  CHECK(scores[0] == "index,bound,reconstruction,kl,anomaly,cell,cell_nats");
  CHECK(scores.size() == 7);
  const Finished refused = run_infer(run.place.path(), "sample run --out rows.png");
  CHECK(refused.exit_code == 2);
  CHECK(refused.errors == "tools/sample: --out: rows.png: the model makes rows; try rows.csv\n");
  const Finished evaluated = run_evaluate(run.place.path(), "run --samples 10");
  CHECK_MESSAGE(evaluated.exit_code == 0, evaluated.errors);
  for (const char* const line :
       {"log density ≥", "  weight ", " hidden cells, filled by\n", "KL per dimension      ",
        "  this model: squared error ", "  means and modes: squared error ", "  a Gaussian by EM, ",
        "  10 Gaussians by EM, ", " iterations over 54 rows: squared error "})
    CHECK_MESSAGE(evaluated.output.find(line) != std::string::npos, line, evaluated.output);
}

TEST_CASE("tools/train table: goes on as if it had never stopped") {
  const TrainedRows whole;
  const TrainedRows part("10 --checkpoint-every 1");
  CHECK(run_train(part.place.path(), "--resume run --epochs 20").exit_code == 0);
  CHECK(part.file("run/model.safetensors") == whole.file("run/model.safetensors"));
}

TEST_CASE("tools/impute, tools/train table: what does not fit is refused in a line") {
  const TrainedRows run;
  const auto refusal = [&](const std::string& arguments, int status) {
    const Finished finished = run_infer(run.place.path(), arguments);
    CHECK_MESSAGE(finished.exit_code == status, arguments, ": ", finished.errors);
    CHECK(lines_of(finished.errors).size() == 1);
    return finished.errors;
  };
  write_file(run.place.path() / "other.csv", "a,b\n1,2\n");
  CHECK(refusal("impute run other.csv --out x.csv", 3) ==
        "tools/impute: other.csv line 1: 2 columns, but the model's table has 4\n");
  CHECK(refusal("impute run none.csv --out x.csv", 3).find("none.csv") != std::string::npos);
  CHECK(refusal("impute run --out x.txt", 2) ==
        "tools/impute: --out: x.txt: tools/impute writes a .csv file; try full.csv\n");
  const auto training = [&](const std::string& text, const std::string& line) {
    write_file(run.place.path() / "bad.csv", text);
    const Finished finished = run_train(run.place.path(), "table --data bad.csv --out bad");
    CHECK(finished.exit_code == 3);
    CHECK(finished.errors == "tools/train: " + line + "\n");
    CHECK_FALSE(fs::exists(run.place.path() / "bad"));
  };
  training("a,b\n1,2\n3\n",
           "bad.csv line 3: 1 cell, but the lines before it have 2; is the separator ','?");
  training("a,b\n1,\"2\n", "bad.csv line 2: a quote that does not end");
  training("", "csv: bad.csv holds no lines; try another file");
  training("1\n",
           "data: 1 row of a table: too few to test with 0.1 of them; try more, or another --test");
  std::string names = "name\n";
  for (int i = 0; i < 50; ++i) names += "n" + std::to_string(i) + "\n";
  training(names, "data: no column of the table has anything to learn; try --kinds");
}

TEST_CASE("table_source: columns in config.json read back as they were") {
  using ebb::nn::ColumnKind;
  const ebb::nn::TableExample table = {
      {{.name = "x",
        .unit = 0.1,
        .digits = 1,
        .seen = 3,
        .mean = 1.0 / 3,
        .deviation = 2,
        .least = -1,
        .most = 5,
        .frequent = {0.1, 0.3},
        .shares = {0.5, 0.25}},
       {.name = "w", .kind = ColumnKind::yes_no, .words = {"no", "yes"}}}};
  const auto json = ebb::tools::to_json(table);
  CHECK(ebb::tools::table_from(json) == table);
  CHECK(ebb::tools::is_table_name("a.csv"));
  CHECK_FALSE(ebb::tools::is_table_name("a.npy"));
  auto unknown = json;
  unknown[0]["kind"] = "color";
  CHECK(message_of<ebb::FormatError>([&] { return ebb::tools::table_from(unknown); }) ==
        "config: a column of the kind 'color' is unknown; is it of a newer ebb?");
}
