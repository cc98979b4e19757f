// Eigen's kernels come from its headers: this source is compiled once per instruction set.
#include <Eigen/Core>
#include <tools/benchmark/peers/peer.hpp>

namespace ebb::tools::benchmark {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using View = Eigen::Map<const Matrix>;

}  // namespace

const char* const peer_name = "Eigen";

std::map<std::string, std::string> peer_environment(const std::string&, int threads) {
  return {{"OMP_NUM_THREADS", std::to_string(threads)}};
}

void peer_prepare(const ProductShape&, const float*, const float*, float*) {}

void peer_multiply(const ProductShape& shape, const float* a, const float* b, float* c) {
  const View left(a, shape.a_transposed ? shape.k : shape.m,
                  shape.a_transposed ? shape.m : shape.k);
  const View right(b, shape.b_transposed ? shape.n : shape.k,
                   shape.b_transposed ? shape.k : shape.n);
  Eigen::Map<Matrix> result(c, shape.m, shape.n);
  if (shape.a_transposed && shape.b_transposed)
    result.noalias() = left.transpose() * right.transpose();
  else if (shape.a_transposed)
    result.noalias() = left.transpose() * right;
  else if (shape.b_transposed)
    result.noalias() = left * right.transpose();
  else
    result.noalias() = left * right;
}

}  // namespace ebb::tools::benchmark
