#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <tools/sweeps/child.hpp>

namespace ebb::tools {

namespace {

// Between fork and exec: only what is allowed after a fork of a program with threads.
[[noreturn]] void become(char* const* words, pid_t parent, int errors) {
  std::signal(SIGTERM, SIG_DFL);  // a handler of this program would swallow it
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // it ended before that
  sigset_t from_terminal;
  sigemptyset(&from_terminal);
  sigaddset(&from_terminal, SIGINT);
  sigaddset(&from_terminal, SIGHUP);
  ::sigprocmask(SIG_SETMASK, &from_terminal, nullptr);
  const int nothing = ::open("/dev/null", O_RDWR);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(nothing, STDOUT_FILENO);
  ::dup2(errors, STDERR_FILENO);
  ::execv(words[0], words);
  const char* const why = std::strerror(errno);
  static_cast<void>(::write(STDERR_FILENO, why, std::strlen(why)) + 1);
  ::_exit(127);
}

}  // namespace

Child::Child(const std::vector<std::string>& words) : errors_(temporary_file()) {
  std::vector<std::string> copies = words;
  std::vector<char*> pointers;
  for (std::string& word : copies) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const pid_t parent = ::getpid();
  sigset_t all, before;
  sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, &before);  // what comes now waits until the child can obey
  process_ = ::fork();
  if (process_ == 0) become(pointers.data(), parent, fileno(errors_.get()));
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  if (process_ < 0)
    throw std::runtime_error(fmt::format("start {}: {}", words[0], std::strerror(errno)));
}

Child::~Child() {
  if (ended()) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, &status_, 0);
}

bool Child::ended() {
  if (process_ >= 0 && ::waitpid(process_, &status_, WNOHANG) == process_) process_ = -1;
  return process_ < 0;
}

void Child::ask_to_end() {
  if (!ended()) ::kill(process_, SIGTERM);
}

std::string Child::complaint() const {
  std::string text = contents(errors_.get());
  while (text.ends_with('\n')) text.pop_back();
  text = text.substr(text.rfind('\n') + 1);  // npos + 1 is 0
  if (text.empty() && exit_code() > 128)
    return fmt::format("killed by signal {}{}", exit_code() - 128,
                       exit_code() == 128 + SIGKILL ? "; was there too little memory?" : "");
  const std::size_t colon = text.find(": ");
  return text.starts_with("tools/") && colon != text.npos ? text.substr(colon + 2) : text;
}

std::string program_beside(const std::string& name) {
  const std::string path =
      (std::filesystem::read_symlink("/proc/self/exe").parent_path() / name).string();
  if (::access(path.c_str(), X_OK) != 0)
    throw std::runtime_error(fmt::format("{} is missing; build it, as tools/sweep does", path));
  return path;
}

}  // namespace ebb::tools
