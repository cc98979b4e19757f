#include <fmt/format.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tools/benchmark/suites/suites.hpp>

namespace ebb::tools::benchmark {

const std::vector<Suite>& suites() {
  static const std::vector<Suite> all = {
      {"peak", "multiply-adds and bytes that the machine can do per second", run_peak},
      {"gemm", "matrix products, against the naive loop and other libraries", run_gemm},
      {"elementwise", "formulas, reductions, copies, random numbers, against memory and xsimd",
       run_elementwise},
      {"ladder", "a matrix product, from three loops to all threads", run_ladder, true, true},
      {"roofline", "work against the roof that its bytes and operations set", run_roofline, true,
       true},
      {"tape", "what recording costs: an operation, and a training step against one by hand",
       run_tape},
      {"train", "seconds per epoch: tools/train against by hand, the roof, other frameworks",
       run_train},
      {"memory", "bytes of a training step, and what it asks the system for", run_memory},
      {"build", "compiling a user's program, sizes, starting tools/train", run_build, false, true},
  };
  return all;
}

namespace {

Effort effort_of(const Options& options, int threads) {
  Effort effort;
  if (threads > 1) effort.warm_up = 0.006;  // so long a thread that slept may take to join in
  if (options.quick) effort.rounds = 2, effort.seconds = effort.warm_up = 2e-5;
  return effort;
}

void run_here(const Options& options, Report& report) {
  std::vector<int> counts = options.threads;
  if (counts.empty()) {
    counts = {1};
    if (ebb::threads() > 1) counts.push_back(ebb::threads());
  }
  for (const std::string& name : options.suites)
    for (const Suite& suite : suites())
      if (suite.name == name)
        for (int count : counts) {
          if (suite.once && count != *std::max_element(counts.begin(), counts.end())) continue;
          ebb::set_threads(count);
          Context context = {options, effort_of(options, count), ebb::kernels_in_use().name, count,
                             report};
          report.enter(name, context.isa, count);
          suite.run(context);
        }
}

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

std::string contents(std::FILE* file) {
  std::string text;
  std::rewind(file);
  for (int c; (c = std::fgetc(file)) != EOF;) text.push_back(static_cast<char>(c));
  return text;
}

// Runs in a child, so that the next instruction set can be chosen afresh. The child leaves its
// tables, or what went wrong, in a file.
nlohmann::ordered_json run_in_child(const Options& options, std::FILE* out) {
  const File file(std::tmpfile(), std::fclose);
  if (!file) throw std::runtime_error("no temporary file");
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("no process for another instruction set");
  if (child == 0) {
    nlohmann::ordered_json answer;
    try {
      Report report(out);
      run_here(options, report);
      answer = report.json();
    } catch (const UsageError& error) {
      answer = {{"wrong usage", error.what()}};
    } catch (const std::exception& error) {
      answer = {{"failure", error.what()}};
    }
    const std::string text = answer.dump();
    std::fwrite(text.data(), 1, text.size(), file.get());
    std::fflush(nullptr);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  const auto answer = nlohmann::ordered_json::parse(contents(file.get()), nullptr, false);
  if (answer.is_discarded()) throw std::runtime_error("a suite ended before its time");
  if (answer.contains("wrong usage")) throw UsageError(answer["wrong usage"]);
  if (answer.contains("failure")) throw std::runtime_error(answer["failure"]);
  return answer;
}

}  // namespace

void run_suites(const Options& options, Report& report) {
  if (options.isas.empty()) return run_here(options, report);
  for (const std::string& isa : options.isas) {
    setenv("EBB_ISA", isa.c_str(), 1);
    if (options.isas.size() == 1) return run_here(options, report);
    report.take(run_in_child(options, report.out()));
  }
}

}  // namespace ebb::tools::benchmark
