#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <tests/run.hpp>
#include <thread>
#include <tools/common/clock.hpp>

using namespace ebb::tools;

Process::Process(const std::vector<std::string>& command, const RunOptions& options)
    : input_(temporary_file()),
      output_(temporary_file()),
      errors_(temporary_file()),
      deadline_(seconds_now() + options.seconds) {
  process_ = start_program(command, {.input = fileno(input_.get()),
                                     .output = fileno(output_.get()),
                                     .errors = fileno(errors_.get()),
                                     .folder = options.folder,
                                     .environment = options.environment});
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
  if (seconds_now() > deadline_ && !finished_.timed_out) {
    finished_.timed_out = true;
    send(SIGKILL);
  }
  int status = 0;
  if (waitpid(process_, &status, WNOHANG) != process_) return false;
  process_ = -1;
  finished_.exit_code = exit_code_of(status);
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
