// Running programs from tests: arguments, environment, folder, signals, a limit in time.
#pragma once

#include <tools/common/process.hpp>

struct RunOptions {
  std::string folder;                                             // where it runs; empty: here
  std::map<std::string, std::optional<std::string>> environment;  // changes; nullopt unsets
  double seconds = 120;                                           // then it is killed
};

struct Finished {
  int exit_code = 0;  // 128 + the signal that killed it, as a shell counts
  bool timed_out = false;
  std::string output, errors;
};

// A running program. Its output goes to files, so it never waits for a reader.
class Process final {
 public:
  // The first word is looked up in PATH. Throws std::runtime_error when it cannot be started.
  explicit Process(const std::vector<std::string>& command, const RunOptions& options = {});
  ~Process();  // kills it when it still runs
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Waits until stdout or stderr holds the text: false when it ends, or its time does, before that.
  bool wait_for(const std::string& text);
  void send(int signal);
  Finished finish();

 private:
  bool ended();  // looks once; kills it when its time is up

  ebb::tools::File input_, output_, errors_;
  pid_t process_ = -1;
  double deadline_;
  Finished finished_;
};

// Starts a program and waits for its end.
Finished run(const std::vector<std::string>& command, const RunOptions& options = {});
