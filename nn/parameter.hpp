// A weight of a model: a leaf of the graph with a shape, a start, and a name.
#pragma once

#include <autograd/tape.hpp>
#include <string>

namespace ebb {
struct Random;
// A base for classes in ebb::nn: through it, `weight * x` finds the operators in ebb.
struct FindsOperatorsInEbb {};

namespace nn {

// Makes the first numbers: uniform(0.1), say (nn/start.hpp), or a function of the user's.
using Start = std::function<Tensor(const Shape& shape, Random& random, DType dtype)>;

struct ParameterOptions {
  Start start = {};         // none: zeros
  bool transposed = false;  // a matrix lies column by column in memory, as some products read it
};

// Owns its leaf: copying a Parameter copies its numbers, moving it keeps them. It has no numbers
// until initialize(model) or load(model, path); using it before throws Error.
class Parameter final : FindsOperatorsInEbb {
 public:
  explicit Parameter(const Shape& shape, const ParameterOptions& options = {});
  Parameter(const Parameter& other);
  Parameter(Parameter&& other) noexcept;
  Parameter& operator=(const Parameter& other) { return *this = Parameter(other); }
  Parameter& operator=(Parameter&& other) noexcept;
  ~Parameter();

  // What computations see: the leaf, or a constant while the parameter is frozen.
  const Variable& variable() const;
  operator const Variable&() const { return variable(); }

  const Shape& shape() const { return shape_; }
  [[nodiscard]] bool has_value() const { return leaf_.wants_gradient(); }
  const Variable& leaf() const { return leaf_; }
  const Tensor& value() const { return variable().value(); }
  const std::string& path() const { return path_; }
  bool frozen() const { return frozen_; }

  void freeze(bool on = true);
  void set_path(const std::string& path);
  // Copies the numbers; in place where the dtype stays, so that an optimizer keeps its hold. Throws
  // ShapeError unless the shapes agree.
  void set(const Tensor& value);
  // Makes its first numbers, in a new leaf. An optimizer that held the old leaf has to be made
  // again; its next step throws and says so.
  void initialize(Random random, DType dtype);

 private:
  void make_leaf(const Tensor& rows);  // in memory order, owned by nobody else

  Shape shape_;
  ParameterOptions options_;
  Variable leaf_, constant_;
  std::string path_;
  bool frozen_ = false;
};

}  // namespace nn

template <>
inline constexpr bool is_operand<nn::Parameter> = true;

}  // namespace ebb
