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
  CHECK(finished.output.find("texts: run/samples.txt\n") != std::string::npos);
  CHECK(lines_in(read_file(names.place.path() / "run/samples.txt")) == 20);
  CHECK(!std::filesystem::exists(names.place.path() / "run/reconstructions.txt"));
  CHECK(!std::filesystem::exists(names.place.path() / "run/samples.png"));
}

TEST_CASE("texts: an autoencoder leaves texts of the test set and what became of them, too") {
  const Names names;
  const Finished finished = names.train("--latent 2");
  REQUIRE(finished.exit_code == 0);
  CHECK(finished.output.find("texts: run/reconstructions.txt run/samples.txt\n") !=
        std::string::npos);
  const std::string pairs = read_file(names.place.path() / "run/reconstructions.txt");
  CHECK(lines_in(pairs) == 6);  // of three texts
  CHECK(pairs.find("\n  ") != std::string::npos);
}
