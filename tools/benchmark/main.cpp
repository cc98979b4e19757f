// tools/bench: measures Ebb against the machine it runs on and against other libraries.
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <tools/benchmark/suites/suite.hpp>
#include <tools/common/process.hpp>
#include <tools/common/terminal.hpp>

namespace ebb::tools::benchmark {
namespace {

void write(const std::string& path, const std::string& text, std::ios::openmode mode) {
  if (path.empty()) return;
  std::ofstream file(path, mode);
  if (!(file << text) || !file.flush()) throw std::runtime_error("cannot write " + path);
}

// The same command line in a process of its own, for one instruction set. Returns its exit code.
int run_for(const std::string& isa, const std::string& isas, int count, char** arguments,
            Report& report) {
  const File found = temporary_file();
  std::vector<std::string> words(arguments, arguments + count);
  words[0] = "/proc/self/exe";
  for (std::string& word : words)  // "--isa avx2,avx512" or "--isa=avx2,avx512"
    if (word.ends_with(isas)) word.replace(word.size() - isas.size(), isas.size(), isa);
  words.insert(words.end(),
               {"--json", fmt::format("/proc/{}/fd/{}", getpid(), fileno(found.get()))});
  int status = 0;
  waitpid(start_program(words), &status, 0);
  if (!WIFEXITED(status)) throw std::runtime_error("a suite ended before its time");
  if (WEXITSTATUS(status) == exit_code::done)
    report.take(nlohmann::ordered_json::parse(contents(found.get())));
  return WEXITSTATUS(status);
}

int run(int count, char** arguments) {
  const std::optional<Options> options = parse_options(count, arguments);
  if (!options) return exit_code::done;
  for (const std::string& path : {options->json, options->svg})
    write(path, "", std::ios::app);  // rather complain now than after an hour
  Report report(stdout);
  if (options->isas.size() <= 1) {
    run_suites(*options, report);
  } else {
    const std::string isas = fmt::format("{}", fmt::join(options->isas, ","));
    for (const std::string& isa : options->isas)
      if (const int code = run_for(isa, isas, count, arguments, report)) return code;
  }
  write(options->json, report.json().dump(1) + "\n", std::ios::trunc);
  write(options->svg, report.picture(), std::ios::trunc);
  return exit_code::done;
}

}  // namespace
}  // namespace ebb::tools::benchmark

int main(int count, char** arguments) {
  using namespace ebb::tools;
  try {
    return benchmark::run(count, arguments);
  } catch (const UsageError& error) {
    return say("tools/bench", std::string(error.what()) + "; try --help", exit_code::wrong_usage);
  } catch (const std::exception& error) {
    return say("tools/bench", error.what(), exit_code::failed);
  }
}
