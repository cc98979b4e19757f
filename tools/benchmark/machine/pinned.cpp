#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <tools/benchmark/machine/pinned.hpp>
#include <tools/benchmark/measure.hpp>

namespace ebb::tools::benchmark {
namespace {

std::vector<pid_t> threads_of(pid_t process) {
  std::vector<pid_t> threads;
  std::error_code gone;  // the process may end at any time
  for (const auto& entry :
       std::filesystem::directory_iterator(fmt::format("/proc/{}/task", process), gone))
    threads.push_back(std::stoi(entry.path().filename().string()));
  std::sort(threads.begin(), threads.end());
  return threads;
}

}  // namespace

Pinned::Pinned(pid_t process, int threads) : process_(process), threads_(threads_of(process)) {
  CPU_ZERO(&before_);
  if (threads == 1 || static_cast<int>(threads_.size()) < threads ||
      sched_getaffinity(threads_[0], sizeof before_, &before_) != 0)
    threads_.clear();
  std::vector<int> cores;
  for (int core = 0; core < CPU_SETSIZE; ++core)
    if (CPU_ISSET(core, &before_)) cores.push_back(core);
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    const std::size_t others = std::max<std::size_t>(1, cores.size() - 1);
    cpu_set_t own;
    CPU_ZERO(&own);
    CPU_SET(cores[i == 0 ? 0 : cores.size() - others + (i - 1) % others], &own);
    sched_setaffinity(threads_[i], sizeof own, &own);
  }
}

Pinned::~Pinned() {
  if (threads_.empty()) return;
  for (pid_t thread : threads_of(process_)) sched_setaffinity(thread, sizeof before_, &before_);
}

Pinned pin_own_threads(int threads) {
  way_on_threads("threads", threads, [](int) {}).calls(1);
  return Pinned(getpid(), threads);
}

}  // namespace ebb::tools::benchmark
