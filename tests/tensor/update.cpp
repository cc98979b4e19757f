#include <doctest/doctest.h>

#include <tensor/parts.hpp>
#include <tensor/reduce.hpp>
#include <tensor/update.hpp>
#include <tensor/views.hpp>
#include <tests/support.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

namespace {

const kernels::MomentumSGD heavy{.rate = 0.5, .momentum = 0.5, .decay = 0};

// What update says of one weight.
std::string refusal(const Tensor& weight, const Tensor& gradient, const std::vector<Tensor>& s) {
  return message_of([&] {
    const Update one[] = {{weight, gradient, s}};
    static_cast<void>(update(heavy, one));
  });
}

}  // namespace

TEST_CASE("update: many tensors at once, in the memory order of each") {
  const Tensor a = from_vector<float>({1, 2, 3}), da = ones({3});
  const Tensor b = transpose(full({2, 3}, 4, DType::float64)),
               db = transpose(full({2, 3}, 2, DType::float64));
  const std::vector<Tensor> va = {ones({3})}, vb = {transpose(zeros({2, 3}, DType::float64))};
  const std::uint32_t version = a.version();
  const Update all[] = {{a, da, va}, {b, db, vb}};
  CHECK(update(heavy, all).tensor == -1);
  CHECK(a.to_vector<float>() == std::vector<float>{0.25, 1.25, 2.25});
  CHECK(va[0].to_vector<float>() == std::vector<float>{1.5, 1.5, 1.5});
  CHECK(b.to_vector<double>() == std::vector<double>(6, 3));
  CHECK(a.version() == version + 1);
  CHECK(update(heavy, std::span<const Update>()).tensor == -1);
}

TEST_CASE("update: the same bits, and the same refusal, for any number of threads") {
  const Tensor g = cast(arange(100'000), DType::float32);
  std::vector<float> odd = g.to_vector<float>();
  odd[30'000] = odd[70'000] = 1e30f;
  const Tensor dw = from_vector(odd);
  std::vector<Tensor> weights;
  for (const int count : {1, 2, 3, 7}) {
    const Threads threads(count);
    const Tensor w = ones({100'000});
    const std::vector<Tensor> s = {zeros({100'000}), zeros({100'000})};
    const Update all[] = {{w, dw, s}};
    const Refusal refusal = update(kernels::Adam{{0.1, 0.9, 0.999, 1, 1e-8}, 0}, all);
    CHECK(refusal.tensor == 0);
    CHECK(refusal.element == 30'000);
    CHECK(refusal.weight == 1);
    CHECK(refusal.gradient == 1e30f);
    weights.push_back(w);
    CHECK(same_bits(weights.front(), w));
  }
}

TEST_CASE("update: tensors that do not go together are refused") {
  const Tensor w = ones({2, 3}), g = ones({2, 3});
  CHECK(refusal(w, ones({3, 2}), {zeros({2, 3})}) ==
        "update: a gradient [3, 2] with strides [2, 1] of a weight [2, 3] with strides [3, 1]; "
        "shapes and strides must agree, without gaps");
  CHECK(refusal(w, transpose(ones({3, 2})), {g}).find("with strides [1, 2] of") !=
        std::string::npos);
  const Tensor every_second = slice(ones({2, 6}), 1, 0, 6, 2);
  CHECK(refusal(every_second, every_second, {every_second}).find("strides [6, 2]") !=
        std::string::npos);
  CHECK(refusal(w, g, {ones({2})}).find("update: a state [2] with strides [1] of") == 0);
  CHECK(refusal(w, ones({2, 3}, DType::float64), {g}) ==
        "update: a gradient float64 of a weight float32; try cast");
  CHECK(refusal(ones({3}, DType::int32), ones({3}, DType::int32), {}) ==
        "update: weights of int32; try cast to float32");
  CHECK(refusal(w, g, {}) == "update: 0 states of a weight; this step must have 1");
  CHECK(sum(w).item() == 6);
}

TEST_CASE("update: laid out like another tensor, the elements are the same") {
  const Tensor rows = cast(arange(6), DType::float32);
  const Tensor x = reshape(rows, {2, 3}), other = transpose(ones({3, 2}));
  const Tensor found = detail::laid_out_like(other, x);
  CHECK(found.strides() == other.strides());
  CHECK(found.to_vector<float>() == x.to_vector<float>());
  CHECK(detail::laid_out_like(x, x).storage() == x.storage());
}
