// What holds on a thread while a scope lives: whether it records, in which module it computes.
// Scopes nest; where one ends, what held before holds again. NoGrad: autograd/gradients.hpp.
#pragma once

#include <string>
#include <tensor/error.hpp>  // first: it says when the language is older than C++20
#include <utility>

namespace ebb {

struct Node;
class Listener;

namespace detail {

struct Scopes {
  bool records = true;
  const std::string* module = nullptr;  // the path of the module that computes
  const Node* derived = nullptr;        // the operation whose rule runs
  Listener* listener = nullptr;         // the latest (autograd/trace.hpp)
};
inline thread_local constinit Scopes scopes;

// Gives a variable another value for as long as it lives.
template <class T>
class Replaced final {
 public:
  Replaced(T& variable, T value) : variable_(variable), before_(std::exchange(variable, value)) {}
  ~Replaced() { variable_ = before_; }
  Replaced(const Replaced&) = delete;
  Replaced& operator=(const Replaced&) = delete;

 private:
  T& variable_;
  T before_;
};

// While one lives, its thread records, in NoGrad too, or does not.
class Recording final {
 public:
  [[nodiscard("it ends at once unless it has a name")]] explicit Recording(bool on)
      : records_(scopes.records, on) {}

 private:
  Replaced<bool> records_;
};

// While one lives, what its thread computes is the derivative of that node.
class RuleScope final {
 public:
  [[nodiscard("it ends at once unless it has a name")]] explicit RuleScope(const Node& node)
      : derived_(scopes.derived, &node) {}

 private:
  Replaced<const Node*> derived_;
};

}  // namespace detail

// While one lives, what its thread computes happens in the module of that path, which must outlive
// the scope.
class ModuleScope final {
 public:
  [[nodiscard("it ends at once unless it has a name")]] explicit ModuleScope(
      const std::string& path)
      : module_(detail::scopes.module, &path) {}

 private:
  detail::Replaced<const std::string*> module_;
};

}  // namespace ebb
