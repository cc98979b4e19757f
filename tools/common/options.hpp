// A program's options, each named once: for its command line, its --help, the config.json that it
// leaves, and for opening a run again.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <tools/common/exit_codes.hpp>
#include <vector>

namespace ebb::tools {

template <class Number>
struct Range {
  Number least = 1, most = std::numeric_limits<Number>::max();
};

// A name that may come with a number: "standard", or "mixture:10".
struct Choice {
  std::string name;
  double number = 0;
};

struct Option {
  std::string name;  // "batch-size", for --batch-size
  std::string key;   // "batch_size", in config.json
  std::string help;
  std::string type;                               // of its value: N, X, NAME; empty: a flag
  std::function<void(const std::string&)> parse;  // throws UsageError for a value out of range
  std::function<nlohmann::ordered_json()> value;
  std::string shown;    // its value before anything was parsed, for --help
  std::string heading;  // under which --help lists it; empty: that of all programs
  bool shown_in_help = true;

  bool is_flag() const { return type.empty(); }
};

// Collects options. Each refers to the variable that holds its value; what the variable holds at
// first is the default.
//     o("latent", latent, "width of the code");                    // --latent, "latent"
//     o("lr,learning-rate", rate, "learning rate", {0, 1e300});    // --lr, "learning_rate"
class Options final {
 public:
  void operator()(const std::string& names, std::int64_t& value, const std::string& help,
                  Range<std::int64_t> range = {});
  void operator()(const std::string& names, std::uint64_t& value, const std::string& help,
                  Range<std::uint64_t> range = {0});
  void operator()(const std::string& names, double& value, const std::string& help,
                  Range<double> range = {0, 1e16});
  // A number, or "none": null in config.json.
  void operator()(const std::string& names, std::optional<std::int64_t>& value,
                  const std::string& help, Range<std::int64_t> range = {});
  void operator()(const std::string& names, std::optional<double>& value, const std::string& help,
                  Range<double> range = {0, 1e16});
  // Whole numbers with commas between them, or "none".
  void operator()(const std::string& names, std::vector<std::int64_t>& value,
                  const std::string& help, Range<std::int64_t> range = {});
  // The same; empty where nothing was said, null in config.json.
  void operator()(const std::string& names, std::optional<std::vector<std::int64_t>>& value,
                  const std::string& help, Range<std::int64_t> range = {});
  // A whole number, and perhaps more of them behind commas; without those a number in config.json.
  void operator()(const std::string& names, std::int64_t& first, std::vector<std::int64_t>& more,
                  const std::string& help, Range<std::int64_t> range = {});
  // One of the choices, of which those such as "mixture:K" come with a number, a whole one unless
  // the letter is an X. Where the choices hold "none", so may the option.
  void operator()(const std::string& names, Choice& value, const std::string& help,
                  const std::vector<std::string>& choices);
  // One of the choices; no choices: any word.
  void operator()(const std::string& names, std::string& value, const std::string& help,
                  const std::vector<std::string>& choices = {});
  void operator()(const std::string& names, bool& value, const std::string& help);

  // The heading under which --help lists the options that follow. Not shown: it hides them.
  void heading(const std::string& words, bool shown = true) {
    heading_ = words;
    shown_ = shown;
  }
  // Sets how --help shows the last option's type of value and its default.
  void show(const std::string& type, const std::string& by_default) {
    all_.back().type = type;
    all_.back().shown = by_default;
  }

  const std::vector<Option>& all() const { return all_; }
  const Option* find(const std::string& name) const;  // nullptr where there is none

  // Keys and values, for config.json. read takes them back; it throws FormatError for a value that
  // the command line would refuse. A key that is missing is of an option that came later: it keeps
  // its default, so that older runs can still be read.
  nlohmann::ordered_json to_json() const;
  void read(const nlohmann::ordered_json& config) const;
  // Those to which it gives a value: neither null nor an empty name.
  Options given_in(const nlohmann::ordered_json& config) const;

 private:
  Option& add(const std::string& names, const std::string& help, const std::string& type);
  template <class Value, class Parse>
  void connect(Option& option, Value& value, Parse parse);
  template <class Number>
  void add_number(const std::string& names, Number& value, const std::string& help,
                  Range<Number> range);
  template <class Number>
  void add_optional(const std::string& names, std::optional<Number>& value, const std::string& help,
                    Range<Number> range);

  std::vector<Option> all_;
  std::string heading_;
  bool shown_ = true;
};

}  // namespace ebb::tools
