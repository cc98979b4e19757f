#include <cmath>
#include <tensor/elementwise.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>
#include <tensor/views.hpp>
#include <tools/benchmark/measure.hpp>
#include <tools/benchmark/peers/product.hpp>
#include <tools/benchmark/suites/array_functions.hpp>

namespace ebb::tools::benchmark {

std::vector<ArrayFunction> array_functions(std::int64_t n) {
  using ebb::Tensor;
  const Tensor x = positive_numbers({n / 100, 100});
  const Tensor column = positive_numbers({n / 100, 1}), row = positive_numbers({100});
  ebb::Random random = {.seed = 7};
  return {
      {"sum", 4, [=] { keep(ebb::sum(x)); }},
      {"sum of rows", 4, [=] { keep(ebb::sum(x, {1})); }},
      {"sum of columns", 4, [=] { keep(ebb::sum(x, {0})); }},
      {"amax of rows", 4, [=] { keep(ebb::amax(x, {1})); }},
      {"argmax of rows", 4, [=] { keep(ebb::argmax(x, 1)); }},
      {"var of rows", 4, [=] { keep(ebb::var(x, {1})); }},
      {"logsumexp of rows", 4, [=] { keep(ebb::logsumexp(x, {1})); }},
      {"softmax of rows", 8, [=] { keep(ebb::softmax(x, 1)); }},
      {"log_softmax of rows", 8, [=] { keep(ebb::log_softmax(x, 1)); }},
      {"softmax of columns", 8, [=] { keep(ebb::softmax(x, 0)); }},
      {"matrix + row", 8, [=] { keep(x + row); }},
      {"matrix * column", 8, [=] { keep(x * column); }},
      {"clone", 8, [=] { keep(ebb::clone(x)); }},
      {"transposed copy", 8, [=] { keep(ebb::contiguous(ebb::transpose(x))); }},
      {"rand", 4, [=]() mutable { keep(ebb::rand({n}, random)); }},
      {"randn", 4, [=]() mutable { keep(ebb::randn({n}, random)); }},
  };
}

ebb::Tensor positive_numbers(const ebb::Shape& shape) {
  ebb::Tensor x = ebb::empty(shape);
  float* const values = x.writable_data<float>();
  fill(values, x.count(), seed_of_a);
  for (std::int64_t i = 0; i < x.count(); ++i) values[i] += 1.5F;
  return x;
}

}  // namespace ebb::tools::benchmark
