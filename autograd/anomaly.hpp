// Where did the NaN come from? In anomaly mode every recorded operation looks at its result, and
// the walk at every gradient; the first NaN or infinity throws and names its operation.
#pragma once

#include <autograd/tape.hpp>
#include <string>

namespace ebb {

// "log: the first NaN or infinity is in its result [128, 20]; in encoder.mean"
struct AnomalyError final : Error {
  using Error::Error;
};

// While one lives, its thread computes in anomaly mode: about twice as slow, for finding out.
class AnomalyMode final {
 public:
  [[nodiscard("it ends at once unless it has a name")]] AnomalyMode();
  ~AnomalyMode();
  AnomalyMode(const AnomalyMode&) = delete;
  AnomalyMode& operator=(const AnomalyMode&) = delete;

 private:
  bool before_;
};

// While one lives, what its thread records happens in the module of that path.
class ModuleScope final {
 public:
  [[nodiscard("it ends at once unless it has a name")]] explicit ModuleScope(
      const std::string& path);  // the path must outlive the scope
  ~ModuleScope();
  ModuleScope(const ModuleScope&) = delete;
  ModuleScope& operator=(const ModuleScope&) = delete;

 private:
  const std::string* before_;
};

// Does x hold neither NaN nor infinity? Costs one pass.
[[nodiscard]] bool is_finite(const Tensor& x);

namespace detail {

// While one lives, what its thread computes is the derivative of that node.
class RuleScope final {
 public:
  explicit RuleScope(const Node& node);
  ~RuleScope();
  RuleScope(const RuleScope&) = delete;
  RuleScope& operator=(const RuleScope&) = delete;

 private:
  const Node* before_;
};
const char* operation_being_derived();  // for messages of what happens in a rule

void inspect_gradient(const Node& node, const Tensor& gradient);

}  // namespace detail

}  // namespace ebb
