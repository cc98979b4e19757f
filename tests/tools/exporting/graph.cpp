#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/matmul.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <tensor/compare.hpp>
#include <tensor/makers.hpp>
#include <tests/support.hpp>
#include <tools/exporting/graph.hpp>

using namespace ebb;
using namespace ebb::tools;

namespace {

std::vector<std::string> names_of(const Graph& graph) {
  std::vector<std::string> names;
  for (const Graph::Operation& operation : graph.operations) names.push_back(operation.name);
  return names;
}

// Of one input x [n, 2, 3].
Graph graph_of_x(const std::function<Variable(const Variable&)>& function) {
  return graph_of({{"x", {2, 3}}}, [&](const std::vector<Tensor>& inputs) {
    return Outputs{{"y", function(inputs[0])}};
  });
}

using Numbers = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("graph: operations in order, the batch axis free, constants computed") {
  const Variable weight = leaf(ones({4, 6})), gain = from_vector<float>({1, 2, 3, 4});
  const Graph graph = graph_of_x([&](const Variable& x) {
    const Variable unused = exp(x);
    return linear(reshape(x, {x.size(0), 6}), weight, gain * 2 + 1) * 0.5;
  });
  CHECK(names_of(graph) == std::vector<std::string>{"reshape", "linear", "multiply"});
  REQUIRE(graph.inputs.size() == 1);
  CHECK(graph.values[graph.inputs[0]].name == "x");
  CHECK(graph.values[graph.inputs[0]].shape == Numbers{Graph::batch, 2, 3});
  CHECK(graph.operations[0].list("shape") == Numbers{Graph::batch, 6});
  const Graph::Operation& product = graph.operations[1];
  CHECK(equal(graph.values[product.inputs[1]].constant, weight.value()));
  CHECK(graph.values[product.inputs[2]].constant.to_vector<float>() ==
        std::vector<float>{3, 5, 7, 9});
  CHECK(graph.values[graph.operations[2].inputs[1]].constant.item() == 0.5);
  CHECK(graph.values[graph.outputs[0].value].shape == Numbers{Graph::batch, 4});
  CHECK(graph.outputs[0].name == "y");
  CHECK(graph.weights() == 24 + 4);
}

TEST_CASE("graph: views are reshapes and permutations, or nothing") {
  const Graph graph = graph_of_x([](const Variable& x) {
    const Variable same = reshape(permute(x, {0, 1, 2}), {-1, 2, 3});
    return unsqueeze(transpose(same, -1, 1), 0);
  });
  CHECK(names_of(graph) == std::vector<std::string>{"permute", "permute", "reshape"});
  CHECK(graph.operations[1].list("order") == Numbers{0, 2, 1});
  CHECK(graph.operations[2].list("shape") == Numbers{1, Graph::batch, 3, 2});
  const Graph axes = graph_of_x([](const Variable& x) {
    return cat({sum(x, {-1}, true), slice(x, -1, 0, 2)}, -1);
  });
  CHECK(names_of(axes) == std::vector<std::string>{"sum", "slice", "cat"});
  CHECK(axes.operations[0].list("axes") == Numbers{2});
  CHECK(axes.operations[1].whole("axis") == 2);
  CHECK(axes.operations[2].whole("axis") == 2);
}

TEST_CASE("graph: labels, several outputs, and an input that nobody reads") {
  const Graph graph =
      graph_of({{"x", {3}}, {"labels", {}, 4}}, [](const std::vector<Tensor>& inputs) -> Outputs {
        const Variable table = ones({4, 2});
        return {{"rows", embedding(table, inputs[1])}, {"twice", embedding(table, inputs[1]) * 2}};
      });
  REQUIRE(graph.inputs.size() == 1);
  CHECK(graph.values[graph.inputs[0]].name == "labels");
  CHECK(graph.values[graph.inputs[0]].dtype == DType::int32);
  CHECK(graph.values[graph.inputs[0]].shape == Numbers{Graph::batch});
  CHECK(graph.outputs[0].name == "rows");
  CHECK(graph.outputs[1].name == "twice");
}

TEST_CASE("graph: what depends on the inputs unheard is refused") {
  const auto refusal = [](const std::function<Variable(const Variable&)>& function) {
    return message_of<Error>([&] { return graph_of_x(function).operations.size(); });
  };
  const std::string hint =
      "; try to compute all that depends on the inputs by operations on Variables";
  CHECK(refusal([](const Variable& x) { return x * (x.value() + 1); }) ==
        "export: a constant [2, 2, 3] depends on the inputs" + hint);
  CHECK(refusal([](const Variable& x) { return x * x.value()[0][0][0].item(); }) ==
        "export: other inputs lead to other operations or numbers" + hint);
  CHECK(refusal([](const Variable& x) { return x.size(0) == 2 ? exp(x) : exp(exp(x)); }) ==
        "export: other inputs lead to other operations or numbers" + hint);
  CHECK(refusal([](const Variable& x) { return slice(x, 0, x.size(0) - 1) + x; }) ==
        "export: the start of slice depends on the inputs" + hint);
  CHECK(refusal([](const Variable& x) {
          return cat({x, x}, 0);
        }) == "export: n examples lead to the shapes [4, 2, 3] and [6, 2, 3]" + hint);
  const Graph graph = graph_of_x([](const Variable& x) { return exp(x); });
  CHECK(message_of<Error>([&] { return graph.operations[0].whole("axis"); }) ==
        "export: exp says no axis");
}
