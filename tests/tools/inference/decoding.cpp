#include <doctest/doctest.h>

#include <set>
#include <tests/tools/training/small_run.hpp>
#include <tools/inference/decoding.hpp>
#include <tools/inference/inference.hpp>

using namespace ebb;
using namespace ebb::tools;

namespace {

// Two runs on names: one with codes, and one without.
struct Names {
  Names() {
    std::string lines;
    for (int i = 0; i < 10; ++i) lines += "anna\nbob\ncarol\n";
    write_file(at("names.txt"), lines);
    for (const std::string more : {"--out coded --latent 3", "--out plain"})
      REQUIRE(run_train(place.path(),
                        "text --data names.txt --epochs 8 --lr .02 --width 8 --quiet " + more)
                  .exit_code == 0);
  }
  std::string at(const char* name) const { return (place.path() / name).string(); }
  std::vector<std::string> run(const char* name, InferenceOptions options) const {
    options.run = at(name);
    options.out = at("out.txt");
    Progress silent(true);
    infer(options, silent);
    return lines_of(read_file(options.out));
  }
  std::string refusal(const char* name, const InferenceOptions& options) const {
    return message_of<UsageError>([&] { return run(name, options).size(); });
  }
  TemporaryFolder place;
};

}  // namespace

TEST_CASE("decoding: texts are sampled, greedy or found by a beam search; others lie between two") {
  const Names names;
  const auto run = [&](const char* name, const InferenceOptions& options) {
    return names.run(name, options);
  };
  const auto greedy = run("coded", {.task = "decode"});
  REQUIRE(greedy.size() == 3);
  CHECK(run("coded", {.task = "decode", .decoding = {"greedy"}}) == greedy);
  const InferenceOptions drawn = {.task = "decode", .decoding = {"sampled"}, .seed = 3};
  CHECK(run("coded", drawn) == run("coded", drawn));
  CHECK(run("coded", drawn) != greedy);
  CHECK(run("coded", {.task = "decode", .temperature = 0, .decoding = {"sampled"}}) == greedy);
  CHECK(run("coded", {.task = "decode", .decoding = {"beam", 5}}).size() == 3);
  CHECK(run("coded", {.task = "sample", .count = 4, .decoding = {"beam", 2}}).size() == 4);

  CHECK(run("plain", {.task = "sample"}).size() == 64);
  CHECK(run("plain", {.task = "sample", .decoding = {"greedy"}}).size() == 1);
  const auto found = run("plain", {.task = "sample", .decoding = {"beam", 7}});
  CHECK(found.size() == 7);
  CHECK(std::set(found.begin(), found.end()).size() == 7);
  const auto many = run("plain", {.task = "sample", .decoding = {"beam", 600}});
  CHECK(many.size() > 500);
  CHECK(std::set(many.begin(), many.end()).size() == many.size());
  CHECK(run("plain", {.task = "sample", .count = 2, .decoding = {"beam", 7}}) ==
        std::vector(found.begin(), found.begin() + 2));

  const auto line = run("coded", {.task = "decode", .from = "anna", .to = "carol", .steps = 5});
  REQUIRE(line.size() == 5);
  write_file(names.at("two.txt"), "anna\ncarol\n");
  const auto ends = run("coded", {.task = "decode", .data = names.at("two.txt")});
  CHECK(line.front() == ends.front());
  CHECK(line.back() == ends.back());
}

TEST_CASE("decoding: what does not go together is refused, with nothing written") {
  const Names names;
  CHECK(names.refusal("plain", {.task = "sample", .count = 3, .decoding = {"greedy"}}) ==
        "--count: without codes a model has one greedy text; try --decoding sampled");
  CHECK(names.refusal("plain", {.task = "sample", .count = 6, .decoding = {"beam", 5}}) ==
        "--count: without codes a model has 5 texts of --decoding beam:5; try a wider beam");
  CHECK(names.refusal("plain", {.task = "decode", .from = "bob", .to = "anna"}) ==
        "model: text has no codes; try a run of ae or vae");
  CHECK(names.refusal("coded", {.task = "decode", .temperature = 0.5}) ==
        "--temperature: nothing is drawn; try --decoding sampled");
  for (const bool first : {true, false})
    CHECK(names.refusal("coded", {.task = "decode",
                                  .from = first ? std::string(1001, 'a') : "bob",
                                  .to = first ? "bob" : std::string(1001, 'a')}) ==
          std::string(first ? "--from" : "--to") +
              ": more than 1000 tokens, the most that the model reads");
  CHECK(!std::filesystem::exists(names.at("out.txt")));
}

TEST_CASE("decoding: images are not written token by token") {
  SmallRun small("vae", 1);
  train(small);
  const Trained trained = open_trained(small.folder->name());
  const auto refusal = [&](const InferenceOptions& options) {
    return message_of<UsageError>([&] { return check_decoding(options, trained), 0; });
  };
  for (const InferenceOptions& options :
       {InferenceOptions{.task = "sample", .decoding = {"greedy"}},
        InferenceOptions{.task = "decode", .decoding = {"sampled"}},
        InferenceOptions{.task = "decode", .decoding = {"beam", 3}}})
    CHECK(refusal(options) == "--decoding: goes with a model of texts; leave the option out");
  CHECK(refusal({.task = "sample", .top_p = 0.5}) ==
        "--top-p: goes with a model of texts; leave the option out");
  CHECK(refusal({.task = "decode", .temperature = 0.5}) ==
        "--temperature: goes with a model of texts; leave the option out");
  CHECK(refusal({.task = "decode", .from = "a", .to = "b"}) ==
        "--from: goes with a model of texts; leave the option out");
  CHECK(refusal({.task = "sample", .temperature = 0.5, .decoding = {"sampled"}}) ==
        "nothing was thrown");
}
