#include <algorithm>
#include <autograd/gradients.hpp>
#include <autograd/walk.hpp>
#include <cfloat>
#include <cmath>
#include <iterator>
#include <tensor/elementwise.hpp>
#include <tensor/reduce.hpp>
#include <unordered_map>

namespace ebb {

std::vector<Variable> gradients(const Variable& y, std::span<const Variable> inputs,
                                const GradientOptions& options) {
  if (!y.wants_gradient())
    throw Error(text("gradients: the result ", y.shape(),
                     " is a constant, nothing in it wants a gradient; try {.create_graph = true} "
                     "where it came from gradients, and compute it outside NoGrad"));
  std::unordered_map<const Node*, std::optional<Variable>> found;
  std::uint64_t oldest = UINT64_MAX;
  for (const Variable& input : inputs) {
    if (!input.wants_gradient())
      throw Error(text("gradients: input ", &input - inputs.data(), " of shape ", input.shape(),
                       " is a constant; try leaf, or compute it from one"));
    found[input.node().get()];
    oldest = std::min(oldest, input.node()->id);
  }
  const auto wanted = [&](const Node& node) { return found.contains(&node); };
  const auto keep = [&](const auto& node, const Variable& dx) { found[node.get()] = dx; };
  detail::walk("gradients", y, options.seed, wanted, keep, {options.create_graph, false, oldest});
  std::vector<Variable> result;
  for (const Variable& input : inputs) {
    const std::optional<Variable>& dx = found[input.node().get()];
    result.push_back(dx ? *dx : zeros(input.shape(), input.dtype()));
  }
  return result;
}

namespace {

bool older(const Gradients::Entry& entry, std::uint64_t id) { return entry.leaf->id < id; }

double largest_of(const Gradients::Entry& entry) {
  return entry.gradient.count() > 0 ? amax(abs(entry.gradient)).item() : 0;
}

void require_leaf(const Variable& leaf) {
  if (!leaf.wants_gradient() || !leaf.node()->edges.empty() || leaf.node()->freed)
    throw Error(text("backward: ", leaf.shape(), " is ",
                     leaf.wants_gradient() ? "computed, no leaf; try gradients"
                                           : "a constant, no leaf; try leaf"));
}

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

bool Gradients::expects(const Variable& leaf) const {
  return leaf.wants_gradient() &&
         (expects_all_ || std::binary_search(expected_.begin(), expected_.end(), leaf.node()->id));
}

Gradients& Gradients::operator+=(const Gradients& other) {
  for (const Entry& entry : other.entries_) {
    const auto place = std::lower_bound(entries_.begin(), entries_.end(), entry.leaf->id, older);
    if (place != entries_.end() && place->leaf == entry.leaf)
      place->gradient = place->gradient + entry.gradient;
    else
      entries_.insert(place, entry);
  }
  expects_all_ |= other.expects_all_;
  std::vector<std::uint64_t> either;
  std::set_union(expected_.begin(), expected_.end(), other.expected_.begin(), other.expected_.end(),
                 std::back_inserter(either));
  expected_ = std::move(either);
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
  if (total >= DBL_MIN && total <= DBL_MAX) return std::sqrt(total);
  // Squares of a float64 do: they are those of the quotients by the largest then.
  double largest = 0;
  for (const Entry& entry : entries_) largest = std::max(largest, largest_of(entry));
  if (!(largest > 0 && largest <= DBL_MAX)) return std::sqrt(total);
  total = 0;
  for (const Entry& entry : entries_)
    total += sum(square(cast(entry.gradient, DType::float64) / largest)).item();
  return largest * std::sqrt(total);
}

double Gradients::clip_norm(double largest) {
  if (!(largest > 0)) throw Error(text("clip_norm: the largest norm is ", largest, "; try 1"));
  const double before = norm();
  if (!std::isfinite(before))
    for (const Entry& entry : entries_)
      if (!std::isfinite(largest_of(entry)))
        throw Error(text("clip_norm: the norm is ", before, ", by the gradient of ",
                         entry.leaf->where.empty() ? "a leaf" : entry.leaf->where, ' ',
                         entry.leaf->shape, "; try AnomalyMode to see where that began"));
  if (before > largest) *this *= largest / before;
  return before;
}

namespace {

std::vector<Gradients::Entry> gradients_of(const Variable& loss,
                                           const std::function<bool(const Node&)>& wanted,
                                           const BackwardOptions& options) {
  if (!loss.wants_gradient())
    throw Error(text("backward: nothing in this loss ", loss.shape(),
                     " wants a gradient; compute it from parameters or leaves, not inside NoGrad, "
                     "and not with everything frozen"));
  std::vector<Gradients::Entry> entries;
  const auto keep = [&](const std::shared_ptr<Node>& leaf, const Variable& gradient) {
    entries.push_back({leaf, gradient.value()});
  };
  detail::walk("backward", loss, {}, wanted, keep, {false, !options.keep_graph});
  std::reverse(entries.begin(), entries.end());
  return entries;
}

}  // namespace

Gradients backward(const Variable& loss, const BackwardOptions& options) {
  Gradients result;
  result.entries_ = gradients_of(
      loss, [](const Node& node) { return node.edges.empty(); }, options);
  result.expects_all_ = true;
  return result;
}

Gradients backward(const Variable& loss, std::span<const Variable> leaves,
                   const BackwardOptions& options) {
  Gradients result;
  std::vector<std::uint64_t>& ids = result.expected_;
  for (const Variable& leaf : leaves) {
    require_leaf(leaf);
    ids.push_back(leaf.node()->id);
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  const auto wanted = [&](const Node& node) {
    return node.edges.empty() && std::binary_search(ids.begin(), ids.end(), node.id);
  };
  result.entries_ = gradients_of(loss, wanted, options);
  return result;
}

}  // namespace ebb
