#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>
#include <tools/train_options.hpp>

namespace {

template <class Number>
Number parse(const std::string& option, const std::string& word) {
  Number number{};
  const char* const end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, number);
  if (error != std::errc() || stop != end)
    throw UsageError(
        fmt::format("{}: '{}' is not {}", option, word,
                    std::is_floating_point_v<Number> ? "a number" : "a whole number in range"));
  return number;
}

// An option with a number of which the range is checked; NaN is in none.
template <class Number>
void add_number(CLI::App& app, const std::string& name, Number& target, const std::string& help,
                Number least, Number most) {
  app.add_option_function<std::string>(
         name,
         [&target, name, least, most](const std::string& word) {
           const Number number = parse<Number>(name, word);
           if (!(number >= least && number <= most))
             throw UsageError(
                 fmt::format("{}: {} is out of range, {} to {}", name, word, least, most));
           target = number;
         },
         help)
      ->type_name(std::is_floating_point_v<Number> ? "X" : "N");
}

constexpr std::int64_t widest = 65'536;

std::vector<std::int64_t> parse_widths(const std::string& words) {
  std::vector<std::int64_t> widths;
  for (std::size_t begin = 0; begin <= words.size();) {
    const std::size_t end = std::min(words.find(',', begin), words.size());
    widths.push_back(parse<std::int64_t>("--hidden", words.substr(begin, end - begin)));
    if (widths.back() < 1 || widths.back() > widest)
      throw UsageError(fmt::format("--hidden: {} is out of range, 1 to {}", widths.back(), widest));
    begin = end + 1;
  }
  if (widths.size() > 100) throw UsageError("--hidden: more than 100 layers");
  return widths;
}

// What a model is by default, where the options leave it open.
TrainOptions defaults_of(const std::string& model) {
  TrainOptions options;
  options.model = model;
  if (model == "vae") {
    options.batch_size = 128;
    options.hidden = {400};
    options.latent = 20;
  }
  return options;
}

}  // namespace

std::optional<TrainOptions> parse_train_options(int count, char** arguments) {
  std::string model;
  for (int i = 1; i < count && model.empty(); ++i)
    if (arguments[i] == std::string("ae") || arguments[i] == std::string("vae"))
      model = arguments[i];
  TrainOptions options = defaults_of(model);

  CLI::App app("Trains an autoencoder (ae) or a variational autoencoder (vae) on images of digits.",
               "tools/train");
  app.set_version_flag("--version", std::string("ebb ") + EBB_VERSION);
  app.add_option("model", options.model, "ae or vae")
      ->required()
      ->type_name("MODEL")
      ->check(CLI::IsMember({"ae", "vae"}));
  app.add_option("--data", options.data,
                 "folder of MNIST's IDX files, plain or .gz; default: digits drawn on board")
      ->type_name("DIR");
  constexpr std::int64_t many = 1'000'000'000;
  add_number<std::int64_t>(app, "--epochs", options.epochs, "passes over the images [10]", 1, many);
  add_number<std::int64_t>(app, "--batch-size", options.batch_size,
                           "images of a step [ae 32, vae 128]", 1, 1 << 20);
  add_number<double>(app, "--lr", options.learning_rate, "learning rate [0.001]", 1e-300, 1e300);
  app.add_option("--optimizer", options.optimizer, "adam or sgd [adam]")
      ->type_name("NAME")
      ->check(CLI::IsMember({"adam", "sgd"}));
  add_number<std::uint64_t>(app, "--seed", options.seed, "of weights, order and noise [0]", 0,
                            UINT64_MAX);
  add_number<int>(app, "--threads", options.threads, "threads [one per core]", 1, 1024);
  add_number<std::int64_t>(app, "--limit", options.limit, "the first N training images [all]", 1,
                           many);
  app.add_option_function<std::string>(
         "--hidden", [&](const std::string& words) { options.hidden = parse_widths(words); },
         "widths of the hidden layers [ae none, vae 400]")
      ->type_name("N[,N…]");
  add_number<std::int64_t>(app, "--latent", options.latent, "width of the code [ae 256, vae 20]", 1,
                           widest);
  bool beta_given = false;
  add_number<double>(app, "--beta", options.beta, "weight of the divergence (vae) [1]", 0, 1e300);
  app.get_option("--beta")->each([&](const std::string&) { beta_given = true; });
  app.add_option("--out", options.out, "folder for the results [runs/MODEL-1, -2, …]")
      ->type_name("DIR");
  app.add_flag("--quiet", options.quiet, "print nothing but errors");
  try {
    app.parse(count, arguments);
  } catch (const CLI::Success& done) {
    app.exit(done);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    throw UsageError(error.what());
  }
  if (beta_given && options.model == "ae") throw UsageError("--beta: only vae has a divergence");
  for (const char* name : {"--data", "--out"})
    if (app.get_option(name)->count() > 0 && app.get_option(name)->as<std::string>().empty())
      throw UsageError(fmt::format("{}: an empty name", name));
  return options;
}
