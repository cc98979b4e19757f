#include <doctest/doctest.h>

#include <tensor/error.hpp>
#include <tests/support.hpp>
#include <tools/common/options.hpp>

using namespace ebb::tools;
using Json = nlohmann::ordered_json;

namespace {

struct Settings {
  std::int64_t epochs = 10;
  std::uint64_t seed = 1;
  double rate = 0.5;
  std::vector<std::int64_t> widths = {400, 200};
  std::string optimizer = "adam", place;
  bool quiet = false;

  Options options() {
    Options o;
    o("epochs", epochs, "passes", {1, 100});
    o("seed", seed, "of all");
    o("lr,learning-rate", rate, "rate", {0, 1});
    o("hidden", widths, "widths", {1, 1000});
    o("optimizer", optimizer, "which", {"adam", "sgd"});
    o("out-folder", place, "where");
    o("quiet", quiet, "no words");
    return o;
  }
};

std::string refusal(const Json& config) {
  Settings settings;
  try {
    settings.options().read(config);
  } catch (const ebb::FormatError& error) {
    return error.what();
  }
  return "it was taken";
}

}  // namespace

TEST_CASE("options: each has a name, a key, a type, and its value for the default") {
  Settings settings;
  const Options options = settings.options();
  REQUIRE(options.all().size() == 7);
  std::string all;
  for (const Option& o : options.all())
    all += o.name + '|' + o.key + '|' + o.type + '|' + o.shown + '\n';
  CHECK(
      all ==
      "epochs|epochs|N|10\nseed|seed|N|1\nlr|learning_rate|X|0.5\nhidden|hidden|N[,N...]|400,200\n"
      "optimizer|optimizer|adam|sgd|adam\nout-folder|out_folder|NAME|\nquiet|quiet||false\n");
  CHECK(options.find("lr")->help == "rate");
  CHECK(options.find("learning_rate") == nullptr);
}

TEST_CASE("options: what is parsed lands in the variables, and config.json brings it back") {
  Settings settings;
  const Options options = settings.options();
  options.find("epochs")->parse("7");
  options.find("seed")->parse("18446744073709551615");
  options.find("lr")->parse("0.1");
  options.find("hidden")->parse("3");
  options.find("optimizer")->parse("sgd");
  options.find("out-folder")->parse("a b");
  options.find("quiet")->parse("true");
  const Json config = Json::parse(options.to_json().dump());
  CHECK(config == Json{{"epochs", 7},
                       {"seed", UINT64_MAX},
                       {"learning_rate", 0.1},
                       {"hidden", {3}},
                       {"optimizer", "sgd"},
                       {"out_folder", "a b"},
                       {"quiet", true}});
  Settings again;
  again.options().read(config);
  CHECK(again.epochs == 7);
  CHECK(again.seed == UINT64_MAX);
  CHECK(again.rate == 0.1);
  CHECK(again.widths == std::vector<std::int64_t>{3});
  CHECK(again.optimizer == "sgd");
  CHECK(again.place == "a b");
  CHECK(again.quiet);
}

TEST_CASE("options: an empty list comes back as one") {
  Settings settings;
  settings.widths.clear();
  settings.place = "x";
  const Json config = settings.options().to_json();
  CHECK(config["hidden"] == Json::array());
  Settings again;
  again.options().read(config);
  CHECK(again.widths.empty());
}

TEST_CASE("options: a number may be none, null in config.json") {
  std::optional<double> decay;
  std::optional<std::int64_t> patience;
  Options options;
  options("decay", decay, "how much", {0, 1});
  options("patience", patience, "how long", {1, 9});
  CHECK(options.find("decay")->type + options.find("patience")->type == "XN");
  CHECK(options.find("decay")->shown == "none");
  CHECK(options.to_json() == Json{{"decay", nullptr}, {"patience", nullptr}});
  for (int round = 0; round < 2; ++round) {
    options.find("decay")->parse("0.5");
    options.find("patience")->parse("3");
    CHECK(options.to_json() == Json{{"decay", 0.5}, {"patience", 3}});
    options.find("decay")->parse("none");
    options.find("patience")->parse("none");
    CHECK((!decay && !patience));
  }
  for (const Json& config :
       {Json{{"decay", nullptr}, {"patience", 2}}, Json{{"decay", 1}, {"patience", nullptr}}}) {
    options.read(config);
    CHECK(options.to_json() == config);
  }
  CHECK_THROWS_WITH_AS(options.find("decay")->parse("2"), "--decay: 2 is out of range, 0 to 1",
                       UsageError);
  const auto refused = [&](const Json& config) {
    CHECK_THROWS_AS(options.read(config), ebb::FormatError);
  };
  refused({{"decay", "fast"}, {"patience", nullptr}});
  refused({{"decay", nullptr}, {"patience", 1.5}});
  refused({{"decay", nullptr}, {"patience", {1}}});
}

TEST_CASE("options: a damaged config says which key it is") {
  Settings settings;
  settings.place = "x";
  const Json whole = settings.options().to_json();
  Json config = whole;
  config["epochs"] = 0;
  CHECK(refusal(config) == "config: --epochs: 0 is out of range, 1 to 100");
  config["epochs"] = nullptr;
  CHECK(refusal(config) == "config: --epochs: 'none' is not a whole number");
  config["epochs"] = "many";
  CHECK(refusal(config) == "config: epochs is \"many\", which is no number");
  config = whole;
  config["hidden"] = true;
  CHECK(refusal(config) == "config: hidden is true, which is no array");
  config = whole;
  config["optimizer"] = "newton";
  CHECK(refusal(config) == "config: --optimizer: 'newton' is none of adam, sgd");
  config = whole;
  config["hidden"] = {400, "x"};
  CHECK(refusal(config) == "config: --hidden: '\"x\"' is not a whole number");
}

TEST_CASE("options: those to which a config gives a value") {
  std::string name = "before", other = "before";
  std::int64_t number = 1;
  Options options;
  options("name", name, "");
  options("other", other, "");
  options("some-number", number, "");
  const Json config = {{"name", ""}, {"some_number", 7}, {"more", 8}};
  options.given_in(config).read(config);
  CHECK(name == "before");
  CHECK(number == 7);
  CHECK(options.given_in({{"name", nullptr}}).all().empty());
  CHECK(options.given_in({{"name", "after"}}).all().size() == 1);
}

namespace {

// What comes as a name with a number, as a list that may be left out, and as a number with more.
struct Choices {
  Choice prior = {"standard"}, noise = {"none"};
  std::optional<std::vector<std::int64_t>> widths = {};
  std::int64_t latent = 20;
  std::vector<std::int64_t> deeper = {};

  Options options() {
    Options o;
    o("prior", prior, "of codes", {"standard", "mixture:K", "vamp:K"});
    o("noise", noise, "of inputs", {"none", "gaussian:X"});
    o("hidden", widths, "widths", {1, 1000});
    o("latent", latent, deeper, "widths", {1, 1000});
    return o;
  }
  std::string refusal(const char* name, const char* word) {
    return message_of<UsageError>([&] { return options().find(name)->parse(word), 0; });
  }
};

}  // namespace

TEST_CASE("options: a choice may come with a number, whole or not") {
  Choices choices;
  const Options options = choices.options();
  CHECK(options.find("prior")->type == "standard|mixture:K|vamp:K");
  CHECK(options.find("prior")->shown == "standard");
  options.find("prior")->parse("mixture:100000");
  options.find("noise")->parse("gaussian:0.25");
  CHECK(choices.prior.name == "mixture");
  CHECK(choices.prior.number == 100'000);
  CHECK(choices.noise.number == 0.25);
  CHECK(options.to_json()["prior"] == "mixture:100000");
  CHECK(options.to_json()["noise"] == "gaussian:0.25");
  options.find("prior")->parse("standard");
  CHECK(choices.prior.name == "standard");
  CHECK(choices.prior.number == 0);
  CHECK(choices.refusal("prior", "mixture") ==
        "--prior: 'mixture' is none of standard, mixture:K, vamp:K");
  CHECK(choices.refusal("prior", "standard:3") ==
        "--prior: 'standard:3' is none of standard, mixture:K, vamp:K");
  CHECK(choices.refusal("prior", "mixture:") == "--prior mixture:K: '' is not a whole number");
  CHECK(choices.refusal("prior", "vamp:2.5") == "--prior vamp:K: '2.5' is not a whole number");
  CHECK(choices.refusal("prior", "vamp:0") == "--prior vamp:K: 0 is out of range, 1 to 100000");
  CHECK(choices.refusal("noise", "gaussian:0") ==
        "--noise gaussian:X: 0 is out of range, 1e-06 to 1000000");
}

TEST_CASE("options: a list may be left out, which is not an empty one") {
  Choices choices;
  const Options options = choices.options();
  CHECK(options.find("hidden")->type == "N[,N...]");
  CHECK(options.to_json()["hidden"].is_null());
  options.find("hidden")->parse("none");
  CHECK(choices.widths == std::vector<std::int64_t>{});
  CHECK(options.to_json()["hidden"] == Json::array());
  options.find("hidden")->parse("3,4");
  CHECK(choices.widths == std::vector<std::int64_t>{3, 4});
  CHECK(choices.refusal("hidden", "") == "--hidden: '' is not a whole number");
  CHECK(choices.refusal("hidden", "3,,4") == "--hidden: '' is not a whole number");
  CHECK(choices.refusal("hidden", "3,0") == "--hidden: 0 is out of range, 1 to 1000");
}

TEST_CASE("options: a number may have more behind it, and is one where it has none") {
  Choices choices;
  const Options options = choices.options();
  CHECK(options.find("latent")->shown == "20");
  options.find("latent")->parse("7");
  CHECK(options.to_json()["latent"] == 7);
  options.find("latent")->parse("100,50,2");
  CHECK(choices.latent == 100);
  CHECK(choices.deeper == std::vector<std::int64_t>{50, 2});
  CHECK(options.to_json()["latent"] == Json{100, 50, 2});
  options.find("latent")->parse("8");
  CHECK(choices.deeper.empty());
  CHECK(choices.refusal("latent", "none") == "--latent: names no number");
  CHECK(choices.refusal("latent", "4,0") == "--latent: 0 is out of range, 1 to 1000");
}

TEST_CASE("options: choices and lists come back from config.json") {
  for (const bool named : {true, false}) {
    Choices choices;
    const Options options = choices.options();
    options.find("prior")->parse("vamp:500");
    options.find("noise")->parse("gaussian:0.1");
    if (named) options.find("hidden")->parse("5");
    options.find("latent")->parse(named ? "9,3" : "9");
    Choices again;
    const Options read = again.options();
    read.read(Json::parse(options.to_json().dump()));
    CHECK(read.to_json() == options.to_json());
    CHECK(again.prior.number == 500);
    CHECK(again.widths.has_value() == named);
    CHECK(again.deeper.size() == (named ? 1 : 0));
  }
  Choices choices;
  const Options options = choices.options();
  Json config = options.to_json();
  config["latent"] = "9";
  CHECK(message_of<ebb::FormatError>([&] { return options.read(config), 0; }) ==
        "config: latent is \"9\", which is no number");
}

TEST_CASE("options: what a config does not name keeps its default") {
  Settings settings;
  const Options options = settings.options();
  const Json before = options.to_json();
  options.read(Json::object());
  CHECK(options.to_json() == before);
}
