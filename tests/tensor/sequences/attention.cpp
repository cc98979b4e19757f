// Covers: tensor/sequences/attention_back.cpp, tensor/sequences/scores.cpp
// Values and derivatives are checked in tests/autograd/sequences/attention.cpp.
#include <doctest/doctest.h>

#include <tensor/machine/storage.hpp>
#include <tensor/random.hpp>
#include <tensor/sequences/attention.hpp>
#include <tensor/views.hpp>
#include <tests/support.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

TEST_CASE(
    "scaled_dot_product_attention: equal keys share the values, a causal query what it has seen") {
  const Tensor q = ones({3, 2}), v = from_vector<float>({2, 4, 9}, {3, 1});
  CHECK(scaled_dot_product_attention(q, zeros({3, 2}), v).to_vector<float>() ==
        std::vector<float>{5, 5, 5});
  CHECK(scaled_dot_product_attention(q, zeros({3, 2}), v, {.causal = true}).to_vector<float>() ==
        std::vector<float>{2, 3, 5});
  const Tensor mask = from_vector({0, 1, 1, 1, 0, 0, 0, 0, 0}, {3, 3});
  CHECK(scaled_dot_product_attention(q, zeros({3, 2}), v, {.mask = mask}).to_vector<float>() ==
        std::vector<float>{6.5, 2, 0});
}

TEST_CASE("scaled_dot_product_attention: the result lies as q does") {
  Random random{1};
  const Tensor x = randn({2, 5, 3, 4}, random);  // [batch, steps, heads, width]
  const Tensor heads = transpose(x, 1, 2);
  const Tensor y = scaled_dot_product_attention(heads, heads, heads);
  CHECK(y.shape() == Shape{2, 3, 5, 4});
  CHECK(transpose(y, 1, 2).is_contiguous());
  const Tensor flat = contiguous(heads);
  CHECK(same_bits(y, scaled_dot_product_attention(flat, flat, flat)));
}

TEST_CASE("scaled_dot_product_attention: many queries and keys are never held together") {
  Random random{1};
  const std::int64_t n = 4096;
  const Tensor x = randn({n, 8}, random);
  const std::vector<bool> all = {true, true, true};
  const std::size_t before = memory_use().live_bytes;
  const MemoryLimit limit(before + 16 * 1024 * 1024);  // all weights are 64 MB
  const detail::Attention of = detail::attention(x, x, x, {.causal = true});
  const Tensor y = detail::attend(of);
  CHECK(y.shape() == x.shape());
  CHECK(detail::attend_back(of, y, all).size() == 3);
}
