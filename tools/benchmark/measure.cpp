#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <filesystem>
#include <tensor/machine/parallel.hpp>
#include <thread>
#include <tools/benchmark/measure.hpp>

namespace ebb::tools::benchmark {
namespace {

// How many calls take about as long as a turn.
std::int64_t calls_of_a_turn(const Way& way, const Effort& effort) {
  std::int64_t calls = 1;
  for (;;) {
    const double taken = way.calls(calls);
    if (!(taken <= effort.longest_call * static_cast<double>(calls)))
      throw std::runtime_error(
          fmt::format("{}: one call takes {:.3g} s", way.name, taken / static_cast<double>(calls)));
    const double missing = effort.seconds / std::max(taken, 1e-9);
    if (missing < 4 || calls > 1'000'000'000)
      return std::max<std::int64_t>(1, std::llround(static_cast<double>(calls) * missing));
    calls = static_cast<std::int64_t>(static_cast<double>(calls) * std::clamp(missing, 2.0, 50.0));
  }
}

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

Way way_on_threads(std::string name, int threads, std::function<void(int)> work) {
  return {name, [name, threads, work = std::move(work)](std::int64_t calls) {
            if (threads > ebb::threads())
              throw std::runtime_error(
                  fmt::format("{}: {} threads of {}", name, threads, ebb::threads()));
            std::atomic<int> missing{threads};
            std::vector<double> seconds(static_cast<std::size_t>(threads));
            ebb::parallel_for(threads, 1, [&](std::int64_t thread, std::int64_t) {
              missing.fetch_sub(1);
              const double arrival = seconds_now();
              for (int left; (left = missing.load()) > 0; std::this_thread::yield())
                if (seconds_now() - arrival > 10 &&
                    missing.compare_exchange_strong(left, left + threads))  // never 0 from now on
                  throw std::runtime_error(
                      fmt::format("{}: fewer than {} threads take part", name, threads));
              const double begin = seconds_now();
              for (std::int64_t i = 0; i < calls; ++i) work(static_cast<int>(thread));
              seconds[static_cast<std::size_t>(thread)] = seconds_now() - begin;
            });
            return *std::max_element(seconds.begin(), seconds.end());
          }};
}

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

void take_turns(const std::vector<Way>& ways, const Effort& effort, Turns& turns) {
  std::vector<std::int64_t> calls;
  for (const Way& way : ways) calls.push_back(calls_of_a_turn(way, effort));
  turns.resize(ways.size());
  for (int round = 0; round < effort.rounds; ++round)
    for (std::size_t turn = 0; turn < ways.size(); ++turn) {
      const std::size_t i = (turn + static_cast<std::size_t>(round)) % ways.size();
      const double warm = effort.seconds > 0 ? effort.warm_up / effort.seconds : 0;
      const auto first = std::llround(warm * static_cast<double>(calls[i]));
      if (first > 0) ways[i].calls(calls[i] > 1 ? first : 1);  // a turn of one call may last long
      turns[i].push_back(ways[i].calls(calls[i]) / static_cast<double>(calls[i]));
    }
}

std::vector<Timing> timings(const Turns& turns) {
  std::vector<Timing> times;
  for (const std::vector<double>& each : turns)
    times.push_back({*std::min_element(each.begin(), each.end()), median(each),
                     *std::max_element(each.begin(), each.end())});
  return times;
}

std::vector<Timing> measure(const std::vector<Way>& ways, const Effort& effort) {
  Turns turns;
  take_turns(ways, effort, turns);
  return timings(turns);
}

double median(std::vector<double> values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

double geometric_mean(const std::vector<double>& values) {
  double sum = 0;
  for (double value : values) sum += std::log(value);
  return std::exp(sum / static_cast<double>(values.size()));
}

}  // namespace ebb::tools::benchmark
