#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <tensor/version.hpp>
#include <tools/benchmark/options.hpp>
#include <tools/benchmark/suites/suite.hpp>

namespace ebb::tools::benchmark {
namespace {

std::vector<std::string> split(const std::string& words) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= words.size();) {
    const std::size_t end = std::min(words.find(',', begin), words.size());
    parts.push_back(words.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::vector<int> parse_threads(const std::string& words) {
  std::vector<int> counts;
  for (const std::string& word : split(words)) {
    int count = 0;
    const char* const end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, count);
    if (error != std::errc() || stop != end || count < 1 || count > 1024)
      throw UsageError(
          fmt::format("--threads: '{}' is not a number of threads from 1 to 1024", word));
    counts.push_back(count);
  }
  return counts;
}

std::vector<std::string> parse_isas(const std::string& words) {
  const std::vector<std::string> isas = split(words);
  for (const std::string& isa : isas)
    if (isa != "sse2" && isa != "avx2" && isa != "avx512" && isa != "neon")
      throw UsageError(
          fmt::format("--isa: unknown instruction set '{}'; one of sse2, avx2, avx512", isa));
  return isas;
}

std::string list_of_suites() {
  std::string list;
  for (const Suite& suite : suites())
    list += fmt::format("\n  {:12} {}", suite.name, suite.summary);
  return list;
}

void check_plot(const Options& options) {
  if (options.svg.empty()) return;
  const auto draws = [&](const std::string& name) {
    return std::any_of(suites().begin(), suites().end(),
                       [&](const Suite& suite) { return suite.name == name && suite.draws; });
  };
  if (options.suites.size() != 1 || !draws(options.suites[0])) {
    std::string known;
    for (const Suite& suite : suites())
      if (suite.draws) known += (known.empty() ? "" : ", ") + std::string(suite.name);
    throw UsageError("--svg: name one suite that has a plot: " + known);
  }
  if (options.isas.size() > 1)
    throw UsageError("--svg: one instruction set per plot; name one in --isa");
}

}  // namespace

std::optional<Options> parse_options(int count, char** arguments) {
  Options options;
  CLI::App app("Measures Ebb: each figure beside what the machine could do and what others do.",
               "tools/bench");
  app.footer("Suites:" + list_of_suites());
  app.set_version_flag("--version", std::string("ebb ") + EBB_VERSION);
  std::string suite;
  app.add_option("suite", suite, "one of the suites below; default: all")->type_name("SUITE");
  app.add_option_function<std::string>(
         "--threads", [&](const std::string& words) { options.threads = parse_threads(words); },
         "numbers of threads [1 and one per core]")
      ->type_name("N[,N…]");
  app.add_option_function<std::string>(
         "--isa", [&](const std::string& words) { options.isas = parse_isas(words); },
         "instruction sets: sse2, avx2, avx512 [the best]")
      ->type_name("NAME[,NAME…]");
  app.add_option("--json", options.json, "write what was found to a file")->type_name("FILE");
  app.add_option("--svg", options.svg, "draw the suite's plot to a file")->type_name("FILE");
  app.add_option("--frameworks", options.frameworks,
                 "Python programs whose torch, keras or jax runs the same training (train)")
      ->type_name("PYTHON…");
  app.add_option("--twins", options.twins,
                 "the folder of the frameworks' scripts [../shared/peers beside the sources]")
      ->type_name("DIR");
  app.add_option("--only", options.only, "lines whose name holds this text (gemm, elementwise)")
      ->type_name("TEXT");
  app.add_flag("--quick", options.quick, "small sizes, few rounds: does it all run?");
  try {
    app.parse(count, arguments);
  } catch (const CLI::Success& asked) {
    app.exit(asked);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    throw UsageError(error.what());
  }
  for (const Suite& known : suites())
    if (suite.empty() || suite == known.name) options.suites.push_back(known.name);
  if (options.suites.empty()) {
    std::string known;
    for (const Suite& each : suites())
      known += (known.empty() ? "" : ", ") + std::string(each.name);
    throw UsageError(fmt::format("unknown suite '{}'; one of {}", suite, known));
  }
  for (const char* name : {"--json", "--svg"})
    if (app.get_option(name)->count() > 0 && app.get_option(name)->as<std::string>().empty())
      throw UsageError(fmt::format("{}: an empty name", name));
  check_plot(options);
  return options;
}

}  // namespace ebb::tools::benchmark
