#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <nn/files/edit_distance.hpp>
#include <tensor/version.hpp>
#include <tools/training/options.hpp>

namespace ebb::tools {

namespace {

// The number that a word spells. NaN lies in no range.
template <class Number>
Number parse(const char* option, const std::string& word, Number least, Number most) {
  const bool negative = std::is_unsigned_v<Number> && word.starts_with('-');
  const char* const begin = word.data() + (negative || word.starts_with('+'));
  const char* const end = word.data() + word.size();
  Number number{};
  const auto [stop, error] = std::from_chars(begin, end, number);
  if (stop != end || error == std::errc::invalid_argument)
    throw UsageError(fmt::format("{}: '{}' is not a {}", option, word,
                                 std::is_floating_point_v<Number> ? "number" : "whole number"));
  if (error == std::errc::result_out_of_range || !(number >= least && number <= most) ||
      (negative && number != 0))
    throw UsageError(fmt::format("{}: {} is out of range, {} to {}", option, word, least, most));
  return number;
}

template <class Number>
void add_number(CLI::App& app, const char* name, Number& target, const std::string& help,
                Number least, Number most) {
  app.add_option_function<std::string>(
         name,
         [&target, name, least, most](const std::string& word) {
           target = parse<Number>(name, word, least, most);
         },
         help)
      ->type_name(std::is_floating_point_v<Number> ? "X" : "N");
}

constexpr std::int64_t widest = 65'536;
constexpr std::size_t most_layers = 100;

std::vector<std::int64_t> parse_widths(const std::string& words) {
  std::vector<std::int64_t> widths;
  for (std::size_t begin = 0; begin <= words.size();) {
    const std::size_t end = std::min(words.find(',', begin), words.size());
    widths.push_back(parse<std::int64_t>("--hidden", words.substr(begin, end - begin), 1, widest));
    begin = end + 1;
  }
  if (widths.size() > most_layers)
    throw UsageError(
        fmt::format("--hidden: {} layers; at most {} can be", widths.size(), most_layers));
  return widths;
}

// Explains the first word that nothing took.
[[noreturn]] void refuse_extra(const CLI::App& app, const std::string& word) {
  if (!word.starts_with('-') || word == "--")
    throw UsageError(fmt::format("'{}' is one word too many", word));
  const std::string name = word.substr(0, word.find('='));
  std::string nearest;
  std::size_t least = 4;
  for (const CLI::Option* option : app.get_options()) {
    const std::string known = option->get_name();
    const std::size_t changes = known.starts_with(name) ? 0 : ebb::nn::edit_distance(name, known);
    if (changes < least && name.size() > 3) {
      nearest = known;
      least = changes;
    }
  }
  throw UsageError(fmt::format("there is no option {}; try {}--help", name,
                               nearest.empty() ? "" : nearest + " or "));
}

// CLI11's words for a missing value or a second one, made plain.
[[noreturn]] void refuse_count(const CLI::App& app, const std::string& what) {
  for (const CLI::Option* option : app.get_options())
    if (option->count() > 1)
      throw UsageError(fmt::format("{}: given more than once", option->get_name()));
  const std::string name = what.substr(0, what.find_first_of(": "));
  throw UsageError(name.starts_with('-') ? name + ": needs a value"
                                         : "--" + name + ": takes no value");
}

struct Help final : CLI::Formatter {
  std::string make_usage(const CLI::App*, std::string) const override {
    return "Usage: tools/train MODEL [options]\n";
  }
};

bool given(const CLI::App& app, const char* option) { return app.get_option(option)->count() > 0; }

// What depends on the model, where the command line leaves it open.
void complete(TrainOptions& options, const CLI::App& app) {
  if (options.model.empty()) throw UsageError("which model? Name ae or vae, as in tools/train vae");
  if (options.model != "ae" && options.model != "vae")
    throw UsageError(fmt::format("model: '{}' is neither ae nor vae", options.model));
  if (options.optimizer != "adam" && options.optimizer != "sgd")
    throw UsageError(fmt::format("--optimizer: '{}' is neither adam nor sgd", options.optimizer));
  const bool variational = options.model == "vae";
  if (!given(app, "--batch-size")) options.batch_size = variational ? 128 : 32;
  if (!given(app, "--latent")) options.latent = variational ? 20 : 256;
  if (!given(app, "--hidden") && variational) options.hidden = {400};
  if (given(app, "--beta") && !variational) throw UsageError("--beta: only vae has a divergence");
  if (given(app, "--data") && options.data.empty()) throw UsageError("--data: an empty name");
  if (given(app, "--out") && options.out.empty()) throw UsageError("--out: an empty name");
}

void add_options(CLI::App& app, TrainOptions& options) {
  constexpr std::int64_t many = 1'000'000'000;
  app.formatter(std::make_shared<Help>());
  app.set_version_flag("--version", std::string("ebb ") + EBB_VERSION, "print the version");
  app.set_help_flag("-h,--help", "print this");
  app.add_option("MODEL", options.model, "ae: autoencoder, vae: variational autoencoder")
      ->type_name("");
  app.add_option("--data", options.data,
                 "folder of MNIST's IDX files, plain or .gz [digits drawn on board]")
      ->type_name("DIR");
  add_number<std::int64_t>(app, "--epochs", options.epochs, "passes over the images [10]", 1, many);
  add_number<std::int64_t>(app, "--batch-size", options.batch_size,
                           "images of a step [ae 32, vae 128]", 1, 1 << 20);
  add_number<double>(app, "--lr", options.learning_rate, "learning rate [0.001]", 1e-300, 1e300);
  app.add_option("--optimizer", options.optimizer, "adam or sgd [adam]")->type_name("NAME");
  add_number<std::uint64_t>(app, "--seed", options.seed, "of weights, order and noise [0]", 0,
                            UINT64_MAX);
  add_number<int>(app, "--threads", options.threads, "threads [one per core]", 1, 1024);
  add_number<std::int64_t>(app, "--limit", options.limit, "the first N training images [all]", 1,
                           many);
  app.add_option_function<std::string>(
         "--hidden", [&options](const std::string& words) { options.hidden = parse_widths(words); },
         "widths of the hidden layers [ae none, vae 400]")
      ->type_name("N[,N...]");
  add_number<std::int64_t>(app, "--latent", options.latent, "width of the code [ae 256, vae 20]", 1,
                           widest);
  add_number<double>(app, "--beta", options.beta, "weight of the divergence, vae only [1]", 0,
                     1e300);
  app.add_option("--out", options.out, "new folder for the results [runs/MODEL-1, -2, ...]")
      ->type_name("DIR");
  app.add_flag("--quiet", options.quiet, "print nothing but errors")->disable_flag_override();
  app.allow_extras();
}

std::optional<TrainOptions> parse_all(int count, const char* const* arguments) {
  TrainOptions options;
  CLI::App app("Trains an autoencoder on images of digits and leaves its weights and pictures.",
               "tools/train");
  add_options(app, options);
  try {
    app.parse(count, arguments);
    if (const std::vector<std::string> extras = app.remaining(); !extras.empty())
      refuse_extra(app, extras.front());
    complete(options, app);
    return options;
  } catch (const CLI::Success& done) {
    app.exit(done);
    return std::nullopt;
  } catch (const CLI::ArgumentMismatch& error) {
    refuse_count(app, error.what());
  } catch (const CLI::ParseError& error) {
    throw UsageError(error.what());
  }
}

}  // namespace

std::optional<TrainOptions> parse_train_options(int count, const char* const* arguments) {
  try {
    return parse_all(count, arguments);
  } catch (const UsageError& error) {
    const std::string what = error.what();
    throw UsageError(what.ends_with("--help") ? what : what + "; try --help");
  }
}

}  // namespace ebb::tools
