#include <CLI/CLI.hpp>
#include <algorithm>
#include <tensor/version.hpp>
#include <tools/benchmark/suites/suite.hpp>

namespace ebb::tools::benchmark {
namespace {

std::vector<std::string> names_of_suites(bool drawing) {
  std::vector<std::string> names;
  for (const Suite& suite : suites())
    if (suite.draws || !drawing) names.push_back(suite.name);
  return names;
}

void check_plot(const Options& options) {
  const std::vector<std::string> drawing = names_of_suites(true);
  if (options.suites.size() != 1 ||
      std::find(drawing.begin(), drawing.end(), options.suites[0]) == drawing.end())
    throw UsageError(
        fmt::format("--svg: name one suite that has a plot: {}", fmt::join(drawing, ", ")));
  if (options.isas.size() > 1)
    throw UsageError("--svg: one instruction set per plot; name one in --isa");
}

// The parser of the command line would pass over an empty element of a list.
void check_list(const std::string& name, const std::string& before, const std::string& word) {
  const bool attached = word.starts_with(name + "=");
  const std::string list = attached ? word.substr(name.size() + 1) : word;
  if ((attached || before == name) && ("," + list + ",").find(",,") != std::string::npos)
    throw UsageError(
        fmt::format("{}: '{}' has an empty element; a comma stands between two", name, list));
}

}  // namespace

std::optional<Options> parse_options(int count, char** arguments) {
  Options options;
  CLI::App app("Measures Ebb: each figure beside what the machine could do and what others do.",
               "tools/bench");
  std::string list = "Suites:";
  for (const Suite& each : suites()) list += fmt::format("\n  {:12} {}", each.name, each.summary);
  app.footer(list);
  app.set_version_flag("--version", std::string("ebb ") + EBB_VERSION);
  app.add_option("suite", options.suites, "one of the suites below; default: all")
      ->type_name("SUITE")
      ->expected(0, 1)
      ->check(CLI::IsMember(names_of_suites(false)));
  const auto add_list = [&](const char* name, auto& all, const char* help) {
    return app.add_option(name, all, help)->delimiter(',')->allow_extra_args(false);
  };
  add_list("--threads", options.threads, "numbers of threads [1 and one per core]")
      ->type_name("N[,N…]")
      ->check(CLI::Range(1, 1024));
  add_list("--isa", options.isas, "instruction sets: sse2, avx2, avx512 [the best]")
      ->type_name("NAME[,NAME…]")
      ->check(CLI::IsMember({"sse2", "avx2", "avx512", "neon"}));
  const auto add_file = [&](const char* name, std::string& file, const char* help) {
    app.add_option(name, file, help)->type_name("FILE")->take_last()->check([](const auto& path) {
      return std::string(path.empty() ? "an empty name" : "");
    });
  };
  add_file("--json", options.json, "write what was found to a file");
  add_file("--svg", options.svg, "draw the suite's plot to a file");
  app.add_option("--frameworks", options.frameworks,
                 "Python programs whose torch, keras or jax runs the same training (train)")
      ->type_name("PYTHON…");
  app.add_option("--twins", options.twins,
                 "the folder of the frameworks' scripts [../shared/peers beside the sources]")
      ->type_name("DIR");
  app.add_option("--only", options.only, "lines whose name holds this text (gemm, elementwise)")
      ->type_name("TEXT");
  app.add_flag("--quick", options.quick, "small sizes, few rounds: does it all run?");
  for (int i = 1; i < count; ++i)
    for (const char* name : {"--threads", "--isa"})
      check_list(name, arguments[i - 1], arguments[i]);
  try {
    app.parse(count, arguments);
  } catch (const CLI::Success& asked) {
    app.exit(asked);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    throw UsageError(error.what());
  }
  if (options.suites.empty()) options.suites = names_of_suites(false);
  if (!options.svg.empty()) check_plot(options);
  return options;
}

}  // namespace ebb::tools::benchmark
