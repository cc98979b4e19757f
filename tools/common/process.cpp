#include <fmt/format.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>
#include <tools/common/clock.hpp>
#include <tools/common/process.hpp>

namespace ebb::tools {

File temporary_file(const std::string& text) {
  File file(std::tmpfile(), std::fclose);
  if (!file || std::fputs(text.c_str(), file.get()) < 0)
    throw std::runtime_error("no room for a temporary file; try another TMPDIR");
  std::rewind(file.get());
  return file;
}

std::string contents(std::FILE* file) {
  std::string text;
  std::rewind(file);
  for (int c; (c = std::fgetc(file)) != EOF;) text.push_back(static_cast<char>(c));
  return text;
}

pid_t start_program(std::vector<std::string> words, int input, int output) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  pid_t process = 0;
  const int failure =
      posix_spawnp(&process, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) throw std::runtime_error(fmt::format("{}: {}", words[0], strerror(failure)));
  return process;
}

FinishedProgram run_program(const std::vector<std::string>& words, const std::string& input) {
  const File in = temporary_file(input), out = temporary_file();
  const double begin = seconds_now();
  const pid_t process = start_program(words, fileno(in.get()), fileno(out.get()));
  int status = 0;
  rusage used = {};
  wait4(process, &status, 0, &used);
  const double seconds = seconds_now() - begin;
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), contents(out.get()),
          seconds,
          static_cast<double>(used.ru_utime.tv_sec) +
              1e-6 * static_cast<double>(used.ru_utime.tv_usec)};
}

}  // namespace ebb::tools
