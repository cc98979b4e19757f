// Pixels on their way into a batch. Compiled once per instruction set; a loop this simple is left
// to the compiler, which widens and converts a vector at a time.
#include <tensor/kernels/table.hpp>

namespace ebb::kernels {
namespace {

void to_float(float* y, const std::uint8_t* x, float scale, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) y[i] = scale * static_cast<float>(x[i]);
}

}  // namespace

namespace EBB_KERNELS {
extern const ByteKernels bytes;
constexpr ByteKernels bytes = {to_float};
}  // namespace EBB_KERNELS

}  // namespace ebb::kernels
