// The main of every peer: reads requests from standard input and answers each with a line.
//     shape M N K A_TRANSPOSED B_TRANSPOSED    computes it once, answers with the check sum
//     convolution BATCH IN OUT WIDTH KERNEL STRIDE PADDING PRODUCT      the same
//     calls N                                  computes it so often, answers with the seconds
#include <sys/mman.h>
#include <sys/prctl.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <tensor/shape.hpp>
#include <tools/benchmark/peers/peer.hpp>
#include <tools/common/clock.hpp>
#include <vector>

namespace ebb::tools::benchmark {

// What a library's source leaves out. By itself this program is the peer `naive`: the three loops
// that everybody writes first, as the compiler takes them.
[[gnu::weak]] const char* peer_name() { return "naive"; }

[[gnu::weak]] std::function<void()> peer_prepare(const ConvolutionShape&, float*, float*, float*) {
  return [] {};
}

[[gnu::weak]] std::function<void()> peer_prepare(const ProductShape& shape, float* a, float* b,
                                                 float* c) {
  return [=, m = shape.m, n = shape.n, k = shape.k] {
    const auto [a_row, a_column] = shape.a();
    const auto [b_row, b_column] = shape.b();
    for (std::int64_t i = 0; i < m; ++i)
      for (std::int64_t j = 0; j < n; ++j) {
        float sum = 0;
        for (std::int64_t p = 0; p < k; ++p)
          sum += a[i * a_row + p * a_column] * b[p * b_row + j * b_column];
        c[i * n + j] = sum;
      }
  };
}

namespace {

using Floats = std::unique_ptr<float, void (*)(void*)>;

// Numbers on huge pages, like the tensors that they are compared with.
Floats floats(std::int64_t n, std::uint32_t seed) {
  constexpr std::int64_t page = 2 << 20;
  const auto bytes = static_cast<std::size_t>(divide_up(4 * n, page) * page);
  void* const block = std::aligned_alloc(page, bytes);
  madvise(block, bytes, MADV_HUGEPAGE);
  fill(static_cast<float*>(block), n, seed);
  return {static_cast<float*>(block), std::free};
}

// Three arrays, what is done with them, and a number that tells a wrong result from a right one.
struct Work {
  std::vector<Floats> arrays;
  std::function<void()> call;
  std::function<double()> sum;

  template <class Shape>
  explicit Work(const Shape& shape) {
    for (std::size_t i = 0; i < 3; ++i) arrays.push_back(floats(shape.counts()[i], seeds[i]));
    call = peer_prepare(shape, arrays[0].get(), arrays[1].get(), arrays[2].get());
    sum = [this, shape] { return check_sum(shape, arrays[shape.result()].get()); };
  }
};

// The work that a line asks for, or nothing.
std::unique_ptr<Work> work_of(const char* line) {
  long long n[7];
  int a = 0, b = 0;
  if (std::sscanf(line, "shape %lld %lld %lld %d %d", n, n + 1, n + 2, &a, &b) == 5)
    return std::make_unique<Work>(ProductShape{n[0], n[1], n[2], a != 0, b != 0});
  if (std::sscanf(line, "convolution %lld %lld %lld %lld %lld %lld %lld %d", n, n + 1, n + 2, n + 3,
                  n + 4, n + 5, n + 6, &a) == 8)
    return std::make_unique<Work>(ConvolutionShape{n[0], n[1], n[2], n[3], n[4], n[5], n[6], a});
  return nullptr;
}

void serve() {
  std::unique_ptr<Work> work;
  char line[256];
  while (std::fgets(line, sizeof line, stdin)) {
    long long calls = 0;
    if (std::sscanf(line, "calls %lld", &calls) == 1 && work) {
      const double begin = seconds_now();
      for (long long i = 0; i < calls; ++i) work->call();
      std::printf("%.17g\n", seconds_now() - begin);
    } else {
      work.reset();  // before the next one takes memory
      work = work_of(line);
      if (work) work->call();
      std::printf(work ? "%.17g\n" : "what?\n", work ? work->sum() : 0.0);
    }
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace ebb::tools::benchmark

int main(int count, char**) {
  using namespace ebb::tools::benchmark;
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // tools/bench stops us between turns: we must not outlive it
  if (count != 2) {
    std::fprintf(stderr, "%s: started by tools/bench, with what a library asks its environment\n",
                 peer_name());
    return 2;
  }
  std::printf("%s\n", peer_name());
  std::fflush(stdout);
  serve();
}
