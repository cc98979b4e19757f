#include <fcntl.h>
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

namespace {

std::vector<std::string> changed(
    const std::map<std::string, std::optional<std::string>>& environment) {
  std::vector<std::string> variables;
  for (char** entry = environ; *entry; ++entry)
    if (!environment.contains(std::string(*entry, std::strcspn(*entry, "="))))
      variables.push_back(*entry);
  for (const auto& [name, value] : environment)
    if (value) variables.push_back(name + "=" + *value);
  return variables;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> result;
  for (std::string& word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

}  // namespace

File temporary_file(const std::string& text) {
  File file(std::tmpfile(), std::fclose);
  if (!file || std::fputs(text.c_str(), file.get()) < 0)
    throw std::runtime_error("no room for a temporary file; try another TMPDIR");
  std::rewind(file.get());
  fcntl(fileno(file.get()), F_SETFD, FD_CLOEXEC);
  return file;
}

// pread leaves alone the position at which the program writes.
std::string contents(std::FILE* file) {
  std::fflush(file);
  std::string text;
  char piece[4096];
  for (ssize_t n;
       (n = pread(fileno(file), piece, sizeof piece, static_cast<off_t>(text.size()))) > 0;)
    text.append(piece, static_cast<std::size_t>(n));
  return text;
}

pid_t start_program(std::vector<std::string> words, const Surroundings& around) {
  std::vector<std::string> variables = changed(around.environment);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, around.input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, around.output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, around.errors, STDERR_FILENO);
  if (!around.folder.empty()) posix_spawn_file_actions_addchdir_np(&actions, around.folder.c_str());
  pid_t process = 0;
  const int failure = posix_spawnp(&process, words[0].c_str(), &actions, nullptr,
                                   pointers(words).data(), pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) throw std::runtime_error(fmt::format("{}: {}", words[0], strerror(failure)));
  return process;
}

int exit_code_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

FinishedProgram run_program(const std::vector<std::string>& words, const std::string& input) {
  const File in = temporary_file(input), out = temporary_file();
  const double begin = seconds_now();
  const pid_t process =
      start_program(words, {.input = fileno(in.get()), .output = fileno(out.get())});
  int status = 0;
  rusage used = {};
  wait4(process, &status, 0, &used);
  const double seconds = seconds_now() - begin;
  return {exit_code_of(status), contents(out.get()), seconds,
          static_cast<double>(used.ru_utime.tv_sec) +
              1e-6 * static_cast<double>(used.ru_utime.tv_usec)};
}

}  // namespace ebb::tools
