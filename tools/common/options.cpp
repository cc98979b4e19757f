#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <tensor/error.hpp>
#include <tools/common/options.hpp>

namespace ebb::tools {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_in_a_list = 100;
constexpr const char* list_type = "N[,N...]";
constexpr const char* none = "none";  // as a user spells an empty list, or no number

template <class Number>
constexpr const char* kind = std::is_floating_point_v<Number> ? "number" : "whole number";
template <class Number>
constexpr const char* symbol = std::is_floating_point_v<Number> ? "X" : "N";

template <class Value>
Json json_of(const Value& value) {
  return value;
}
template <class Number>
Json json_of(const std::optional<Number>& value) {
  return value ? Json(*value) : Json();
}

template <class Number>
void require_in(const std::string& name, const std::string& word, bool inside,
                Range<Number> range) {
  if (!inside)
    throw UsageError(
        fmt::format("--{}: {} is out of range, {} to {}", name, word, range.least, range.most));
}

// The number that a word spells. NaN is outside of every range.
template <class Number>
Number parse_number(const std::string& name, const std::string& word, Range<Number> range) {
  const bool negative = std::is_unsigned_v<Number> && word.starts_with('-');
  const char* const begin = word.data() + (negative || word.starts_with('+'));
  const char* const end = word.data() + word.size();
  Number number{};
  const auto [stop, error] = std::from_chars(begin, end, number);
  if (stop != end || error == std::errc::invalid_argument)
    throw UsageError(fmt::format("--{}: '{}' is not a {}", name, word, kind<Number>));
  require_in(name, word,
             error != std::errc::result_out_of_range && number >= range.least &&
                 number <= range.most && (!negative || number == 0),
             range);
  return number;
}

template <class Number>
std::vector<Number> parse_list(const std::string& name, const std::string& words,
                               Range<Number> range) {
  std::vector<Number> list;
  if (words == none) return list;
  for (std::size_t begin = 0; begin <= words.size();) {
    const std::size_t end = std::min(words.find(',', begin), words.size());
    list.push_back(parse_number(name, words.substr(begin, end - begin), range));
    begin = end + 1;
  }
  if (list.size() > most_in_a_list)
    throw UsageError(
        fmt::format("--{}: {} numbers; at most {} can be", name, list.size(), most_in_a_list));
  return list;
}

std::string parse_choice(const std::string& name, const std::string& word,
                         const std::vector<std::string>& choices) {
  if (choices.empty() && word.empty()) throw UsageError(fmt::format("--{}: an empty name", name));
  if (!choices.empty() && std::count(choices.begin(), choices.end(), word) == 0)
    throw UsageError(fmt::format("--{}: '{}' is none of {}", name, word, fmt::join(choices, ", ")));
  return word;
}

bool is_number_or_none(const Json& value) { return value.is_number() || value.is_null(); }

std::string spelled(const Choice& choice) {
  return choice.number == 0 ? choice.name : fmt::format("{}:{}", choice.name, choice.number);
}

Choice parse_named(const std::string& name, const std::string& word,
                   const std::vector<std::string>& choices) {
  for (const std::string& choice : choices) {
    const std::size_t colon = choice.find(':');
    if (colon == std::string::npos ? word == choice
                                   : word.starts_with(choice.substr(0, colon + 1))) {
      if (colon == std::string::npos) return {word};
      const std::string number = word.substr(colon + 1), what = name + ' ' + choice;
      return {word.substr(0, colon),
              choice.ends_with('X')
                  ? parse_number<double>(what, number, {1e-6, 1e6})
                  : static_cast<double>(parse_number<std::int64_t>(what, number, {1, 100'000}))};
    }
  }
  throw UsageError(fmt::format("--{}: '{}' is none of {}", name, word, fmt::join(choices, ", ")));
}

// As a user would type it.
std::string spelled(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_null()) return none;
  if (!value.is_array()) return value.dump();
  std::string list = value.dump();
  return list == "[]" ? none : list.substr(1, list.size() - 2);
}

}  // namespace

Option& Options::add(const std::string& names, const std::string& help, const std::string& type) {
  const std::size_t comma = names.find(',');
  Option option;
  option.name = names.substr(0, comma);
  option.key = comma == std::string::npos ? names : names.substr(comma + 1);
  std::replace(option.key.begin(), option.key.end(), '-', '_');
  option.help = help;
  option.type = type;
  option.heading = heading_;
  option.shown_in_help = shown_;
  all_.push_back(std::move(option));
  return all_.back();
}

template <class Value, class Parse>
void Options::connect(Option& option, Value& value, Parse parse) {
  option.parse = [&value, parse, name = option.name](const std::string& word) {
    value = parse(name, word);
  };
  option.value = [&value] { return json_of(value); };
  option.shown = spelled(option.value());
}

template <class Number>
void Options::add_number(const std::string& names, Number& value, const std::string& help,
                         Range<Number> range) {
  connect(add(names, help, symbol<Number>), value,
          [range](const std::string& name, const std::string& word) {
            return parse_number<Number>(name, word, range);
          });
}

template <class Number>
void Options::add_optional(const std::string& names, std::optional<Number>& value,
                           const std::string& help, Range<Number> range) {
  connect(add(names, help, symbol<Number>), value,
          [range](const std::string& name, const std::string& word) {
            return word == none ? std::nullopt
                                : std::optional(parse_number<Number>(name, word, range));
          });
}

void Options::operator()(const std::string& names, std::int64_t& value, const std::string& help,
                         Range<std::int64_t> range) {
  add_number(names, value, help, range);
}

void Options::operator()(const std::string& names, std::uint64_t& value, const std::string& help,
                         Range<std::uint64_t> range) {
  add_number(names, value, help, range);
}

void Options::operator()(const std::string& names, double& value, const std::string& help,
                         Range<double> range) {
  add_number(names, value, help, range);
}

void Options::operator()(const std::string& names, std::optional<std::int64_t>& value,
                         const std::string& help, Range<std::int64_t> range) {
  add_optional(names, value, help, range);
}

void Options::operator()(const std::string& names, std::optional<double>& value,
                         const std::string& help, Range<double> range) {
  add_optional(names, value, help, range);
}

void Options::operator()(const std::string& names, std::vector<std::int64_t>& value,
                         const std::string& help, Range<std::int64_t> range) {
  connect(add(names, help, list_type), value,
          [range](const std::string& name, const std::string& words) {
            return parse_list(name, words, range);
          });
}

void Options::operator()(const std::string& names, std::optional<std::vector<std::int64_t>>& value,
                         const std::string& help, Range<std::int64_t> range) {
  Option& option = add(names, help, list_type);
  option.parse = [&value, range, name = option.name](const std::string& words) {
    value = parse_list(name, words, range);
  };
  option.value = [&value] { return value ? Json(*value) : Json(nullptr); };
}

void Options::operator()(const std::string& names, std::int64_t& first,
                         std::vector<std::int64_t>& more, const std::string& help,
                         Range<std::int64_t> range) {
  Option& option = add(names, help, list_type);
  option.parse = [&first, &more, range, name = option.name](const std::string& words) {
    more = parse_list(name, words, range);
    if (more.empty()) throw UsageError(fmt::format("--{}: names no number", name));
    first = more.front();
    more.erase(more.begin());
  };
  option.value = [&first, &more] {
    if (more.empty()) return Json(first);
    Json all = {first};
    for (const std::int64_t number : more) all.push_back(number);
    return all;
  };
  option.shown = spelled(option.value());
}

void Options::operator()(const std::string& names, Choice& value, const std::string& help,
                         const std::vector<std::string>& choices) {
  Option& option = add(names, help, fmt::format("{}", fmt::join(choices, "|")));
  option.parse = [&value, choices, name = option.name](const std::string& word) {
    value = parse_named(name, word, choices);
  };
  option.value = [&value] { return Json(spelled(value)); };
  option.shown = spelled(value);
}

void Options::operator()(const std::string& names, std::string& value, const std::string& help,
                         const std::vector<std::string>& choices) {
  const std::string type = choices.empty() ? "NAME" : fmt::format("{}", fmt::join(choices, "|"));
  connect(add(names, help, type), value,
          [choices](const std::string& name, const std::string& word) {
            return parse_choice(name, word, choices);
          });
}

void Options::operator()(const std::string& names, bool& value, const std::string& help) {
  connect(add(names, help, ""), value,
          [](const std::string&, const std::string& word) { return word != "false"; });
}

const Option* Options::find(const std::string& name) const {
  for (const Option& option : all_)
    if (option.name == name) return &option;
  return nullptr;
}

Json Options::to_json() const {
  Json config = Json::object();
  for (const Option& option : all_) config[option.key] = option.value();
  return config;
}

// Sets a number to none where it may be that.
static bool sets_none(const Option& option) {
  if (!option.value().is_number()) return false;
  try {
    option.parse(none);
    return true;
  } catch (const UsageError&) {
    return false;
  }
}

Options Options::given_in(const Json& config) const {
  Options given;
  for (const Option& option : all_) {
    const auto value = config.find(option.key);
    if (value == config.end() || *value == "") continue;
    if (value->is_null() && !sets_none(option)) continue;
    given.all_.push_back(option);
  }
  return given;
}

void Options::read(const Json& config) const {
  for (const Option& option : all_) {
    const auto found = config.find(option.key);
    if (found == config.end()) continue;  // an option that came later
    const Json before = option.value();
    if (found->is_null() && before.is_null()) continue;  // it says nothing
    const bool is_list = option.type == list_type;
    const bool fits = is_list ? found->is_array() || found->is_number()
                              : is_number_or_none(*found) && is_number_or_none(before);
    if (found->type() != before.type() && !fits)
      throw FormatError(text("config: ", option.key, " is ", found->dump(), ", which is no ",
                             !before.is_null() ? before.type_name()
                             : is_list         ? "array"
                                               : "number"));
    try {
      option.parse(spelled(*found));
    } catch (const UsageError& error) {
      throw FormatError(text("config: ", error.what()));
    }
  }
}

}  // namespace ebb::tools
