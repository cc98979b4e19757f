// Covers: tools/training/options.cpp, tools/common/command_line.cpp
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <tests/support.hpp>
#include <tools/training/command.hpp>

using namespace ebb::tools;
using Json = nlohmann::ordered_json;

namespace {

std::optional<Command> command_of(std::vector<const char*> words) {
  words.insert(words.begin(), "tools/train");
  return parse_train_command(static_cast<int>(words.size()), words.data());
}

struct Parsed {
  std::string model;
  TrainOptions options;
  nlohmann::ordered_json own;  // the model's
};

Parsed parsed(std::vector<const char*> words) {
  const std::optional<Command> command = command_of(std::move(words));
  REQUIRE(command.has_value());
  Options own;
  command->recipe->visit(own);
  return {command->recipe->name(), command->options, own.to_json()};
}

// Hidden widths that nobody named are null until the model is built.
Json vae_with(const Json& hidden, int latent, double beta) {
  return {{"network", "dense"}, {"hidden", hidden},    {"activation", "relu"},
          {"latent", latent},   {"binarize", "none"},  {"likelihood", "bernoulli"},
          {"samples", 1},       {"beta", beta},        {"beta_warm_up", 0},
          {"free_bits", 0},     {"prior", "standard"}, {"prior_warm_up", nullptr},
          {"flow", "none"},     {"condition", "none"}};
}

std::string refusal(std::vector<const char*> words) {
  try {
    parsed(std::move(words));
  } catch (const UsageError& error) {
    return error.what();
  }
  return "it was taken";
}

}  // namespace

TEST_CASE("command: beside a config.json, what follows from an option is that of the new one") {
  const TemporaryFolder place;
  const std::string path = place.path() / "config.json";
  write_file(path, R"({"model": "vae", "optimizer": "adam", "epsilon": 1e-4, "weight_decay": 0.0,
                       "validation": 0.0, "network": "dense", "hidden": [300]})");
  const auto with = [&](std::vector<const char*> more) {
    std::vector<const char*> words = {"--config", path.c_str()};
    words.insert(words.end(), more.begin(), more.end());
    return parsed(words);
  };
  CHECK(with({"--optimizer", "adamw"}).options.weight_decay == 0.01);
  CHECK_FALSE(with({"--optimizer", "sgd"}).options.epsilon);
  CHECK(with({"--optimizer", "adam"}).options.epsilon == 1e-4);
  CHECK(with({"--keep", "best"}).options.validation == 0.1);
  CHECK(with({}).options.validation == 0);
  CHECK(with({"--network", "conv"}).own["hidden"].is_null());
  CHECK(with({"--network", "dense"}).own["hidden"] == Json::array({300}));
}

TEST_CASE("command: ae is by default the article's autoencoder") {
  const auto [model, options, own] = parsed({"ae"});
  CHECK(model == "ae");
  CHECK(own == Json{{"network", "dense"},
                    {"hidden", nullptr},
                    {"activation", "relu"},
                    {"latent", 256},
                    {"output", "sigmoid"},
                    {"noise", "none"},
                    {"sparsity", 0},
                    {"contractive", 0},
                    {"density", "none"}});
  CHECK(options.batch_size == 32);
  CHECK(options.epochs == 10);
  CHECK(options.learning_rate == 1e-3);
  CHECK(options.optimizer == "adam");
  CHECK(options.seed == 0);
  CHECK(options.threads == 0);
  CHECK(options.limit == 0);
  CHECK(options.data.empty());
  CHECK(options.out.empty());
  CHECK(!options.quiet);
}

TEST_CASE("command: vae has a hidden layer and a narrow code by default") {
  const auto [model, options, own] = parsed({"vae"});
  CHECK(model == "vae");
  CHECK(own == vae_with(nullptr, 20, 1));
  CHECK(options.batch_size == 128);
}

TEST_CASE("command: each is taken, before the model or after it, with = or without") {
  const auto [model, options, own] =
      parsed({"--data",      "ae",       "vae",           "--epochs=3", "--batch-size",
              "7",           "--lr",     "+2.5e-4",       "--seed",     "18446744073709551615",
              "--optimizer", "sgd",      "--threads",     "2",          "--limit",
              "100",         "--hidden", "500,400,65536", "--latent",   "3",
              "--beta",      "0",        "--out",         "there",      "--quiet"});
  CHECK(model == "vae");  // not the folder of that name
  CHECK(options.data == "ae");
  CHECK(options.epochs == 3);
  CHECK(options.batch_size == 7);
  CHECK(options.learning_rate == 2.5e-4);
  CHECK(options.seed == UINT64_MAX);
  CHECK(options.optimizer == "sgd");
  CHECK(options.threads == 2);
  CHECK(options.limit == 100);
  CHECK(own == vae_with({500, 400, 65536}, 3, 0));
  CHECK(options.out == "there");
  CHECK(options.quiet);
}

TEST_CASE("command: how a run learns, selects and ends is taken for every model") {
  const auto [model, options, own] =
      parsed({"ae",      "--schedule", "cosine", "--warm-up",  "50",     "--optimizer",
              "rmsprop", "--epsilon",  "1e-4",   "--momentum", ".5",     "--clip-norm",
              "2",       "--average",  "0.999",  "--start",    "xavier", "--validation",
              "0.2",     "--keep",     "best",   "--patience", "3"});
  CHECK(options.schedule == "cosine");
  CHECK(options.warm_up == 50);
  CHECK(options.epsilon == 1e-4);
  CHECK(options.momentum == 0.5);
  CHECK(options.weight_decay == 0.0);  // rmsprop's own
  CHECK(options.clip_norm == 2.0);
  CHECK(options.average == 0.999);
  CHECK(options.start == "xavier");
  CHECK(options.validation == 0.2);
  CHECK(options.keep == "best");
  CHECK(options.patience == 3);
}

TEST_CASE("command: without them nothing of it happens, and the optimizer has its own settings") {
  const TrainOptions options = parsed({"vae"}).options;
  CHECK(options.schedule == "constant");
  CHECK(options.warm_up == 0);
  CHECK(options.epsilon == 1e-8);
  CHECK(options.weight_decay == 0.0);
  CHECK(!options.momentum);
  CHECK(!options.clip_norm);
  CHECK(!options.average);
  CHECK(options.start == "pytorch");
  CHECK(options.validation == 0.0);
  CHECK(options.keep == "last");
  CHECK(!options.patience);
}

TEST_CASE("command: what goes by the validation loss holds a tenth out, and needs some") {
  const std::vector<std::vector<const char*>> selecting = {
      {"ae", "--keep", "best"}, {"ae", "--patience", "3"}, {"ae", "--schedule", "plateau"}};
  for (std::vector<const char*> words : selecting) {
    CHECK(parsed(words).options.validation == 0.1);
    words.insert(words.end(), {"--validation", "0.25"});
    CHECK(parsed(words).options.validation == 0.25);
    words.back() = "0";
    const std::string name = words[1] == std::string("--patience")
                                 ? "--patience"
                                 : words[1] + std::string(" ") + words[2];
    CHECK(refusal(words) == name + ": goes by the validation loss, and --validation is 0; try 0.1");
  }
}

TEST_CASE("command: a setting that the optimizer has not is refused") {
  CHECK(refusal({"ae", "--momentum", "0.9"}) ==
        "--momentum: adam has none; try --optimizer with one of sgd, rmsprop");
  CHECK(refusal({"ae", "--optimizer", "lion", "--epsilon", "1e-4"}) ==
        "--epsilon: lion has none; try --optimizer with one of adam, adamw, rmsprop, adagrad");
}

TEST_CASE("command: what is left out, misspelled or one too many is named") {
  CHECK(refusal({}) ==
        "which model? Name ae, vae, wae, vq, semi-supervised, text, table or classifier, as in "
        "tools/train vae; "
        "try --help");
  CHECK(refusal({"--epochs", "3"}) ==
        "which model? Name ae, vae, wae, vq, semi-supervised, text, table or classifier, as in "
        "tools/train vae; "
        "try --help");
  CHECK(refusal({"AE"}) ==
        "model: 'AE' is none of ae, vae, wae, vq, semi-supervised, text, table or classifier; try "
        "--help");
  CHECK(refusal({"ae", "vae"}) == "'vae' is one word too many; try --help");
  CHECK(refusal({"ae", "--epochs", "3", "4"}) == "'4' is one word too many; try --help");
  CHECK(refusal({"ae", "--epoch", "3"}) == "there is no option --epoch; try --epochs or --help");
  CHECK(refusal({"ae", "--batch_size=3"}) ==
        "there is no option --batch_size; try --batch-size or --help");
  CHECK(refusal({"ae", "--widths", "3"}) == "there is no option --widths; try --help");
  CHECK(refusal({"ae", "-x"}) == "there is no option -x; try --help");
  CHECK(refusal({"ae", "--epochs"}) == "--epochs: needs a value; try --help");
  CHECK(refusal({"ae", "--out"}) == "--out: needs a value; try --help");
  CHECK(refusal({"ae", "--out", "--epochs", "1"}) == "--out: needs a value; try --help");
  CHECK(refusal({"ae", "--noise", "--lr=1"}) == "--noise: needs a value; try --help");
  CHECK(refusal({"ae", "--epochs", "1", "--epochs", "2"}) ==
        "--epochs: given more than once; try --help");
  CHECK(refusal({"ae", "--out", "a", "--out", "b"}) == "--out: given more than once; try --help");
  CHECK(refusal({"ae", "--quiet=5"}) == "--quiet: takes no value; try --help");
  CHECK(refusal({"classifier", "--beta"}) ==
        "--beta: an option of vae, text, not of classifier; try --help");
  CHECK(refusal({"ae", "--data", ""}) == "--data: an empty name; try --help");
  CHECK(refusal({"ae", "--out="}) == "--out: needs a value; try --help");
  CHECK(refusal({"ae", "--out", ""}) == "--out: an empty name; try --help");
  CHECK(refusal({"ae", "--beta", "1"}) == "--beta: an option of vae, text, not of ae; try --help");
  CHECK(refusal({"ae", "--optimizer", "adamax"}) ==
        "--optimizer: 'adamax' is none of adam, adamw, sgd, rmsprop, adagrad, lion; try --help");
}

TEST_CASE("command: numbers that are none, or out of range, are refused") {
  const auto check = [](const char* option, const char* word, const std::string& expected) {
    const std::string found = refusal({"vae", option, word});
    CHECK_MESSAGE(found == option + (": " + expected) + "; try --help", option, ' ', word, " -> ",
                  found);
  };
  for (const char* option :
       {"--epochs", "--batch-size", "--threads", "--limit", "--latent", "--seed", "--hidden"}) {
    check(option, "many", "'many' is not a whole number");
    check(option, "", "'' is not a whole number");
    check(option, "1.5", "'1.5' is not a whole number");
    check(option, "0x10", "'0x10' is not a whole number");
    check(option, " 1", "' 1' is not a whole number");
    check(option, "nan", "'nan' is not a whole number");
  }
  for (const char* word : {"0", "-1", "1000000001", "99999999999999999999"}) {
    check("--epochs", word, std::string(word) + " is out of range, 1 to 1000000000");
    check("--limit", word, std::string(word) + " is out of range, 1 to 1000000000");
    check("--batch-size", word, std::string(word) + " is out of range, 1 to 1048576");
    check("--threads", word, std::string(word) + " is out of range, 1 to 1024");
    check("--latent", word, std::string(word) + " is out of range, 1 to 65536");
    check("--hidden", word, std::string(word) + " is out of range, 1 to 65536");
  }
  check("--seed", "-1", "-1 is out of range, 0 to 18446744073709551615");
  check("--seed", "18446744073709551616",
        "18446744073709551616 is out of range, 0 to 18446744073709551615");
  for (const char* option : {"--lr", "--beta"}) {
    check(option, "fast", "'fast' is not a number");
    check(option, "", "'' is not a number");
    check(option, "1e", "'1e' is not a number");
    const std::string range = option == std::string("--lr") ? "1e-300 to 1e+300" : "0 to 1e+16";
    for (const char* word : {"nan", "-nan", "inf", "-inf", "-1", "1e400"})
      check(option, word, word + (" is out of range, " + range));
  }
  check("--epsilon", "0", "0 is out of range, 1e-37 to 1e+30");
  check("--weight-decay", "-1", "-1 is out of range, 0 to 1e+16");
  check("--clip-norm", "0", "0 is out of range, 1e-300 to 1e+300");
  for (const char* word : {"1", "nan", "-0.1"}) {
    check("--momentum", word, word + std::string(" is out of range, 0 to 0.9999999"));
    check("--average", word, word + std::string(" is out of range, 0 to 0.9999999"));
    check("--validation", word, word + std::string(" is out of range, 0 to 0.99"));
  }
  check("--patience", "0", "0 is out of range, 1 to 1000000000");
  check("--warm-up", "-1", "-1 is out of range, 0 to 1000000000");
  check("--schedule", "step", "'step' is none of constant, cosine, exponential, plateau, iwae");
  check("--keep", "first", "'first' is none of last, best");
  check("--start", "zeros", "'zeros' is none of pytorch, xavier");
  check("--lr", "0", "0 is out of range, 1e-300 to 1e+300");
  check("--hidden", "400,,200", "'' is not a whole number");
  check("--hidden", "400,200,", "'' is not a whole number");
  check("--hidden", "400;200", "'400;200' is not a whole number");
  std::string deep = "1";
  for (int i = 0; i < 100; ++i) deep += ",1";
  check("--hidden", deep.c_str(), "101 numbers; at most 100 can be");
}

TEST_CASE("command: no option of a model has the name of one that every run has") {
  for (const auto& recipe : all_recipes()) {
    CAPTURE(recipe->name());
    CHECK(parsed({recipe->name()}).model == recipe->name());
  }
  CHECK(parsed({"semi-supervised", "--labels", "200"}).own["labels"] == 200);
  CHECK(parsed({"ae", "--label-file", "y.npy"}).options.labels == "y.npy");
}
