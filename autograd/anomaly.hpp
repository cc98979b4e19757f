// Where did the NaN come from? In anomaly mode every recorded operation looks at its result, and
// the walk at every gradient; the first NaN or infinity throws and names its operation.
#pragma once

#include <autograd/trace.hpp>
#include <string>

namespace ebb {

// "log: the first NaN or infinity is in its result [128, 20]; in encoder.mean"
struct AnomalyError final : Error {
  using Error::Error;
};

// While one lives, its thread computes in anomaly mode: about twice as slow, for finding out.
class AnomalyMode final : Listener {
 public:
  [[nodiscard("it ends at once unless it has a name")]] AnomalyMode();

 private:
  void hear(const Heard& heard) override;
  detail::Replaced<bool> active_;
};

// Does x hold neither NaN nor infinity? Costs one pass.
[[nodiscard]] bool is_finite(const Tensor& x);

namespace detail {
// What a rule of the node computed for one of its inputs: throws AnomalyError in anomaly mode.
void inspect_gradient(const Node& node, const Tensor& gradient);
}  // namespace detail

}  // namespace ebb
