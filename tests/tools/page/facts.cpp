#include <doctest/doctest.h>

#include <nn/files/sha256.hpp>
#include <tests/tools/page/page_run.hpp>
#include <tools/page/facts.hpp>
#include <tools/training/resume.hpp>

using namespace ebb::tools;
using Json = nlohmann::ordered_json;

TEST_CASE("facts: what the run is, and the command that makes it again") {
  const PageRun small("vae", {{"binarize", "dynamic"}});
  const Json facts = facts_of(small.open());
  CHECK(facts["name"] == "run");
  CHECK(facts["model"] == "vae");
  CHECK(facts["claim"] == "probability");
  CHECK(facts["bound_in_words"] == "log p(x) ≥");
  CHECK(facts["normal_prior"] == true);
  CHECK(facts["evaluation"].is_null());
  CHECK(facts["weights_sha256"] == ebb::nn::sha256_of_file(small.path() + "/model.safetensors"));
  CHECK(facts["command"] ==
        "tools/train vae --data " + small.options.data +
            " --epochs 2 --batch-size 32 --lr 0.01 --seed 11 --hidden 9 --latent 3 "
            "--binarize dynamic");
}

TEST_CASE("facts: what an optimizer or a selection fills in is not said again") {
  Json config = Json::parse(read_file(PageRun("ae").path() + "/config.json"));
  const std::string plain = command_of(config);
  CHECK(plain.find("--epsilon") == std::string::npos);
  CHECK(plain.find("--validation") == std::string::npos);
  CHECK(plain.find("--network") == std::string::npos);
  config["schedule"] = "cosine";
  config["optimizer"] = "sgd";
  config["keep"] = "best";
  config["validation"] = 0.1;
  CHECK(command_of(config).ends_with(
      " --schedule cosine --optimizer sgd --keep best --seed 11 --hidden 9 --latent 3"));
  config["data"] = "my folder";
  config["weight_decay"] = 0.5;
  config["crop"] = true;
  const std::string more = command_of(config);
  CHECK(more.starts_with("tools/train ae --data 'my folder' --crop "));
  CHECK(more.find("--weight-decay 0.5") != std::string::npos);
  CHECK(command_of({{"model", "text"}, {"average", nullptr}, {"momentum", nullptr}}) ==
        "tools/train text --average none");
}

TEST_CASE("facts: figures of tools/evaluate, where they are there and whole") {
  const PageRun small("ae");
  const std::string path = small.path() + "/evaluation.json";
  write_file(path, R"({"elbo": null, "references": {}})");
  CHECK(facts_of(small.open())["evaluation"]["references"] == Json::object());
  write_file(path, R"({"elbo": null, "references": {}, "weights_sha256": "of others"})");
  CHECK(facts_of(small.open())["evaluation"].is_null());  // the run went on since
  write_file(path, R"({"elbo": null, "references": {}, "data": "others"})");
  CHECK(facts_of(small.open())["evaluation"].is_null());
  write_file(path, "[]");
  CHECK(message_of<DataError>([&] { return facts_of(small.open()).size(); }) ==
        path + " holds no figures; run tools/evaluate once more, or remove it");
}

TEST_CASE("facts: long lists of config.json are no part of the page, and drawn data need no name") {
  const PageRun small("vae");
  OpenedRun run = small.open();
  CHECK(facts_of(run)["config"] == run.trained.config);
  Json& examples = run.trained.config["examples"];
  examples["vocabulary"] = {{"pieces", "words"}, {"tokens", std::string(200'000, 'x')}};
  examples["columns"] = Json::array();
  examples["columns"].push_back({{"name", "a"}, {"shares", {.5, .5}}});
  const Json shown = facts_of(run)["config"]["examples"];
  CHECK(shown["left_out"] == "long lists, which config.json holds");
  CHECK(shown["vocabulary"] == Json{{"pieces", "words"}});
  CHECK(shown["columns"][0] == Json{{"name", "a"}});
  for (const char* drawn : {"drawn digits", "drawn rows", "drawn sentences"}) {
    run.trained.config["data"] = drawn;
    CHECK(command_of(run.trained.config).find("--data") == std::string::npos);
  }
}
