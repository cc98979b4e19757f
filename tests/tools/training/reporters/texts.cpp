#include <doctest/doctest.h>

#include <algorithm>
#include <tests/support.hpp>
#include <tests/tools/program.hpp>

namespace {

struct Names {
  Names() {
    std::string lines;
    for (int i = 0; i < 30; ++i) lines += i % 2 == 0 ? "anna\n" : "bob\n";
    write_file(place.path() / "names.txt", lines);
  }
  Finished train(const std::string& more) const {
    return run_train(place.path(), "text --data names.txt --epochs 1 --width 8 --out run " + more);
  }
  TemporaryFolder place;
};

std::int64_t lines_in(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n');
}

}  // namespace

TEST_CASE("texts: a language model leaves samples") {
  const Names names;
  const Finished finished = names.train("");
  REQUIRE(finished.exit_code == 0);
  CHECK(finished.output.find("texts: run/samples.txt run/probable.txt\n") != std::string::npos);
  CHECK(finished.output.find(", kl ") == std::string::npos);
  CHECK(lines_in(read_file(names.place.path() / "run/samples.txt")) == 20);
  CHECK(lines_in(read_file(names.place.path() / "run/probable.txt")) == 10);
  for (const char* const file : {"run/reconstructions.txt", "run/interpolations.txt"})
    CHECK(!std::filesystem::exists(names.place.path() / file));
  CHECK(!std::filesystem::exists(names.place.path() / "run/samples.png"));
}

TEST_CASE("texts: an autoencoder leaves texts of the test set and what became of them, too") {
  const Names names;
  const Finished finished = names.train("--latent 2");
  REQUIRE(finished.exit_code == 0);
  CHECK(finished.output.find("texts: run/reconstructions.txt run/samples.txt run/probable.txt "
                             "run/interpolations.txt\n") != std::string::npos);
  CHECK(finished.output.find(", kl ") != std::string::npos);
  const std::string pairs = read_file(names.place.path() / "run/reconstructions.txt");
  CHECK(lines_in(pairs) == 6);  // of three texts
  CHECK(pairs.find("\n  ") != std::string::npos);
}

TEST_CASE("texts: from one text to the next, and how well n-grams do") {
  const Names names;
  const Finished finished = names.train("--latent 2 --test 0.2");
  REQUIRE(finished.exit_code == 0);
  CHECK(finished.output.find("n-grams of the training texts: test nats/token ") !=
        std::string::npos);
  CHECK(finished.output.find(", of orders 1 to 5\n") != std::string::npos);
  const std::vector<std::string> lines =
      lines_of(read_file(names.place.path() / "run/interpolations.txt"));
  REQUIRE(lines.size() == 3 * 9 + 2);  // of six texts
  for (const std::size_t begin : {0, 10, 20}) {
    CHECK((lines[begin] == "anna" || lines[begin] == "bob"));
    for (std::size_t i = 1; i < 8; ++i) CHECK(lines[begin + i].starts_with("  "));
    CHECK((lines[begin + 8] == "anna" || lines[begin + 8] == "bob"));
  }
  CHECK(lines[9] == "");
  // The ends are those of the reconstructions.
  const std::vector<std::string> again =
      lines_of(read_file(names.place.path() / "run/reconstructions.txt"));
  CHECK(lines[1] == again[1]);
  CHECK(lines[7] == again[3]);
}
