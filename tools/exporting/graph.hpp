// A function of tensors as a list of operations, for who computes it elsewhere: by an ONNX file, or
// in a web page.
#pragma once

#include <autograd/trace.hpp>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace ebb::tools {

// Each operation has the name and the inputs that autograd/ gives it, but
//     reshape(shape)   stands for all that keeps the order of elements: squeeze, unsqueeze, reshape
//     permute(order)   stands for transpose, too
// and axes count from the first. A plain number is a constant of shape [].
struct Graph {
  static constexpr std::int64_t batch = -1;  // in a shape: any length, that of the batch axis

  struct Value {
    std::vector<std::int64_t> shape;
    DType dtype;
    std::string name;      // of an input, and of a parameter, whose path it is; else empty
    Tensor constant = {};  // without a value: it is an input, or what an operation makes
  };
  struct Operation {
    std::string name;
    std::vector<Trace::Attribute> attributes;
    std::vector<std::size_t> inputs;  // places in `values`
    std::size_t output;

    // The attribute of that name. Throws Error where it has none of that type.
    std::int64_t whole(const char* attribute) const;
    std::vector<std::int64_t> list(const char* attribute) const;
  };
  struct Output {
    std::string name;
    std::size_t value;
  };

  std::vector<Value> values;
  std::vector<Operation> operations;  // each behind those whose outputs it reads
  std::vector<std::size_t> inputs;    // those that are read
  std::vector<Output> outputs;

  std::int64_t weights() const;  // how many numbers are constants, but for plain numbers
};

// What a function makes, under its name, each with the axis of the examples first.
using Outputs = std::vector<std::pair<std::string, Variable>>;

struct GraphInput {
  std::string name;
  Shape shape;               // of one example
  std::int64_t classes = 0;  // it is a label, int32; 0: float32 numbers
};

// What a function computes, for any batch [n, shape…] of each input. It is called twice, with
// different inputs of two and of three examples, and a Trace listens. What does not depend on the
// inputs is a constant, and what the outputs do not need is left out. Throws Error where the two
// lists differ, or a constant: where the function depends on its inputs by more than operations on
// Variables.
Graph graph_of(const std::vector<GraphInput>& inputs,
               const std::function<Outputs(const std::vector<Tensor>&)>& function);

}  // namespace ebb::tools
