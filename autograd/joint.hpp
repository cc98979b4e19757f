// One rule for several inputs whose gradients share work, such as a normalization's.
#pragma once

#include <autograd/tape.hpp>
#include <initializer_list>
#include <mutex>

namespace ebb {

using Wanted = std::vector<bool>;  // which inputs are not constants, in their order

namespace detail {

// The rule runs for the first of its edges; the others take what it found. That is told apart from
// an earlier walk's by the gradient that arrived, which lives until all is taken, so that no other
// can have its memory.
template <class R>
class Joint final {
 public:
  static constexpr bool reads_output =
      std::is_invocable_v<R, const Variable&, const Variable&, const Wanted&>;

  Joint(R rule, Wanted wanted)
      : rule_(std::move(rule)), wanted_(std::move(wanted)), found_(wanted_.size()) {}

  Variable take(std::size_t i, const Variable& y, const Variable& dy) {
    const std::lock_guard lock(mutex_);  // two threads may walk one graph
    if (!found_[i] || arrived_.value().raw() != dy.value().raw() || arrived_.node() != dy.node() ||
        recorded_ != recording())
      run(y, dy);
    const Variable dx = std::move(*found_[i]);
    found_[i].reset();
    bool all_taken = true;
    for (const auto& other : found_) all_taken &= !other.has_value();
    if (all_taken) arrived_ = {};
    return dx;
  }

 private:
  void run(const Variable& y, const Variable& dy) {
    std::vector<Variable> all;
    if constexpr (reads_output)
      all = rule_(y, dy, wanted_);
    else
      all = rule_(dy, wanted_);
    if (all.size() != wanted_.size())
      throw Error(text("joint: the rule of ", wanted_.size(), " inputs gave ", all.size(),
                       " gradients; give one for each, empty where it is not wanted"));
    for (std::size_t i = 0; i < all.size(); ++i)
      if (wanted_[i]) found_[i] = std::move(all[i]);
    arrived_ = dy;
    recorded_ = recording();
  }

  const R rule_;
  const Wanted wanted_;
  std::vector<std::optional<Variable>> found_;  // what no edge has taken yet
  Variable arrived_;
  bool recorded_ = false;
  std::mutex mutex_;
};

}  // namespace detail

// The Wrts of several inputs for `record`, which one rule serves: called with (dy, wanted), or with
// (y, dy, wanted) where it reads the output, it returns a gradient for each input, in their order,
// and an empty Variable where none is wanted. It runs once in a walk. Write the call inside that of
// record: like Wrt, the result refers to its inputs.
//     return record("normalize", y, joint({x, gain, bias}, [=](const Variable& dy, const Wanted&) {
//       …
//       return std::vector{dx, dgain, dbias};
//     }));
template <class R>
auto joint(std::initializer_list<Variable> inputs, R rule) {
  using Joint = detail::Joint<R>;
  Wanted wanted;
  for (const Variable& x : inputs) wanted.push_back(x.wants_gradient());
  const auto shared = std::make_shared<Joint>(std::move(rule), std::move(wanted));
  const auto edge = [&](std::size_t i) {
    if constexpr (Joint::reads_output)
      return [shared, i](const Variable& y, const Variable& dy) { return shared->take(i, y, dy); };
    else
      return [shared, i](const Variable& dy) { return shared->take(i, {}, dy); };
  };
  std::vector<Wrt<decltype(edge(0))>> each;
  for (const Variable& x : inputs) each.push_back({x, edge(each.size())});
  return each;
}

}  // namespace ebb
