// What an operation says of itself besides its rules: its name, what it is told, and all that it
// computes with. Views, read only while somebody listens (autograd/trace.hpp).
#pragma once

#include <autograd/tape.hpp>
#include <initializer_list>
#include <span>
#include <type_traits>
#include <variant>

namespace ebb {

// What an operation is told besides its inputs: {"axis", 1}, {"axes", axes}, {"correction", 0.5}.
struct Attribute {
  using Numbers = std::span<const std::int64_t>;

  template <std::integral Number>
  Attribute(const char* known, Number number)
      : name(known), value(static_cast<std::int64_t>(number)) {}
  Attribute(const char* known, double number) : name(known), value(number) {}
  Attribute(const char* known, const char* word) : name(known), value(word) {}
  template <class List>
  requires requires(const List& list) { Numbers(list.begin(), list.end()); }
  Attribute(const char* known, const List& list)
      : name(known), value(Numbers(list.begin(), list.end())) {}

  const char* name;
  std::variant<std::int64_t, double, Numbers, const char*> value;
};

// What an operation computes with, in the eyes of who listens: a value, or a plain number.
struct Input {
  Input(const Variable& x) : value(&x.value()), node(x.node().get()) {}
  Input(const Tensor& x) : value(&x) {}
  template <class T>
  requires std::is_arithmetic_v<T> Input(T x) : number(static_cast<double>(x)) {}

  const Tensor* value = nullptr;  // nullptr: a plain number
  const Node* node = nullptr;     // nullptr: a constant
  double number = 0;
};

// An input without a derivative: a mask, an index, a plain number.
struct Constant {
  Input x;
};

namespace detail {

// Its name, and what it is told: "tanh", or {"slice", {{"axis", axis}, {"start", start}}}.
struct Operation {
  Operation(const char* known) : name(known) {}
  Operation(const char* known, std::initializer_list<Attribute> told) : name(known) {
    attributes = {told.begin(), told.size()};  // they live as long as the call of record
  }

  const char* name;
  std::span<const Attribute> attributes;
};

// Tells those who listen.
void tell(const Operation& operation, const Tensor& value, Node* node,
          const std::vector<Input>& inputs);

}  // namespace detail
}  // namespace ebb
