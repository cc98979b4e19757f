#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <stdexcept>
#include <tests/run.hpp>
#include <thread>

namespace {

double now() {
  using Clock = std::chrono::steady_clock;
  return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

std::FILE* scratch_file() {
  std::FILE* file = std::tmpfile();
  if (!file) throw std::runtime_error("run: no temporary file");
  fcntl(fileno(file), F_SETFD, FD_CLOEXEC);
  return file;
}

// pread leaves alone the position at which the program writes.
std::string contents(std::FILE* file) {
  std::string text;
  char piece[4096];
  for (ssize_t n; (n = pread(fileno(file), piece, sizeof piece, ssize_t(text.size()))) > 0;)
    text.append(piece, std::size_t(n));
  return text;
}

std::vector<std::string> changed_environment(const RunOptions& options) {
  std::vector<std::string> variables;
  for (char** entry = environ; *entry; ++entry) {
    const std::string name(*entry, std::strcspn(*entry, "="));
    if (!options.environment.contains(name)) variables.push_back(*entry);
  }
  for (const auto& [name, value] : options.environment)
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

Process::Process(const std::vector<std::string>& command, const RunOptions& options)
    : output_(scratch_file(), std::fclose),
      errors_(scratch_file(), std::fclose),
      deadline_(now() + options.seconds) {
  std::vector<std::string> words = command, variables = changed_environment(options);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, fileno(output_.get()), 1);
  posix_spawn_file_actions_adddup2(&actions, fileno(errors_.get()), 2);
  if (!options.folder.empty())
    posix_spawn_file_actions_addchdir_np(&actions, options.folder.c_str());
  const int failure = posix_spawnp(&process_, words[0].c_str(), &actions, nullptr,
                                   pointers(words).data(), pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  if (failure) {
    process_ = -1;
    throw std::runtime_error("run: " + words[0] + ": " + std::strerror(failure));
  }
}

Process::~Process() {
  if (process_ == -1) return;
  send(SIGKILL);
  waitpid(process_, nullptr, 0);
}

void Process::send(int signal) {
  if (process_ != -1) kill(process_, signal);
}

bool Process::ended() {
  if (process_ == -1) return true;
  if (now() > deadline_ && !finished_.timed_out) {
    finished_.timed_out = true;
    send(SIGKILL);
  }
  int status = 0;
  if (waitpid(process_, &status, WNOHANG) != process_) return false;
  process_ = -1;
  finished_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return true;
}

bool Process::wait_for(const std::string& text) {
  for (;;) {
    const bool over = ended();  // before the look: what it wrote last counts
    if ((contents(output_.get()) + '\n' + contents(errors_.get())).find(text) != std::string::npos)
      return true;
    if (over) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

Finished Process::finish() {
  while (!ended()) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  finished_.output = contents(output_.get());
  finished_.errors = contents(errors_.get());
  return finished_;
}

Finished run(const std::vector<std::string>& command, const RunOptions& options) {
  return Process(command, options).finish();
}
