// The three loops that everybody writes first, as the compiler takes them.
#include <tools/benchmark/peers/peer.hpp>

namespace ebb::tools::benchmark {

const char* const peer_name = "naive";

std::map<std::string, std::string> peer_environment(const std::string&, int) { return {}; }

void peer_multiply(const ProductShape& shape, const float* a, const float* b, float* c) {
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

}  // namespace ebb::tools::benchmark
