// What a user waits for: compiling a program, starting tools/train; and what lies on the disk.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <tools/benchmark/machine/process.hpp>
#include <tools/benchmark/places.hpp>
#include <tools/benchmark/suites/suites.hpp>

namespace ebb::tools::benchmark {
namespace {

// The first page of C++ in the README: a program that trains a model.
std::string program_in_readme() {
  std::ifstream file(std::string(source_folder) + "/README.md");
  std::string program;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (inside && line == "```") return program;
    if (inside) program += line + "\n";
    inside = inside || line == "```cpp";
  }
  throw std::runtime_error("build: README.md holds no program in C++");
}

const char* const standard_headers =
    "#include <functional>\n#include <map>\n#include <memory>\n#include <string>\n"
    "#include <vector>\nint main() {}\n";

// A source file that goes when it is done with.
class SourceFile final {
 public:
  explicit SourceFile(const std::string& text)
      : path_(std::filesystem::temp_directory_path() /
              fmt::format("ebb-bench-{}-{:x}.cpp", getpid(), std::hash<std::string>{}(text))) {
    if (!(std::ofstream(path_) << text)) throw std::runtime_error("cannot write " + path_.string());
  }
  ~SourceFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  SourceFile(const SourceFile&) = delete;
  SourceFile& operator=(const SourceFile&) = delete;
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

// Its turns take the processor's time; a cache of compiled files would answer for the compiler.
Way compiling(const char* name, const SourceFile& source) {
  std::vector<std::string> command = compiler;
  for (const char* word :
       {"-std=c++20", "-O2", "-c", "-o", "/dev/null", "-I", source_folder, "-I", build_folder})
    command.push_back(word);
  command.push_back(source.path());
  return {name, [name, command](std::int64_t calls) {
            double seconds = 0;
            for (std::int64_t i = 0; i < calls; ++i) {
              const Finished finished = run_program(command, {"CCACHE_DISABLE=1"});
              if (finished.status != 0)
                throw std::runtime_error(fmt::format("build: {} does not compile", name));
              seconds += finished.user_seconds;
            }
            return seconds;
          }};
}

void report_compiling(Context& context) {
  context.report.begin_table(
      "compiling at -O2, the processor's time",
      {{"program", 0, 20}, {"lines", 0}, {"s", 2}, {"median s", 2}, {"ratio", 2}});
  const std::string program = program_in_readme();
  const SourceFile source(program), headers(standard_headers);
  Effort effort = context.effort;
  effort.rounds = context.options.quick ? 1 : 5, effort.seconds = 0;
  const auto times = measure(
      {compiling("five standard headers", headers), compiling("the README's program", source)},
      effort);
  const auto lines = [](const std::string& text) {
    return static_cast<std::int64_t>(std::count(text.begin(), text.end(), '\n'));
  };
  context.report.add({std::string("standard headers"), lines(standard_headers), times[0].minimum,
                      times[0].median, 1.0});
  context.report.add({std::string("the README's program"), lines(program), times[1].minimum,
                      times[1].median, times[1].minimum / times[0].minimum});
}

void report_sizes(Context& context) {
  context.report.begin_table("bytes on the disk", {{"file", 0, 20}, {"MB", 2}});
  for (const char* name : {"libebb.a", "tools/ebb-train"}) {
    std::error_code error;
    const auto bytes = std::filesystem::file_size(std::string(build_folder) + "/" + name, error);
    if (error) throw std::runtime_error(fmt::format("build: no {} beside this program", name));
    context.report.add({std::string(name), 1e-6 * static_cast<double>(bytes)});
  }
}

void report_start(Context& context) {
  context.report.begin_table("start and end of tools/train --version",
                             {{"program", 0, 20}, {"ms", 2}, {"median ms", 2}});
  const std::string program = std::string(build_folder) + "/tools/ebb-train";
  const Way start = {"tools/train --version", [&](std::int64_t calls) {
                       double seconds = 0;
                       for (std::int64_t i = 0; i < calls; ++i)
                         seconds += run_program({program, "--version"}).seconds;
                       return seconds;
                     }};
  const auto times = measure({start}, context.effort);
  context.report.add({std::string("tools/train"), 1e3 * times[0].minimum, 1e3 * times[0].median});
}

}  // namespace

void run_build(Context& context) {
  report_compiling(context);
  report_sizes(context);
  report_start(context);
}

}  // namespace ebb::tools::benchmark
