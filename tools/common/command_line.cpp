#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <nn/files/edit_distance.hpp>
#include <tensor/version.hpp>
#include <tools/common/command_line.hpp>

namespace ebb::tools {

namespace {

struct Help final : CLI::Formatter {
  explicit Help(const Usage& usage) : usage_(usage) {}
  std::string make_usage(const CLI::App*, std::string) const override {
    return fmt::format("Usage: {} {}{}{} [options]\n\n", usage_.program, usage_.word,
                       usage_.second.empty() ? "" : " ", usage_.second);
  }
  // The usage line has them.
  std::string make_positionals(const CLI::App*) const override { return ""; }
  // One empty line between two groups is enough.
  std::string make_group(std::string heading, bool positional,
                         std::vector<const CLI::Option*> options) const override {
    const std::string group = Formatter::make_group(heading, positional, std::move(options));
    return group.substr(group.find_first_not_of('\n'));
  }
  const Usage& usage_;
};

// Explains the first word that nothing took.
[[noreturn]] void refuse_extra(const Options& options, const std::string& word) {
  if (!word.starts_with('-') || word == "--")
    throw UsageError(fmt::format("'{}' is one word too many; try --help", word));
  const std::string name = word.substr(0, word.find('='));
  throw UsageError(fmt::format("there is no option {}{}", name, hint_for(name, options)));
}

// CLI11's words for a missing value or a second one, made plain.
[[noreturn]] void refuse_count(const CLI::App& app, const std::string& what) {
  for (const CLI::Option* option : app.get_options())
    if (option->count() > 1)
      throw UsageError(fmt::format("{}: given more than once; try --help", option->get_name()));
  const std::string name = what.substr(0, what.find_first_of(": "));
  throw UsageError(name.starts_with('-') ? name + ": needs a value; try --help"
                                         : "--" + name + ": takes no value; try --help");
}

void add_option(CLI::App& app, const Options& options, const Option& option) {
  const std::string name = "--" + option.name,
                    shown = option.heading.empty() ? "Options" : option.heading,
                    heading = option.shown_in_help ? shown : "";  // CLI11 hides what has none
  if (option.is_flag()) {
    app.add_flag_callback(
           name, [&option] { option.parse("true"); }, option.help)
        ->disable_flag_override()
        ->group(heading);
    return;
  }
  const std::string value = option.shown.empty() ? "" : fmt::format(" [{}]", option.shown);
  app.add_option_function<std::string>(
         name,
         [&options, &option](const std::string& word) {
           if (word.starts_with("--") && options.find(word.substr(2, word.find('=') - 2)))
             throw UsageError(fmt::format("--{}: needs a value; try --help", option.name));
           try {
             option.parse(word);
           } catch (const UsageError& error) {
             throw UsageError(fmt::format("{}; try --help", error.what()));
           }
         },
         option.help + value)
      ->type_name(option.type)
      ->group(heading);
}

}  // namespace

std::vector<std::string> words_in(const Options& options, int count, const char* const* arguments) {
  std::vector<std::string> words;
  for (int i = 1; i < count; ++i) {
    const std::string word = arguments[i];
    if (!word.starts_with("-")) words.push_back(word);
    const Option* option = options.find(word.substr(std::min<std::size_t>(2, word.size())));
    if (word.starts_with("-") && option && !option->is_flag()) ++i;  // its value follows
  }
  return words;
}

std::string first_word(const Options& options, int count, const char* const* arguments) {
  const std::vector<std::string> words = words_in(options, count, arguments);
  return words.empty() ? "" : words.front();
}

std::string hint_for(const std::string& name, const Options& options) {
  std::string nearest;
  std::size_t least = 4;
  for (const Option& option : options.all()) {
    const std::string known = "--" + option.name;
    const std::size_t changes = known.starts_with(name) ? 0 : nn::edit_distance(name, known);
    if (changes < least && name.size() > 3) {
      nearest = known + " or ";
      least = changes;
    }
  }
  return "; try " + nearest + "--help";
}

bool parse_command_line(const Usage& usage, const Options& options, int count,
                        const char* const* arguments) {
  CLI::App app(usage.description, usage.program);
  app.formatter(std::make_shared<Help>(usage));
  app.set_version_flag("--version", std::string("ebb ") + EBB_VERSION, "print the version");
  app.set_help_flag("-h,--help", "print this");
  std::string word, second;
  std::vector<std::string> others;
  app.add_option(usage.word, word, "")->type_name("");
  if (usage.more)
    app.add_option(usage.second, others, "")->type_name("");
  else if (!usage.second.empty())
    app.add_option(usage.second, second, "")->type_name("");
  for (const Option& option : options.all()) add_option(app, options, option);
  app.allow_extras();
  try {
    app.parse(count, arguments);
  } catch (const CLI::Success& done) {
    app.exit(done);
    return false;
  } catch (const CLI::ArgumentMismatch& error) {
    refuse_count(app, error.what());
  } catch (const CLI::ParseError& error) {
    throw UsageError(fmt::format("{}; try --help", error.what()));
  }
  if (const std::vector<std::string> extras = app.remaining(); !extras.empty())
    refuse_extra(options, extras.front());
  return true;
}

}  // namespace ebb::tools
