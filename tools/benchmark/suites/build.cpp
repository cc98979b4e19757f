// What a user waits for: compiling a program, starting tools/train; and what lies on the disk.
#include <algorithm>
#include <filesystem>
#include <nn/files/file.hpp>
#include <tools/benchmark/places.hpp>
#include <tools/benchmark/suites/suite.hpp>
#include <tools/common/process.hpp>

namespace ebb::tools::benchmark {
namespace {

// The first page of C++ in the README: a program that trains a model.
std::string program_in_readme() {
  const std::string text = nn::read_file(source_folder + "/README.md");
  const std::string fence = "```cpp\n";
  const std::size_t begin = text.find(fence), end = text.find("\n```\n", begin);
  if (end == std::string::npos) throw std::runtime_error("build: README.md holds no C++ program");
  return text.substr(begin + fence.size(), end + 1 - begin - fence.size());
}

const char* const standard_headers =
    "#include <functional>\n#include <map>\n#include <memory>\n#include <string>\n"
    "#include <vector>\nint main() {}\n";

// A way that takes so much of one of its times.
Way running(const std::string& name, double FinishedProgram::*time,
            const std::vector<std::string>& words, const std::string& input = "") {
  return {name, [=](std::int64_t calls) {
            double seconds = 0;
            for (std::int64_t i = 0; i < calls; ++i) {
              const FinishedProgram finished = run_program(words, input);
              if (finished.status != 0)
                throw std::runtime_error(
                    fmt::format("build: {} ends with status {}", name, finished.status));
              seconds += finished.*time;
            }
            return seconds;
          }};
}

// A cache of compiled files would answer for the compiler.
Way compiling(const std::string& name, const std::string& program) {
  std::vector<std::string> command = {"env", "CCACHE_DISABLE=1"};
  command.insert(command.end(), compiler.begin(), compiler.end());
  command.insert(command.end(), {"-std=c++20", "-O2", "-c", "-o", "/dev/null", "-I", source_folder,
                                 "-I", build_folder, "-x", "c++", "-"});
  return running(name, &FinishedProgram::user_seconds, command, program);
}

void report_compiling(Context& context) {
  context.report.begin_table("compiling at -O2, the processor's time",
                             {"program", "lines", "s", "median s", "ratio"});
  const std::string names[] = {"standard headers", "the README's program"};
  const std::string programs[] = {standard_headers, program_in_readme()};
  Effort effort = context.effort;
  effort.rounds = context.options.quick ? 1 : 5, effort.seconds = 0;
  const auto times =
      measure({compiling(names[0], programs[0]), compiling(names[1], programs[1])}, effort);
  for (std::size_t i = 0; i < 2; ++i)
    context.report.add({names[i],
                        std::int64_t{std::count(programs[i].begin(), programs[i].end(), '\n')},
                        times[i].minimum, times[i].median, times[i].minimum / times[0].minimum});
}

void report_sizes(Context& context) {
  context.report.begin_table("bytes on the disk", {"file", "MB"});
  for (const std::string name : {"libebb.a", "tools/ebb-train"}) {
    std::error_code error;
    const auto bytes = std::filesystem::file_size(build_folder + "/" + name, error);
    if (error) throw std::runtime_error(fmt::format("build: no {} beside this program", name));
    context.report.add({name, 1e-6 * static_cast<double>(bytes)});
  }
}

void report_start(Context& context) {
  context.report.begin_table("start and end of tools/train --version",
                             {"program", "ms", "median ms"});
  const std::string name = "tools/train", program = build_folder + "/tools/ebb-train";
  const Way way = running(name, &FinishedProgram::seconds, {program, "--version"});
  const Timing time = measure({way}, context.effort)[0];
  context.report.add({name, 1e3 * time.minimum, 1e3 * time.median});
}

}  // namespace

void run_build(Context& context) {
  report_compiling(context);
  report_sizes(context);
  report_start(context);
}

}  // namespace ebb::tools::benchmark
