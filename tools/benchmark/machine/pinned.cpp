#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
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

std::vector<int> cores_of(pid_t thread) {
  cpu_set_t set;
  CPU_ZERO(&set);
  sched_getaffinity(thread, sizeof set, &set);
  std::vector<int> cores;
  for (int core = 0; core < CPU_SETSIZE; ++core)
    if (CPU_ISSET(core, &set)) cores.push_back(core);
  return cores;
}

void let_run_on(pid_t thread, const int* begin, const int* end) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int* core = begin; core != end; ++core) CPU_SET(*core, &set);
  sched_setaffinity(thread, sizeof set, &set);
}

}  // namespace

Pinned::Pinned(pid_t process, int threads) : process_(process), threads_(threads_of(process)) {
  if (threads == 1 || static_cast<int>(threads_.size()) < threads) threads_.clear();
  if (!threads_.empty()) cores_ = cores_of(threads_[0]);
  if (cores_.empty()) threads_.clear();
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    const std::size_t others = std::max<std::size_t>(1, cores_.size() - 1);
    const int* const core = &cores_[i == 0 ? 0 : cores_.size() - others + (i - 1) % others];
    let_run_on(threads_[i], core, core + 1);
  }
}

Pinned::~Pinned() {
  if (threads_.empty()) return;
  for (pid_t thread : threads_of(process_))
    let_run_on(thread, cores_.data(), cores_.data() + cores_.size());
}

Pinned pin_own_threads(int threads) {
  way_on_threads("threads", threads, [](int) {}).calls(1);
  return Pinned(getpid(), threads);
}

}  // namespace ebb::tools::benchmark
