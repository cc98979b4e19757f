#include <cstring>
#include <nn/start.hpp>
#include <tensor/random.hpp>
#include <tensor/views.hpp>

namespace ebb::nn {

static_assert(std::is_nothrow_move_constructible_v<Parameter> &&
              std::is_nothrow_move_assignable_v<Parameter>);

Parameter::Parameter(const Shape& shape, const ParameterOptions& options)
    : shape_(shape), options_(options) {
  for (std::int64_t length : shape)
    if (length < 0)
      throw ShapeError(text("parameter: ", shape, " has a negative length; try 0 or more"));
  if (options.transposed && shape.rank() != 2)
    throw ShapeError(text("parameter: ", shape,
                          " is no matrix to lie transposed in memory; try a shape of two axes"));
}

Parameter::Parameter(const Parameter& other)
    : shape_(other.shape_), options_(other.options_), path_(other.path_), frozen_(other.frozen_) {
  if (other.has_value()) set(other.leaf_.value());
}

Parameter::Parameter(Parameter&& other) noexcept = default;
Parameter& Parameter::operator=(Parameter&& other) noexcept = default;
Parameter::~Parameter() = default;

const Variable& Parameter::variable() const {
  if (!has_value())
    throw Error(text("parameter ", path_.empty() ? "" : path_ + " ", shape_,
                     " has no numbers yet; call initialize(model, {.seed = 1}) or ",
                     "load(model, path) before the model is used; if you did, name this part in ",
                     "the visit of its module"));
  return frozen_ ? constant_ : leaf_;
}

void Parameter::freeze(bool on) {
  frozen_ = on;
  if (has_value()) leaf_.node()->learns = !on;
}

void Parameter::set_path(const std::string& path) {
  path_ = path;
  if (has_value()) leaf_.node()->where = path;
}

void Parameter::set(const Tensor& value) {
  if (value.shape() != shape_)
    throw ShapeError(text("parameter", path_.empty() ? "" : " ", path_, ": the shape is ", shape_,
                          ", the new values are ", value.shape(), "; try reshape or transpose"));
  const Tensor rows = contiguous(options_.transposed ? transpose(value) : value);
  if (has_value() && leaf_.dtype() == value.dtype()) {
    leaf_.value().storage()->note_write();
    if (rows.count() > 0)
      std::memmove(leaf_.value().raw(), rows.raw(),
                   static_cast<std::size_t>(rows.count()) * size_of(rows.dtype()));
    return;
  }
  make_leaf(clone(rows));
}

void Parameter::make_leaf(const Tensor& rows) {
  leaf_ = ebb::leaf(options_.transposed ? transpose(rows) : rows);
  leaf_.node()->where = path_;
  leaf_.node()->learns = !frozen_;
  constant_ = leaf_.value();
}

void Parameter::initialize(Random random, DType dtype) {
  const Tensor numbers = first_numbers(
      options_.start, path_.empty() ? "parameter" : "parameter " + path_, shape_, random, dtype);
  make_leaf(options_.transposed ? contiguous(transpose(numbers)) : numbers);
}

}  // namespace ebb::nn
