#include <doctest/doctest.h>

#include <tests/tools/program.hpp>

namespace fs = std::filesystem;

namespace {

struct Runs {
  Runs() {
    write_image_set(place.path() / "data");
    for (const char* model : {"vae", "ae"})
      CHECK(run_train(place.path(), std::string(model) +
                                        " --hidden 8 --latent 3 --epochs 2 --data data --quiet "
                                        "--report --out " +
                                        model)
                .exit_code == 0);
  }
  Finished report(const std::string& arguments) const {
    return run_report(place.path(), arguments);
  }
  TemporaryFolder place;
};

}  // namespace

TEST_CASE("tools/report: a page of a run and of two, tools/train --report writes the same") {
  const Runs runs;
  const std::string by_train = read_file(runs.place.path() / "vae/report.html");
  CHECK(by_train.starts_with("<!DOCTYPE html>"));
  const Finished one = runs.report("vae --out again.html");
  CHECK(one.exit_code == 0);
  CHECK(one.output.starts_with("page: again.html ("));
  CHECK(read_file(runs.place.path() / "again.html") == by_train);
  CHECK(runs.report("vae ae --threads 1").output.starts_with("page: report.html ("));
  CHECK(runs.report("vae --quiet").output == "");
}

TEST_CASE("tools/report: a wrong word, and a run that is none, are one line and leave nothing") {
  const TemporaryFolder place;
  const auto check = [&](const std::string& arguments, int status, const std::string& line) {
    const Finished finished = run_report(place.path(), arguments);
    CHECK(finished.exit_code == status);
    CHECK(finished.errors == line + "\n");
    CHECK(names_in(place.path()).empty());
  };
  check("", 2,
        "tools/report: which run? Name its folder, as in tools/report runs/vae-1; try --help");
  check("nowhere --out page.html", 3,
        "tools/report: read nowhere/config.json: No such file or directory; check the path");
}

TEST_CASE("tools/report: pages of the models as they are by default are below two megabytes") {
  const TemporaryFolder place;
  for (const std::string model : {"ae", "vae", "classifier", "table", "text --latent 8 --width 32"}) {
    const std::string name = model.substr(0, model.find(' '));
    CHECK(run_train(place.path(), model + " --limit 300 --epochs 1 --quiet --report --out " + name)
              .exit_code == 0);
    CHECK(fs::file_size(place.path() / name / "report.html") < 2'000'000);
  }
}
