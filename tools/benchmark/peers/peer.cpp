// The main of every peer: reads requests from standard input and answers each with a line.
//     shape M N K A_TRANSPOSED B_TRANSPOSED    computes it once, answers with the check sum
//     calls N                                  computes it so often, answers with the seconds
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <tools/benchmark/peers/peer.hpp>

namespace {

using namespace ebb::tools::benchmark;

struct Free {
  void operator()(float* block) const { std::free(block); }
};
using Floats = std::unique_ptr<float, Free>;

// On huge pages, like the tensors that they are compared with.
Floats floats(std::int64_t n) {
  constexpr std::size_t page = std::size_t{2} << 20;
  const std::size_t bytes = (static_cast<std::size_t>(n) * sizeof(float) + page - 1) / page * page;
  void* const block = std::aligned_alloc(page, bytes);
  madvise(block, bytes, MADV_HUGEPAGE);
  return Floats(static_cast<float*>(block));
}

struct Work {
  ProductShape shape;
  Floats a, b, c;

  void call() { peer_multiply(shape, a.get(), b.get(), c.get()); }
};

Work prepared(const ProductShape& shape) {
  const std::int64_t m = shape.m, n = shape.n, k = shape.k;
  Work work = {shape, floats(m * k), floats(k * n), floats(m * n)};
  fill(work.a.get(), m * k, seed_of_a);
  fill(work.b.get(), k * n, seed_of_b);
  peer_prepare(shape, work.a.get(), work.b.get(), work.c.get());
  work.call();
  return work;
}

double timed(Work& work, long long calls) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point begin = Clock::now();
  for (long long i = 0; i < calls; ++i) work.call();
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

void serve() {
  Work work = {};
  char line[256];
  while (std::fgets(line, sizeof line, stdin)) {
    long long m = 0, n = 0, k = 0, calls = 0;
    int a_transposed = 0, b_transposed = 0;
    if (std::sscanf(line, "shape %lld %lld %lld %d %d", &m, &n, &k, &a_transposed, &b_transposed) ==
        5) {
      work = prepared({m, n, k, a_transposed != 0, b_transposed != 0});
      std::printf("%.17g\n", check_sum(work.c.get(), m, n));
    } else if (std::sscanf(line, "calls %lld", &calls) == 1 && work.c) {
      std::printf("%.17g\n", timed(work, calls));
    } else {
      std::printf("what?\n");
    }
    std::fflush(stdout);
  }
}

}  // namespace

// Started as PEER ISA THREADS. Libraries read their environment while they are loaded, so the
// program sets it and starts itself once more.
int main(int count, char** arguments) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // tools/bench stops us between turns: we must not outlive it
  if (count == 3) {
    for (const auto& [name, value] : peer_environment(arguments[1], std::atoi(arguments[2])))
      setenv(name.c_str(), value.c_str(), 1);
    char ready[] = "ready";
    char* again[] = {arguments[0], arguments[1], arguments[2], ready, nullptr};
    execv("/proc/self/exe", again);
  }
  if (count != 4) {
    std::fprintf(stderr, "%s: started by tools/bench, with an instruction set and threads\n",
                 peer_name);
    return 2;
  }
  std::printf("%s\n", peer_name);
  std::fflush(stdout);
  serve();
}
