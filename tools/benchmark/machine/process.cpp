#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <tools/benchmark/machine/process.hpp>
#include <tools/benchmark/measure.hpp>

namespace ebb::tools::benchmark {
namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> result;
  for (std::string& word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> environment_with(std::vector<std::string> variables) {
  const std::size_t added = variables.size();
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string name(*entry, std::strcspn(*entry, "=") + 1);
    if (std::none_of(variables.begin(), variables.begin() + static_cast<std::ptrdiff_t>(added),
                     [&](const std::string& variable) { return variable.starts_with(name); }))
      variables.push_back(*entry);
  }
  return variables;
}

std::string contents(std::FILE* file) {
  std::string text;
  std::rewind(file);
  for (int c; (c = std::fgetc(file)) != EOF;) text.push_back(static_cast<char>(c));
  return text;
}

}  // namespace

Finished run_program(const std::vector<std::string>& command,
                     const std::vector<std::string>& variables) {
  const File output(std::tmpfile(), std::fclose);
  if (!output) throw std::runtime_error("no temporary file");
  std::vector<std::string> words = command, environment = environment_with(variables);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, fileno(output.get()), 1);
  pid_t process = 0;
  const double begin = seconds_now();
  const int failure = posix_spawnp(&process, words.at(0).c_str(), &actions, nullptr,
                                   pointers(words).data(), pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0)
    throw std::runtime_error(fmt::format("{}: {}", command[0], std::strerror(failure)));
  int status = 0;
  rusage used = {};
  wait4(process, &status, 0, &used);
  const double user =
      static_cast<double>(used.ru_utime.tv_sec) + 1e-6 * static_cast<double>(used.ru_utime.tv_usec);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), contents(output.get()),
          seconds_now() - begin, user};
}

}  // namespace ebb::tools::benchmark
