#include <fmt/format.h>
#include <sched.h>

#include <csignal>
#include <tensor/error.hpp>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tools/common/terminal.hpp>
#include <tools/training/datasets.hpp>
#include <tools/training/program.hpp>
#include <tools/training/trainer.hpp>

namespace ebb::tools {

int run_main(const std::string& program, const std::function<int()>& body) {
  open_closed_streams();
  std::signal(SIGPIPE, SIG_IGN);  // what nobody reads is lost; the results are in the folder
  try {
    return body();
  } catch (const UsageError& error) {
    return say(program, error.what(), exit_code::wrong_usage);
  } catch (const DataError& error) {
    return say(program, error.what(), exit_code::bad_data);
  } catch (const Diverged& error) {
    return say(program, error.what(), exit_code::diverged);
  } catch (const Interrupted& error) {
    return say(program, error.what(), exit_code::interrupted);
  } catch (const std::bad_alloc&) {
    return say(program, "memory: the system has no more; try smaller images or a smaller --limit",
               exit_code::failed);
  } catch (const std::exception& error) {
    return say(program, error.what(), exit_code::failed);
  }
}

void check_instruction_set() {
  try {
    kernels_in_use();
  } catch (const Error& error) {
    throw UsageError(error.what());
  }
}

void start_threads(const std::string& program, std::int64_t wanted, bool quiet) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  if (wanted > 0)
    set_threads(static_cast<int>(wanted));
  else if (sched_getaffinity(0, sizeof cores, &cores) == 0)
    wanted = CPU_COUNT(&cores);
  const int have = threads();
  if (have < wanted && !quiet)
    say(program,
        fmt::format("threads: the system allows {} of {} (ulimit -u, ulimit -v); going on with {}",
                    have, wanted, have),
        exit_code::done);
}

void begin_work(const std::string& program, std::int64_t threads, bool quiet) {
  check_instruction_set();
  listen_to_signals(interruptions);
  std::signal(SIGXFSZ, SIG_IGN);
  start_threads(program, threads, quiet);
}

}  // namespace ebb::tools
