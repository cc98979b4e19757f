// Covers: tensor/common/require_value.hpp, tensor/tensor.cpp, autograd/elementwise.cpp
// What has no value yet takes part in nothing: a sum that begins with it would be lost.
#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/matmul.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/scan.hpp>
#include <autograd/views.hpp>
#include <tests/support.hpp>

using namespace ebb;

namespace {

// The operations that refuse an X without a value, each by its name.
template <class X, class Other>
void check_all_refuse(const X& none, const Other& some) {
  const Tensor index = from_vector<std::int32_t>({0});
  const auto refused = [](const char* name, const auto& operation) {
    CHECK(message_of(operation) ==
          text(name,
               ": an operand has no value, it was only declared or moved from; try zeros({}), "
               "or assign the first term"));
  };
  // clang-format off
  refused("add", [&] { (void)(none + some); });
  refused("add", [&] { (void)(some + none); });
  refused("add", [&] { (void)(none + 1); });
  refused("multiply", [&] { (void)(2 * none); });
  refused("negate", [&] { (void)-none; });
  refused("exp", [&] { (void)exp(none); });
  refused("clamp", [&] { (void)clamp(none, 0, 1); });
  refused("where", [&] { (void)where(some, none, some); });
  refused("where", [&] { (void)where(none, 1, 0); });
  refused("less", [&] { (void)(none < some); });
  refused("squared_error", [&] { (void)squared_error(none, some); });
  refused("sum", [&] { (void)sum(none); });
  refused("sum", [&] { (void)sum(none, {0}); });
  refused("mean", [&] { (void)mean(none); });
  refused("amax", [&] { (void)amax(none); });
  refused("amin", [&] { (void)amin(none); });
  refused("argmax", [&] { (void)argmax(none, 0); });
  refused("var", [&] { (void)var(none); });
  refused("logsumexp", [&] { (void)logsumexp(none); });
  refused("softmax", [&] { (void)softmax(none); });
  refused("log_softmax", [&] { (void)log_softmax(none); });
  refused("sum_to", [&] { (void)sum_to(none, {0}); });
  refused("reshape", [&] { (void)reshape(none, {0}); });
  refused("transpose", [&] { (void)transpose(none, 0, 0); });
  refused("permute", [&] { (void)permute(none, {0}); });
  refused("slice", [&] { (void)slice(none, 0, 0, 0); });
  refused("expand", [&] { (void)expand(none, {0}); });
  refused("squeeze", [&] { (void)squeeze(none, 0); });
  refused("unsqueeze", [&] { (void)unsqueeze(none, 0); });
  refused("matmul", [&] { (void)matmul(none, some); });
  refused("matmul", [&] { (void)matmul(some, none); });
  refused("linear", [&] { (void)linear(some, some, none); });
  refused("cat", [&] { (void)cat(std::vector{none}); });
  refused("cat", [&] { (void)cat(std::vector{X(some), none}); });
  refused("stack", [&] { (void)stack(std::vector{none}); });
  refused("argmin", [&] { (void)argmin(none, 0); });
  refused("not_equal", [&] { (void)any(none); });
  refused("equal", [&] { (void)all(none); });
  refused("var", [&] { (void)ebb::std(none); });
  refused("norm", [&] { (void)norm(none); });
  refused("dot", [&] { (void)dot(none, some); });
  refused("outer", [&] { (void)outer(none, some); });
  refused("cumsum", [&] { (void)cumsum(none, 0); });
  refused("prod", [&] { (void)prod(none); });
  refused("flip", [&] { (void)flip(none, 0); });
  refused("repeat", [&] { (void)repeat(none, {1}); });
  refused("tril", [&] { (void)tril(none); });
  refused("triu", [&] { (void)triu(none); });
  refused("pad", [&] { (void)pad(none, {}); });
  refused("where", [&] { (void)masked_fill(none, some, 0); });
  refused("embedding", [&] { (void)embedding(none, index); });
  refused("gather", [&] { (void)gather(none, 0, index); });
  refused("gather", [&] { (void)gather(some, 0, Tensor()); });
  refused("scatter_add", [&] { (void)scatter_add(none, 0, index, 1); });
  refused("index_select", [&] { (void)index_select(none, 0, index); });
  refused("index_select", [&] { (void)index_select(some, 0, Tensor()); });
  refused("index_add", [&] { (void)index_add(none, 0, index, 1); });
  // clang-format on
}

}  // namespace

TEST_CASE("without value: a declared tensor or variable takes part in no operation") {
  check_all_refuse(Tensor(), ones({2, 2}));
  check_all_refuse(Variable(), Variable(ones({2, 2})));
  check_all_refuse(Variable(), leaf(ones({2, 2})));
  const NoGrad scope;
  check_all_refuse(Variable(), leaf(ones({2, 2})));
}

TEST_CASE("without value: a loss that is added to nothing is not lost") {
  const Variable x = leaf(full({}, 3));
  Variable total;
  CHECK_THROWS_AS(total = total + square(x), Error);
  CHECK(!total.wants_gradient());
  total = zeros({});
  total = total + square(x);
  CHECK(backward(total)[x].item() == 6);
}

TEST_CASE("without value: what was moved from has none") {
  Tensor x = ones({3});
  const Tensor y = std::move(x);
  CHECK_THROWS_AS(x + 1, Error);
  CHECK_THROWS_AS(clone(x), Error);
  CHECK_THROWS_AS(cast(x, DType::float64), Error);
  CHECK_THROWS_AS(x.to_vector<float>(), Error);
  Tensor one = ones({});
  const Tensor other = std::move(one);
  CHECK_THROWS_AS(one.item(), Error);
  x = y;
  CHECK((x + 1).to_vector<float>()[0] == 2);
}

TEST_CASE("without value: it is no leaf, but may be copied and shown as nothing") {
  CHECK_THROWS_AS(leaf(Tensor()), Error);
  CHECK(clone(Tensor()).shape() == Shape{0});
  CHECK(to_string(Tensor()) == "tensor([], shape [0], float32)");
  CHECK(Tensor().to_vector<float>().empty());
}

TEST_CASE("without value: a tensor of no elements is something else") {
  const Variable none = leaf(zeros({0, 3}));
  CHECK(sum(none * 2).item() == 0);
  CHECK(reshape(none, {3, 0}).shape() == Shape{3, 0});
}
