#include <algorithm>
#include <limits>
#include <numeric>
#include <tensor/elementwise.hpp>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/makers.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>
#include <tensor/scan.hpp>
#include <tensor/sort.hpp>
#include <tensor/views.hpp>
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

void check_weights(const Tensor& weights, std::int64_t n, bool replacement) {
  if (weights.rank() < 1 || weights.rank() > 2 || weights.size(-1) == 0 || n < 1)
    throw ShapeError(text("multinomial: ", n, " draws from weights ", weights.shape(),
                          "; try at least 1 from [categories] or [rows, categories]"));
  const Tensor fits = (weights >= 0) * (weights < std::numeric_limits<double>::infinity());
  if (all(fits).item() == 0)
    throw Error(text("multinomial: a weight among ", weights.shape(),
                     " is negative, infinite or NaN; try softmax"));
  const double fewest =
      weights.count() == 0 ? static_cast<double>(n) : amin(sum(weights != 0, -1)).item();
  if (fewest < (replacement ? 1.0 : static_cast<double>(n)))
    throw Error(
        text("multinomial: ", n, " draws from ", fewest, " weights that are not 0",
             replacement ? "; give at least one" : "; try fewer, or {.replacement = true}"));
}

// For each number in [0, 1) the category on whose stretch of the row's running sums it falls.
Tensor draw_again(const Tensor& weights, const Tensor& chance) {
  const Tensor sums = cumsum(weights, -1), y = empty(chance.shape(), DType::int32);
  const std::int64_t categories = weights.size(-1), n = chance.size(-1);
  for (std::int64_t i = 0; i < y.count(); ++i) {
    const double* const begin = sums.data<double>() + i / n * categories;
    const double* const end = begin + categories;
    const double total = end[-1];
    const double* const last = std::lower_bound(begin, end, total);  // the last with a weight
    const double* const found = std::upper_bound(begin, end, chance.data<double>()[i] * total);
    static_cast<std::int32_t*>(y.raw())[i] =
        static_cast<std::int32_t>(std::min(found, last) - begin);
  }
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

Tensor bernoulli(const Tensor& p, Random& random) {
  if (p.count() > 0 && all((p >= 0) * (p <= 1)).item() == 0)
    throw Error(text("bernoulli: a probability among ", p.shape(),
                     " is outside [0, 1] or NaN; try sigmoid of logits"));
  return rand(p.shape(), random, p.dtype()) < p;
}

Tensor multinomial(const Tensor& weights, std::int64_t n, Random& random,
                   const MultinomialOptions& options) {
  if (!is_floating(weights.dtype()))
    throw DTypeError(
        text("multinomial: ", weights.dtype(), " weights ", weights.shape(), "; try float32"));
  check_weights(weights, n, options.replacement);
  const Tensor exact = cast(weights, DType::float64);
  if (options.replacement) {
    Shape shape = weights.shape();
    shape[weights.rank() - 1] = n;
    return draw_again(exact, rand(shape, random, DType::float64));
  }
  // Who waits longest for its turn, divided by its weight, comes last.
  const Tensor waits = -log1p(-rand(weights.shape(), random, DType::float64));
  return topk(where(exact > 0, exact / waits, -1.0), n).indices;
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
