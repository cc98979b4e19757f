#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <nn/data/prefetch.hpp>
#include <optional>
#include <system_error>
#include <thread>

namespace ebb::nn {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

// One batch is on order at most: from when its step is set until it was fetched.
struct Prefetch::Worker {
  explicit Worker(Epoch whole) : epoch(std::move(whole)) {}

  void run() {
    std::unique_lock lock(mutex);
    for (;;) {
      changed.wait(lock, [&] { return ends || (step && !ready); });
      if (ends) return;
      const std::int64_t wanted = *step;
      lock.unlock();
      try {
        made = epoch.batch(wanted);
      } catch (...) {
        failure = std::current_exception();
      }
      lock.lock();
      ready = true;
      changed.notify_all();
    }
  }

  // Waits for the batch on order, if there is one, and takes it when it is the one that is wanted.
  std::optional<Batch> fetch(std::int64_t wanted) {
    std::unique_lock lock(mutex);
    if (!step) return std::nullopt;
    changed.wait(lock, [&] { return ready; });
    const bool right = *step == wanted;
    step.reset();
    ready = false;
    const std::exception_ptr failed = std::exchange(failure, nullptr);
    Batch batch = std::exchange(made, {});
    if (!right) return std::nullopt;
    if (failed) std::rethrow_exception(failed);
    return batch;
  }

  void order(std::int64_t next) {
    if (next >= epoch.steps() || !has_thread()) return;
    const std::lock_guard lock(mutex);
    step = next;
    changed.notify_all();
  }

  bool has_thread() {
    if (thread.joinable() || refused) return !refused;
    try {
      thread = std::thread([this] { run(); });
    } catch (const std::system_error&) {
      refused = true;
    }
    return !refused;
  }

  const Epoch epoch;
  double waited = 0;
  bool refused = false;  // the system has no thread
  std::thread thread;

  std::mutex mutex;  // guards all below; made and failure are the thread's until ready
  std::condition_variable changed;
  std::optional<std::int64_t> step;
  bool ready = false, ends = false;
  Batch made;
  std::exception_ptr failure;
};

Prefetch::Prefetch(Epoch epoch) : worker_(std::make_unique<Worker>(std::move(epoch))) {}

Prefetch::~Prefetch() {
  if (!worker_->thread.joinable()) return;
  {
    const std::lock_guard lock(worker_->mutex);
    worker_->ends = true;
    worker_->changed.notify_all();
  }
  worker_->thread.join();
}

std::int64_t Prefetch::steps() const { return worker_->epoch.steps(); }

Batch Prefetch::batch(std::int64_t step) {
  const Clock::time_point start = Clock::now();
  std::optional<Batch> batch = worker_->fetch(step);
  if (!batch) batch = worker_->epoch.batch(step);
  worker_->waited += seconds_since(start);
  worker_->order(step + 1);
  return std::move(*batch);
}

double Prefetch::seconds_waited() const { return worker_->waited; }

}  // namespace ebb::nn
