// The main of every peer: reads requests from standard input and answers each with a line.
//     shape M N K A_TRANSPOSED B_TRANSPOSED    computes it once, answers with the check sum
//     convolution BATCH IN OUT WIDTH KERNEL STRIDE PADDING PRODUCT      the same
//     calls N                                  computes it so often, answers with the seconds
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <tensor/shape.hpp>
#include <tools/benchmark/peers/peer.hpp>
#include <tools/common/clock.hpp>

namespace ebb::tools::benchmark {

// What a library's source leaves out. By itself this program is the peer `naive`: the three loops
// that everybody writes first, as the compiler takes them.
[[gnu::weak]] const char* peer_name() { return "naive"; }

[[gnu::weak]] std::map<std::string, std::string> peer_environment(const std::string&, int) {
  return {};
}

[[gnu::weak]] void peer_prepare(const ProductShape&, const float*, const float*, float*) {}

[[gnu::weak]] void peer_prepare(const ConvolutionShape&, float*, float*, float*) {}
[[gnu::weak]] void peer_convolve() {}

[[gnu::weak]] void peer_multiply(const ProductShape& shape, const float* a, const float* b,
                                 float* c) {
  const std::int64_t m = shape.m, n = shape.n, k = shape.k;
  const auto [a_row, a_column] = shape.a();
  const auto [b_row, b_column] = shape.b();
  for (std::int64_t i = 0; i < m; ++i)
    for (std::int64_t j = 0; j < n; ++j) {
      float sum = 0;
      for (std::int64_t p = 0; p < k; ++p)
        sum += a[i * a_row + p * a_column] * b[p * b_row + j * b_column];
      c[i * n + j] = sum;
    }
}

namespace {

using Floats = std::unique_ptr<float, void (*)(void*)>;

// On huge pages, like the tensors that they are compared with.
Floats floats(std::int64_t n) {
  constexpr std::int64_t page = 2 << 20;
  const auto bytes = static_cast<std::size_t>(divide_up(4 * n, page) * page);
  void* const block = std::aligned_alloc(page, bytes);
  madvise(block, bytes, MADV_HUGEPAGE);
  return {static_cast<float*>(block), std::free};
}

// Three arrays and what is done with them; the third is computed from the first two.
struct Work {
  Floats a, b, c;
  std::function<void()> call;

  explicit Work(const ProductShape& s)
      : a(floats(s.m * s.k)), b(floats(s.k * s.n)), c(floats(s.m * s.n)) {
    fill(a.get(), s.m * s.k, seed_of_a);
    fill(b.get(), s.k * s.n, seed_of_b);
    peer_prepare(s, a.get(), b.get(), c.get());
    call = [this, s] { peer_multiply(s, a.get(), b.get(), c.get()); };
  }
  explicit Work(const ConvolutionShape& s)
      : a(floats(s.x_count())), b(floats(s.w_count())), c(floats(s.y_count())) {
    fill(a.get(), s.x_count(), seed_of_a);
    fill(b.get(), s.w_count(), seed_of_b);
    fill(c.get(), s.y_count(), seed_of_c);
    peer_prepare(s, a.get(), b.get(), c.get());
    call = peer_convolve;
  }
};

void serve() {
  std::unique_ptr<Work> work;
  char line[256];
  while (std::fgets(line, sizeof line, stdin)) {
    long long n[7] = {}, calls = 0;
    int a = 0, b = 0;
    double answer = 0;
    if (std::sscanf(line, "shape %lld %lld %lld %d %d", n, n + 1, n + 2, &a, &b) == 5) {
      work.reset();
      work = std::make_unique<Work>(ProductShape{n[0], n[1], n[2], a != 0, b != 0});
      work->call();
      answer = check_sum(work->c.get(), n[0], n[1]);
    } else if (std::sscanf(line, "convolution %lld %lld %lld %lld %lld %lld %lld %d", n, n + 1,
                           n + 2, n + 3, n + 4, n + 5, n + 6, &a) == 8) {
      const ConvolutionShape shape = {n[0], n[1], n[2], n[3], n[4], n[5], n[6], a};
      work.reset();
      work = std::make_unique<Work>(shape);
      work->call();
      answer = a == 0   ? check_sum(work->c.get(), 1, shape.y_count())
               : a == 1 ? check_sum(work->a.get(), 1, shape.x_count())
                        : check_sum(work->b.get(), 1, shape.w_count());
    } else if (std::sscanf(line, "calls %lld", &calls) == 1 && work) {
      const double begin = seconds_now();
      for (long long i = 0; i < calls; ++i) work->call();
      answer = seconds_now() - begin;
    } else {
      std::printf("what?\n");
      std::fflush(stdout);
      continue;
    }
    std::printf("%.17g\n", answer);
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace ebb::tools::benchmark

// Started as PEER ISA THREADS. Libraries read their environment while they are loaded, so the
// program sets it and starts itself once more.
int main(int count, char** arguments) {
  using namespace ebb::tools::benchmark;
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
                 peer_name());
    return 2;
  }
  std::printf("%s\n", peer_name());
  std::fflush(stdout);
  serve();
}
