// How to ask for gradients: of a few Variables by name, of all that a loss depends on, or for none.
#pragma once

#include <array>
#include <autograd/tape.hpp>
#include <span>

namespace ebb {

// While a NoGrad lives, its thread records nothing; an inactive one changes nothing.
class NoGrad final {
 public:
  [[nodiscard("it ends at once unless it has a name")]] explicit NoGrad(bool active = true);
  ~NoGrad();
  NoGrad(const NoGrad&) = delete;
  NoGrad& operator=(const NoGrad&) = delete;

 private:
  bool before_;
};
[[nodiscard]] bool recording();

struct GradientOptions {
  bool create_graph = false;  // record the walk, in NoGrad too: the gradients have gradients
  std::optional<Variable> seed = {};  // the gradient that arrives at y; 1 where y has one element
};

// dy/dx for each input x, summed over y's elements weighted by the seed; zeros where y does not
// depend on x. The graph stays as it was. Throws Error if y or an input is a constant, if y has
// several elements and no seed came, or if an earlier backward freed the graph. A list of inputs
// gives an array, one Variable gives one.
//     auto [dw, db] = gradients(loss, {w, b});
//     const Variable dx = gradients(y, x);
[[nodiscard]] std::vector<Variable> gradients(const Variable& y, std::span<const Variable> inputs,
                                              const GradientOptions& options = {});
template <std::size_t N>
[[nodiscard]] std::array<Variable, N> gradients(const Variable& y, const Variable (&inputs)[N],
                                                const GradientOptions& options = {}) {
  std::vector<Variable> found = gradients(y, std::span<const Variable>(inputs), options);
  std::array<Variable, N> result;
  for (std::size_t i = 0; i < N; ++i) result[i] = std::move(found[i]);
  return result;
}
template <std::convertible_to<const Variable&> X>
Variable gradients(const Variable& y, const X& x, const GradientOptions& options = {}) {
  return gradients(y, {x}, options)[0];
}

// The gradients of the leaves that a loss depends on. Nothing is stored in the leaves themselves,
// so there is nothing to reset and nothing stale.
class [[nodiscard]] Gradients final {
 public:
  struct Entry {
    std::shared_ptr<Node> leaf;
    Tensor gradient;
  };

  // The gradient of a leaf, or nullptr if the loss did not depend on it.
  const Tensor* find(const Variable& leaf) const;
  // The same, but throws Error where there is none.
  const Tensor& operator[](const Variable& leaf) const;
  // Was it asked for? backward(loss) asks for every leaf's, backward(loss, leaves) for those.
  [[nodiscard]] bool expects(const Variable& leaf) const;

  const std::vector<Entry>& entries() const { return entries_; }  // oldest leaf first

  // Accumulation over several batches: a leaf that only one side holds keeps its gradient.
  Gradients& operator+=(const Gradients& other);
  Gradients& operator*=(double factor);

  // The Euclidean norm over all elements of all gradients, and scaling down to at most `largest`,
  // which returns the norm before (Pascanu et al., 2013). Throws Error unless largest > 0, and,
  // before anything has changed, for a norm that is no number: it names the first leaf with a
  // gradient that is NaN or infinite.
  [[nodiscard]] double norm() const;
  double clip_norm(double largest);

 private:
  friend Gradients backward(const Variable& loss, const struct BackwardOptions& options);
  friend Gradients backward(const Variable& loss, std::span<const Variable> leaves,
                            const BackwardOptions& options);
  std::vector<Entry> entries_;
  bool expects_all_ = false;
  std::vector<std::uint64_t> expected_;  // ids, in ascending order
};

struct BackwardOptions {
  bool keep_graph = false;  // so that the graph can be walked again
};

// d loss / d leaf for every leaf that the loss depends on; the loss has one element. Frees the
// graph as it goes, so that memory falls during the walk. Throws Error if nothing in the loss wants
// a gradient, or if the graph was freed before.
//     optimizer.step(backward(loss));
Gradients backward(const Variable& loss, const BackwardOptions& options = {});

// The same for these leaves alone: rules on no way to them do not run. One that the loss does not
// depend on gets no gradient. Throws Error for what is no leaf. Parts of a model:
// nn/parameters.hpp.
Gradients backward(const Variable& loss, std::span<const Variable> leaves,
                   const BackwardOptions& options = {});

}  // namespace ebb
