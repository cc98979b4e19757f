#include <models/next_token.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>
#include <tensor/scan.hpp>
#include <tensor/sort.hpp>
#include <tensor/views.hpp>

namespace ebb::models {
namespace {

constexpr double coldest =
    1e-6;  // below it logits that differ by 1e-4 are 100 apart: that is an argmax

// Probabilities [n, c], of which those in the nucleus stay.
Tensor nucleus(const Tensor& p, double top_p) {
  if (top_p == 1) return p;
  const Tensor sorted = sort(p, -1, true).values;
  const Tensor before = cumsum(sorted, -1) - sorted;
  // The first is always in it.
  const Tensor least = amin(where(before < top_p, sorted, 2), -1, true);
  return where(p >= least, p, 0);
}

}  // namespace

Tensor next_tokens(const Tensor& logits, Random& noise, double temperature, double top_p) {
  if (temperature < coldest) return argmax(logits, 1);
  const Tensor p = softmax(logits * (1 / temperature));
  const Tensor finite = where(isnan(p), 1, p);
  return squeeze(multinomial(nucleus(finite, top_p), 1, noise, {.replacement = true}), 1);
}

}  // namespace ebb::models
