// What did the program compute? Every operation on Variables is told to those who listen on its
// thread: what prints a program, exports it or looks for a NaN in it listens here, and nobody walks
// over a program in another way. While nobody listens it costs the test of a pointer.
#pragma once

#include <autograd/record.hpp>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace ebb {

// One operation, as it is told. What it points to lives as long as the call.
struct Heard {
  const char* name;
  std::span<const Attribute> attributes;
  const Tensor& value;               // its result
  const Node* node;                  // nullptr: the result is a constant
  const std::vector<Input>& inputs;  // all, in the operation's order
  const std::string& module;         // the path where it, or what it is the derivative of, was
                                     // recorded; empty outside of modules
  const Node* derived;               // the operation whose rule computes it, or nullptr
};

// Hears what its thread computes from Variables for as long as it lives, under NoGrad and inside of
// rules, too. What hear throws leaves the operation.
class Listener {
 public:
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  virtual void hear(const Heard& heard) = 0;

 protected:
  Listener();
  ~Listener();

 private:
  friend void detail::tell(const detail::Operation&, const Tensor&, Node*,
                           const std::vector<Input>&);
  Listener* before_;
};

// While one lives it keeps a list of what its thread computes: what came in, and each operation.
//     Trace trace;
//     const Variable y = model(x);
//     std::cout << to_string(trace);
class Trace final : Listener {
 public:
  using AttributeValue = std::variant<std::int64_t, double, std::vector<std::int64_t>, std::string>;
  struct Attribute {
    std::string name;
    AttributeValue value;
  };

  // A tensor that an operation read or made. Its identity is its place in values().
  struct Value {
    Shape shape;
    DType dtype;
    Tensor given;      // where no operation of this trace made it: the tensor itself, kept
    std::string name;  // of a parameter: its path
  };
  struct Entry {
    std::string name;
    std::vector<Attribute> attributes;
    std::vector<std::variant<std::size_t, double>> inputs;  // identities, and plain numbers
    std::size_t output;                                     // an identity
    std::string module;                                     // its path; empty outside of modules
    std::string derivative_of;  // the operation whose rule computed this; else empty
  };

  [[nodiscard("it ends at once unless it has a name")]] Trace();

  // In the order of the program.
  const std::vector<Value>& values() const { return values_; }
  const std::vector<Entry>& entries() const { return entries_; }
  // The identity of a tensor: the same elements, in the same order, of the same storage. Where an
  // operation returned its input (a reshape to the same shape), that of the later one. Throws Error
  // for a tensor that no operation of this trace read or made.
  std::size_t identity(const Tensor& x) const;
  std::size_t identity(const Variable& x) const { return identity(x.value()); }

 private:
  struct Place {  // of a tensor in its storage
    std::int64_t offset;
    Shape shape, strides;
    DType dtype;
    std::size_t identity;
  };

  void hear(const Heard& heard) override;
  const Place* find(const Tensor& x) const;
  std::size_t add(const Tensor& x, Value value);

  std::vector<Value> values_;
  std::vector<Entry> entries_;
  struct Places;  // the identities in each storage
  std::shared_ptr<Places> places_;
};

// A line for each value that came in, and one for each operation, in the order of the program:
//     #0 given [128, 784]
//     #1 given [400, 784] encoder.hidden.weight
//     #2 linear(#0, #1) [128, 400]; in encoder.hidden
//     #3 slice(#2, axis=1, start=0, stop=20, step=1) [128, 20]
[[nodiscard]] std::string to_string(const Trace& trace);

}  // namespace ebb
