#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/reduce.hpp>
#include <sstream>

using namespace ebb;

TEST_CASE("to_string: a variable says where it came from, a constant is like a tensor") {
  const Variable x = leaf(from_vector({1.f, 2.f}));
  CHECK(to_string(x) == "tensor([1., 2.], float32, leaf)");
  CHECK(to_string(x * 2) == "tensor([2., 4.], float32, by multiply)");
  CHECK(to_string(sum(x)) == "tensor(3., float32, by sum)");
  CHECK(to_string(Variable(x.value())) == "tensor([1., 2.], float32)");
  CHECK(to_string(detach(x * 2)) == "tensor([2., 4.], float32)");
  CHECK(to_string(leaf(zeros({2, 0}))) == "tensor([], shape [2, 0], float32, leaf)");
  const NoGrad constants;
  CHECK(to_string(x * 2) == "tensor([2., 4.], float32)");
}

TEST_CASE("to_string: a parameter shows its path, a freed graph stays an operation's") {
  const Variable weight = leaf(full({}, 3)), y = weight * weight;
  weight.node()->where = "encoder.weight";
  CHECK(to_string(weight) == "tensor(3., float32, leaf encoder.weight)");
  const Gradients found = backward(y);
  CHECK(to_string(y) == "tensor(9., float32, by multiply)");
}

TEST_CASE("variable: goes into a stream as text") {
  std::ostringstream out;
  out << leaf(zeros({1})) << Variable(zeros({1})) << zeros({1});
  CHECK(out.str() == "tensor([0.], float32, leaf)tensor([0.], float32)tensor([0.], float32)");
}
