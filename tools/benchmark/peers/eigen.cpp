// Eigen's kernels come from its headers: this source is compiled once per instruction set.
#include <Eigen/Core>
#include <tools/benchmark/peers/peer.hpp>

namespace ebb::tools::benchmark {

const char* peer_name() { return "Eigen"; }

std::function<void()> peer_prepare(const ProductShape& shape, float* a, float* b, float* c) {
  using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return [=] {
    const auto [m, n, k, a_transposed, b_transposed] = shape;
    const Eigen::Map<const Matrix> left(a, a_transposed ? k : m, a_transposed ? m : k);
    const Eigen::Map<const Matrix> right(b, b_transposed ? n : k, b_transposed ? k : n);
    Eigen::Map<Matrix> result(c, m, n);
    if (a_transposed && b_transposed)
      result.noalias() = left.transpose() * right.transpose();
    else if (a_transposed)
      result.noalias() = left.transpose() * right;
    else if (b_transposed)
      result.noalias() = left * right.transpose();
    else
      result.noalias() = left * right;
  };
}

}  // namespace ebb::tools::benchmark
