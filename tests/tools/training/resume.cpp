#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <tests/support.hpp>
#include <tools/training/datasets.hpp>
#include <tools/training/resume.hpp>

using namespace ebb::tools;
using Json = nlohmann::ordered_json;

TEST_CASE("resume: an option's value stands behind it or behind =") {
  const char* const words[] = {"tools/train", "vae", "--config=a b", "--resume", "run", "--seed"};
  CHECK(value_of("--config", 6, words) == "a b");
  CHECK(value_of("--resume", 6, words) == "run");
  CHECK(value_of("--seed", 6, words) == "");
  CHECK(value_of("--res", 6, words) == "");
}

TEST_CASE("resume: a config.json gives options and model, but not where and on how many threads") {
  const Command command = command_from({{"model", "vae"},
                                        {"data", "drawn digits"},
                                        {"epochs", 7},
                                        {"learning_rate", 0.5},
                                        {"momentum", nullptr},
                                        {"limit", nullptr},
                                        {"out", "runs/vae-3"},
                                        {"threads", 5},
                                        {"latent", {3, 2}},
                                        {"beta", 0.25},
                                        {"steps", 12}});
  CHECK(command.options.epochs == 7);
  CHECK(command.options.learning_rate == 0.5);
  CHECK(command.options.data == "");
  CHECK(command.options.limit == 0);
  CHECK(command.options.out == "");
  CHECK(command.options.threads == 0);
  CHECK(command.options.epsilon == 1e-8);  // adam's own
  Options own;
  command.recipe->visit(own);
  CHECK(own.to_json()["latent"] == Json{3, 2});
  CHECK(own.to_json()["beta"] == 0.25);
  CHECK(command.config["steps"] == 12);
}

TEST_CASE("resume: none is said by null, where the model would take something else") {
  CHECK(command_from({{"model", "text"}}).options.average == 0.999);
  CHECK_FALSE(command_from({{"model", "text"}, {"average", nullptr}}).options.average);
}

TEST_CASE("resume: a config.json that is none is refused, with its path") {
  const TemporaryFolder place;
  const std::string path = place.path() / "config.json";
  for (const char* text :
       {"", "[]", "{}", R"({"model": "gan"})", R"({"model": 3})",
        R"({"model": "vae", "epochs": "many"})", R"({"model": "vae", "epoch": 3})"}) {
    write_file(path, text);
    CHECK_THROWS_AS(read_config_file(path), DataError);
  }
  write_file(path, "no");
  CHECK_THROWS_WITH_AS(read_config_file(path),
                       (path + " is no JSON object; is it of a run of tools/train?").c_str(),
                       DataError);
}
