#include <algorithm>
#include <autograd/gradients.hpp>
#include <autograd/walk.hpp>
#include <cmath>
#include <tensor/elementwise.hpp>
#include <tensor/reduce.hpp>

namespace ebb {
namespace {

bool older(const Gradients::Entry& entry, std::uint64_t id) { return entry.leaf->id < id; }

}  // namespace

const Tensor* Gradients::find(const Variable& leaf) const {
  if (!leaf.wants_gradient()) return nullptr;
  const auto place = std::lower_bound(entries_.begin(), entries_.end(), leaf.node()->id, older);
  return place != entries_.end() && place->leaf == leaf.node() ? &place->gradient : nullptr;
}

const Tensor& Gradients::operator[](const Variable& leaf) const {
  if (const Tensor* gradient = find(leaf)) return *gradient;
  throw Error(text("gradients: there is none for this ",
                   leaf.wants_gradient() ? "leaf " : "constant ", leaf.shape(),
                   "; the loss does not depend on it, try find"));
}

Gradients& Gradients::operator+=(const Gradients& other) {
  for (const Entry& entry : other.entries_) {
    const auto place = std::lower_bound(entries_.begin(), entries_.end(), entry.leaf->id, older);
    if (place != entries_.end() && place->leaf == entry.leaf)
      place->gradient = place->gradient + entry.gradient;
    else
      entries_.insert(place, entry);
  }
  return *this;
}

Gradients& Gradients::operator*=(double factor) {
  for (Entry& entry : entries_) entry.gradient = entry.gradient * factor;
  return *this;
}

double Gradients::norm() const {
  double total = 0;  // in float64, where no square of a float32 overflows
  for (const Entry& entry : entries_)
    total += sum(square(cast(entry.gradient, DType::float64))).item();
  return std::sqrt(total);
}

double Gradients::clip_norm(double largest) {
  if (!(largest > 0)) throw Error(text("clip_norm: the largest norm is ", largest, "; try 1"));
  const double before = norm();
  if (before > largest) *this *= largest / before;
  return before;
}

Gradients backward(const Variable& loss, const BackwardOptions& options) {
  if (!loss.wants_gradient())
    throw Error(text("backward: nothing in this loss ", loss.shape(),
                     " wants a gradient; compute it from parameters or leaves, not inside NoGrad, "
                     "and not with everything frozen"));
  Gradients result;
  const auto is_leaf = [](const Node& node) { return node.edges.empty(); };
  const auto keep = [&](const std::shared_ptr<Node>& leaf, const Variable& gradient) {
    result.entries_.push_back({leaf, gradient.value()});
  };
  detail::walk("backward", loss, {}, is_leaf, keep, {false, !options.keep_graph});
  std::reverse(result.entries_.begin(), result.entries_.end());
  return result;
}

}  // namespace ebb
