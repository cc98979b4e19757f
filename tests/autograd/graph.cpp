#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/graph.hpp>
#include <autograd/matmul.hpp>
#include <autograd/reduce.hpp>

using namespace ebb;

TEST_CASE("print_graph: a line per operation, the latest first, with its inputs") {
  const Variable x = leaf(ones({2, 4})), w = leaf(ones({4, 3})), k = ones({2, 3});
  const Variable y = sum(tanh(matmul(x, w)) * k);
  CHECK(print_graph(y) ==
        "#6 sum [] <- #5\n"
        "#5 multiply [2, 3] <- #4\n"
        "#4 tanh [2, 3] <- #3\n"
        "#3 matmul [2, 3] <- #1 #2\n"
        "#2 leaf [4, 3]\n"
        "#1 leaf [2, 4]\n");
}

TEST_CASE("print_graph: a shared part has one line, and each use names it") {
  const Variable x = leaf(ones({2})), h = exp(x);
  CHECK(print_graph(h * h + x) ==
        "#4 add [2] <- #3 #1\n#3 multiply [2] <- #2 #2\n#2 exp [2] <- #1\n#1 leaf [2]\n");
}

TEST_CASE("print_graph: broadcasting is an operation of its own") {
  const Variable x = leaf(ones({3}));
  CHECK(print_graph(x + Variable(ones({2, 3}))) ==
        "#3 add [2, 3] <- #2\n#2 expand [2, 3] <- #1\n#1 leaf [3]\n");
}

TEST_CASE("print_graph: constants, leaves, and what is left after backward") {
  CHECK(print_graph(ones({2, 1})) == "constant [2, 1]\n");
  const Variable x = leaf(ones({}));
  CHECK(print_graph(x) == "#1 leaf []\n");
  const Variable y = exp(x * 2);
  static_cast<void>(backward(y));
  CHECK(print_graph(y) == "#1 exp [] (freed)\n");
}

TEST_CASE("print_graph: a derivative has a graph, too") {
  const Variable x = leaf(ones({}));
  const auto [dx] = gradients(square(x), {x}, {.create_graph = true});
  CHECK(print_graph(dx) == "#3 multiply [] <- #2\n#2 multiply [] <- #1\n#1 leaf []\n");
}
