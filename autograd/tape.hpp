// How does a program get a derivative? Every operation on Variables notes, for each input that
// wants a gradient, the rule that carries a gradient from its output back to that input (record,
// autograd/record.hpp). `gradients` walks these notes from the last operation to the first.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tensor/tensor.hpp>
#include <vector>

namespace ebb {

struct Node;

// A tensor and, if a gradient is wanted, its place in the graph. Without a place it is a constant,
// and computing with constants records nothing. Copying copies two handles.
class [[nodiscard]] Variable final {
 public:
  Variable() = default;
  Variable(Tensor value) : value_(std::move(value)) {}
  Variable(Tensor value, std::shared_ptr<Node> node)
      : value_(std::move(value)), node_(std::move(node)) {}

  const Tensor& value() const { return value_; }
  const Shape& shape() const { return value_.shape(); }
  DType dtype() const { return value_.dtype(); }
  int rank() const { return value_.rank(); }
  std::int64_t size(int axis) const { return value_.size(axis); }
  std::int64_t count() const { return value_.count(); }
  [[nodiscard]] double item() const { return value_.item(); }
  // Entry i of the first axis, differentiable: squeeze(slice(…)). Throws as Tensor's does.
  Variable operator[](std::int64_t i) const;

  const std::shared_ptr<Node>& node() const { return node_; }
  bool wants_gradient() const { return node_ != nullptr; }

 private:
  Tensor value_;
  std::shared_ptr<Node> node_;
};
template <>
inline constexpr bool is_operand<Variable> = true;

// Like the tensor, and where it came from: "tensor(6., float32, by sum)", "…, leaf encoder.bias)".
[[nodiscard]] std::string to_string(const Variable& x);
std::ostream& operator<<(std::ostream& out, const Variable& x);

// A Variable that rules keep for later. Reading it throws Error if its elements were written since.
class [[nodiscard]] Saved final {
 public:
  explicit Saved(Variable x) : x_(std::move(x)), version_(x_.value().version()) {}
  operator const Variable&() const;

 private:
  Variable x_;
  std::uint32_t version_;
};
inline Saved saved(const Variable& x) { return Saved(x); }
template <>
inline constexpr bool is_operand<Saved> = true;  // rules compute with it as with a Variable

// dx = rule(y, dy), written in differentiable operations, so that it has derivatives itself.
using Rule = std::function<Variable(const Variable& y, const Variable& dy)>;
struct JointRule;  // for several inputs whose gradients share work (autograd/joint.hpp)
struct Edge {
  std::shared_ptr<Node> input;
  Rule rule;                                    // for this input alone, or
  std::shared_ptr<const JointRule> joint = {};  // one that it shares with edges beside it,
  std::size_t place = 0;                        // among whose inputs it is this one
  std::vector<Edge> later = {};                 // while nodes die: edges that go after these
};

// One recorded operation, or a leaf, which has no edges. Nodes own their inputs, never their
// outputs. A node is created after its inputs, so ids order the graph.
struct Node final {
  Node(const char* operation, const Tensor& value);
  ~Node();  // not recursive: a chain of a million nodes needs no deep stack

  std::uint64_t id;
  const char* name;
  Shape shape;
  DType dtype;
  std::vector<Edge> edges;             // only to inputs that want a gradient
  std::optional<Saved> output;         // only if a rule reads it
  bool freed = false, failed = false;  // by a backward; by one that threw on its way
  bool learns = false;                 // a parameter's, not frozen: an optimizer ought to hold it
  std::atomic<int> holders{0};         // the optimizers that do
  std::string where;  // a parameter's path; a module's, noted while somebody listens
};

// A Variable for which gradients can be asked: where graphs begin. float32 or float64.
Variable leaf(const Tensor& value);

}  // namespace ebb
