#include <cmath>
#include <set>
#include <tensor/makers.hpp>
#include <tools/common/exit_codes.hpp>
#include <tools/exporting/onnx.hpp>
#include <tools/exporting/protobuf.hpp>

namespace ebb::tools {

namespace {

using Message = ProtobufMessage;
using Names = std::vector<std::string>;
using Integers = std::vector<std::int64_t>;

enum Type { as_float = 1, as_int64 = 7, as_bool = 9, as_double = 11 };
Type type_of(DType dtype) {
  if (dtype == DType::int32) return as_int64;
  return dtype == DType::float64 ? as_double : as_float;
}

Message attribute(const char* name, std::int64_t value) {
  return Message().bytes(1, name).varint(3, value).varint(20, 2);
}
Message attribute(const char* name, const Integers& values) {
  Message message;
  message.bytes(1, name);
  for (const std::int64_t value : values) message.varint(8, value);
  return message.varint(20, 7);
}

Message tensor_of(const std::string& name, const Integers& shape, Type type,
                  std::string_view bytes) {
  Message message;
  for (const std::int64_t length : shape) message.varint(1, length);
  return message.varint(2, type).bytes(8, name).bytes(9, bytes);
}

template <class T>
std::string_view bytes_of(const T* data, std::size_t count) {
  return {reinterpret_cast<const char*>(data), count * sizeof(T)};
}

// The operations that are one in ONNX, too.
const char* twin_of(const std::string& name) {
  static const std::map<std::string, const char*> twins = {
      {"abs", "Abs"},      {"add", "Add"},         {"clamp", "Clip"},        {"divide", "Div"},
      {"erf", "Erf"},      {"exp", "Exp"},         {"log", "Log"},           {"matmul", "MatMul"},
      {"maximum", "Max"},  {"minimum", "Min"},     {"multiply", "Mul"},      {"negate", "Neg"},
      {"relu", "Relu"},    {"sigmoid", "Sigmoid"}, {"softplus", "Softplus"}, {"sqrt", "Sqrt"},
      {"subtract", "Sub"}, {"tanh", "Tanh"},       {"embedding", "Gather"}};
  const auto found = twins.find(name);
  return found == twins.end() ? nullptr : found->second;
}
const char* comparison_of(const std::string& name) {
  static const std::map<std::string, const char*> twins = {{"equal", "Equal"},
                                                           {"greater", "Greater"},
                                                           {"greater_equal", "GreaterOrEqual"},
                                                           {"less", "Less"},
                                                           {"less_equal", "LessOrEqual"}};
  const auto found = twins.find(name);
  return found == twins.end() ? nullptr : found->second;
}

class Writer {
 public:
  Writer(const Graph& graph, const OnnxWords& words) : graph_(graph), words_(words) {}

  std::string write() {
    name_values();
    for (const Graph::Operation& operation : graph_.operations) write(operation);
    Message all;
    for (const Message& each : nodes_) all.message(1, each);
    all.bytes(2, words_.name);
    for (const Message& each : initializers_) all.message(5, each);
    for (const std::size_t input : graph_.inputs)
      all.message(11, information(names_[input], input));
    for (const Graph::Output& output : graph_.outputs) {
      if (names_[output.value] != output.name)
        node("Identity", {names_[output.value]}, {}, output.name), all.message(1, nodes_.back());
      all.message(12, information(output.name, output.value));
    }
    Message model;
    model.varint(1, 8).bytes(2, "ebb").bytes(6, words_.documentation).message(7, all);
    return model.message(8, Message().varint(2, 17)).bytes();
  }

 private:
  void name_values() {
    names_.resize(graph_.values.size());
    for (const std::size_t input : graph_.inputs) names_[input] = graph_.values[input].name;
    for (const Graph::Output& output : graph_.outputs)
      if (names_[output.value].empty() && graph_.values[output.value].constant.count() == 0)
        names_[output.value] = output.name;
    for (const Graph::Output& output : graph_.outputs) taken_.insert(output.name);
    taken_.insert(names_.begin(), names_.end());
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (names_[i].empty()) names_[i] = new_name(graph_.values[i].name);
      if (const Tensor& x = graph_.values[i].constant; x.count() > 0) write(x, names_[i]);
    }
  }

  std::string new_name(const std::string& wish = "") {
    std::string name = wish;
    while (name.empty() || !taken_.insert(name).second) name = "value_" + std::to_string(++last_);
    return name;
  }

  void write(const Tensor& x, const std::string& name) {
    const Tensor row = contiguous(x);
    const Integers shape(x.shape().begin(), x.shape().end());
    const auto count = static_cast<std::size_t>(x.count());
    Message message;
    if (x.dtype() == DType::int32) {
      const Integers whole(row.data<std::int32_t>(), row.data<std::int32_t>() + count);
      message = tensor_of(name, shape, as_int64, bytes_of(whole.data(), count));
    } else {
      const char* const data = static_cast<const char*>(row.raw());
      message = tensor_of(name, shape, type_of(x.dtype()), {data, count * size_of(x.dtype())});
    }
    initializers_.push_back(std::move(message));
  }
  // Names of new constants.
  std::string constant(double number, DType dtype) {
    const std::string name = new_name();
    write(full({}, number, dtype), name);
    return name;
  }
  std::string constant(const Integers& list) {
    const std::string name = new_name();
    initializers_.push_back(tensor_of(name, {static_cast<std::int64_t>(list.size())}, as_int64,
                                      bytes_of(list.data(), list.size())));
    return name;
  }

  Message information(const std::string& name, std::size_t value) const {
    Message shape;
    for (const std::int64_t length : graph_.values[value].shape)
      shape.message(
          1, length == Graph::batch ? Message().bytes(2, "batch") : Message().varint(1, length));
    Message tensor;
    tensor.varint(1, type_of(graph_.values[value].dtype)).message(2, shape);
    Message message;
    message.bytes(1, name).message(2, Message().message(1, tensor));
    const auto words = words_.values.find(name);
    return words == words_.values.end() ? message : message.bytes(3, words->second);
  }

  // Returns the name of its output.
  std::string node(const char* type, const Names& inputs,
                   const std::vector<Message>& attributes = {}, std::string output = "") {
    if (output.empty()) output = new_name();
    Message message;
    for (const std::string& input : inputs) message.bytes(1, input);
    message.bytes(2, output).bytes(3, output).bytes(4, type);
    for (const Message& each : attributes) message.message(5, each);
    nodes_.push_back(std::move(message));
    return output;
  }

  const Integers& shape(std::size_t value) const { return graph_.values[value].shape; }

  void write(const Graph::Operation& o) {
    Names in;
    for (const std::size_t input : o.inputs) in.push_back(names_[input]);
    const std::string out = names_[o.output];
    const DType dtype = graph_.values[o.output].dtype;
    const auto cast_to = [&](const std::string& x, Type type, const std::string& name) {
      return node("Cast", {x}, {attribute("to", std::int64_t{type})}, name);
    };
    if (const char* twin = twin_of(o.name); twin && (o.name != "softplus" || in.size() == 1))
      node(twin, in, {}, out);
    else if (const char* comparison = comparison_of(o.name))
      cast_to(node(comparison, in), type_of(dtype), out);
    else if (o.name == "where")
      node("Where", {cast_to(in[0], as_bool, ""), in[1], in[2]}, {}, out);
    else if (o.name == "cast")
      cast_to(in[0], type_of(dtype), out);
    else if (o.name == "square")
      node("Mul", {in[0], in[0]}, {}, out);
    else if (o.name == "linear")
      write_linear(o, in, out);
    else if (o.name == "conv2d" || o.name == "conv_transpose2d")
      node(o.name == "conv2d" ? "Conv" : "ConvTranspose", in, windows_of(o), out);
    else if (!write_formula(o.name, in, out, dtype) && !write_movement(o, in, out))
      throw UsageError("onnx: there are no words for the operation " + o.name +
                       "; try a model without it");
  }

  void write_linear(const Graph::Operation& o, const Names& in, const std::string& out) {
    if (shape(o.inputs[0]).size() == 2) {
      node("Gemm", in, {attribute("transB", 1)}, out);
      return;
    }
    const std::string turned = node("Transpose", {in[1]}, {attribute("perm", Integers{1, 0})});
    if (in.size() == 2)
      node("MatMul", {in[0], turned}, {}, out);
    else
      node("Add", {node("MatMul", {in[0], turned}), in[2]}, {}, out);
  }

  std::vector<Message> windows_of(const Graph::Operation& o) const {
    const bool forward = o.name == "conv2d";
    const Integers &x = shape(o.inputs[0]), &w = shape(o.inputs[1]), &y = shape(o.output);
    const Integers stride = o.list("stride"), before = o.list("padding"),
                   dilation = o.list("dilation");
    Integers pads = {before[0], before[1], 0, 0}, more(2);
    for (std::size_t i = 0; i < 2; ++i) {
      // The larger side, from which a convolution of windows leaves the smaller.
      const std::int64_t small = forward ? y[i + 2] : x[i + 2],
                         large = forward ? x[i + 2] : y[i + 2];
      const std::int64_t covered = (small - 1) * stride[i] + dilation[i] * (w[i + 2] - 1) + 1;
      pads[i + 2] = std::max<std::int64_t>(0, forward ? covered - large - before[i] : before[i]);
      more[i] = large - (covered - before[i] - pads[i + 2]);
    }
    std::vector<Message> all = {attribute("strides", stride), attribute("pads", pads),
                                attribute("dilations", dilation),
                                attribute("group", o.whole("groups"))};
    if (!forward) all.push_back(attribute("output_padding", more));
    return all;
  }

  bool write_formula(const std::string& name, const Names& in, const std::string& out,
                     DType dtype) {
    const auto number = [&](double value) { return constant(value, dtype); };
    if (name == "gelu") {  // x / 2 (1 + erf(x / √2))
      const std::string erf = node("Erf", {node("Mul", {in[0], number(std::sqrt(0.5))})});
      node("Mul", {node("Mul", {in[0], number(0.5)}), node("Add", {erf, number(1)})}, {}, out);
    } else if (name ==
               "expm1") {  // near 0, where e^x - 1 loses digits, 2 t / (1 - t), t = tanh(x / 2)
      const std::string t = node("Tanh", {node("Mul", {in[0], number(0.5)})});
      const std::string near = node("Div", {node("Add", {t, t}), node("Sub", {number(1), t})});
      const std::string far = node("Sub", {node("Exp", {in[0]}), number(1)});
      const std::string small = node("Less", {node("Abs", {in[0]}), number(1)});
      node("Where", {small, near, far}, {}, out);
    } else {
      return false;
    }
    return true;
  }

  bool write_movement(const Graph::Operation& o, const Names& in, const std::string& out) {
    if (o.name == "reshape") {
      node("Reshape", {in[0], constant(o.list("shape"))}, {}, out);
    } else if (o.name == "expand") {
      Integers shape = o.list("shape");  // 1 leaves the batch as it is
      for (std::int64_t& length : shape) length = length == Graph::batch ? 1 : length;
      node("Expand", {in[0], constant(shape)}, {}, out);
    } else if (o.name == "permute") {
      node("Transpose", in, {attribute("perm", o.list("order"))}, out);
    } else if (o.name == "cat") {
      node("Concat", in, {attribute("axis", o.whole("axis"))}, out);
    } else if (o.name == "slice") {
      node("Slice",
           {in[0], constant(Integers{o.whole("start")}), constant(Integers{o.whole("stop")}),
            constant(Integers{o.whole("axis")}), constant(Integers{o.whole("step")})},
           {}, out);
    } else if (o.name == "sum") {
      node("ReduceSum", {in[0], constant(o.list("axes"))},
           {attribute("keepdims", o.whole("keepdim"))}, out);
    } else if (o.name == "argmax" || o.name == "argmin") {
      node(o.name == "argmax" ? "ArgMax" : "ArgMin", in,
           {attribute("axis", o.whole("axis")), attribute("keepdims", o.whole("keepdim"))}, out);
    } else {
      return false;
    }
    return true;
  }

  const Graph& graph_;
  const OnnxWords& words_;
  Names names_;  // of the values
  std::set<std::string> taken_;
  std::vector<Message> nodes_, initializers_;
  int last_ = 0;
};

}  // namespace

std::string onnx_of(const Graph& graph, const OnnxWords& words) {
  if (graph.weights() > 500'000'000)
    throw UsageError(
        text("onnx: ", graph.weights(),
             " weights are more than the 2 GB that a file can hold; try a smaller model"));
  return Writer(graph, words).write();
}

}  // namespace ebb::tools
