#include <numeric>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/makers.hpp>
#include <tensor/random.hpp>
#include <utility>

namespace ebb {
namespace {

constexpr std::int64_t grain = 4096;

Tensor draw(const char* operation, const kernels::RandomLoop (&loops)[kernels::floating_types],
            const Shape& shape, Random& random, DType dtype) {
  if (!is_floating(dtype)) throw DTypeError(text(operation, ": ", dtype, " numbers; try float32"));
  const Tensor y = empty(shape, dtype);
  const auto loop = loops[static_cast<int>(dtype)];
  const auto bytes = static_cast<std::int64_t>(size_of(dtype));
  // A position counts words of 32 bits: a float32 takes one and a float64 two, so that no bits are
  // drawn twice where dtypes take turns.
  const std::uint64_t words = size_of(dtype) / 4;
  parallel_for(y.count(), grain, [&](std::int64_t begin, std::int64_t end) {
    loop(static_cast<char*>(y.raw()) + begin * bytes, random.seed, random.stream,
         random.position / words + static_cast<std::uint64_t>(begin), end - begin);
  });
  random.position += (static_cast<std::uint64_t>(y.count()) * words + 3) / 4 * 4;
  return y;
}

}  // namespace

Random Random::fork(std::string_view name) const {
  std::uint64_t hash = 0xcbf29ce484222325 ^ stream;  // FNV-1a, 64 bits
  for (char letter : name) hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3;
  return {seed, hash, 0};
}

Tensor rand(const Shape& shape, Random& random, DType dtype) {
  return draw("rand", kernels_in_use().random.uniform, shape, random, dtype);
}

Tensor randn(const Shape& shape, Random& random, DType dtype) {
  return draw("randn", kernels_in_use().random.normal, shape, random, dtype);
}

// Fisher and Yates: the last place takes one of all, the one before it one of the rest, …
std::vector<std::int64_t> permutation(std::int64_t n, Random& random) {
  const Tensor chance = rand({n}, random, DType::float64);
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  for (std::int64_t i = n - 1; i > 0; --i) {
    const auto other =
        static_cast<std::int64_t>(chance.data<double>()[i] * static_cast<double>(i + 1));
    std::swap(order[static_cast<std::size_t>(i)], order[static_cast<std::size_t>(other)]);
  }
  return order;
}

}  // namespace ebb
