// tools/bench: measures Ebb against the machine it runs on and against other libraries.
#include <fmt/format.h>

#include <fstream>
#include <nn/files/printable.hpp>
#include <stdexcept>
#include <tools/benchmark/suites/suite.hpp>

namespace {

enum Exit { done = 0, failed = 1, wrong_usage = 2 };

int say(const std::string& what, int status) {
  fmt::print(stderr, "tools/bench: {}\n", ebb::nn::printable(what));
  return status;
}

void write(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  if (!(file << text) || !file.flush()) throw std::runtime_error("cannot write " + path);
}

int run(int count, char** arguments) {
  const std::optional<ebb::tools::benchmark::Options> options =
      ebb::tools::benchmark::parse_options(count, arguments);
  if (!options) return done;
  for (const std::string& path : {options->json, options->svg})  // rather now than after an hour
    if (!path.empty() && !std::ofstream(path, std::ios::app))
      throw std::runtime_error("cannot write " + path);
  ebb::tools::benchmark::Report report(stdout);
  ebb::tools::benchmark::run_suites(*options, report);
  if (!options->json.empty()) write(options->json, report.json().dump(1) + "\n");
  if (!options->svg.empty()) write(options->svg, report.picture());
  return done;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    return run(count, arguments);
  } catch (const ebb::tools::benchmark::UsageError& error) {
    return say(std::string(error.what()) + "; try --help", wrong_usage);
  } catch (const std::exception& error) {
    return say(error.what(), failed);
  }
}
