#include <nn/buffer.hpp>
#include <nn/start.hpp>
#include <tensor/random.hpp>
#include <utility>

namespace ebb::nn {

static_assert(std::is_nothrow_move_constructible_v<Buffer> &&
              std::is_nothrow_move_assignable_v<Buffer>);

Buffer::Buffer(const Shape& shape, const BufferOptions& options)
    : shape_(shape), options_(options), held_(std::make_shared<BufferNumbers>()) {
  for (const std::int64_t length : shape)
    if (length < 0)
      throw ShapeError(text("buffer: ", shape, " has a negative length; try 0 or more"));
}

Buffer::Buffer(const Buffer& other)
    : shape_(other.shape_),
      options_(other.options_),
      path_(other.path_),
      held_(std::make_shared<BufferNumbers>()) {
  if (other.has_value()) *held_ = {clone(other.held_->value), true, other.held_->forgotten};
}

std::string Buffer::name() const { return path_.empty() ? "buffer" : "buffer " + path_; }

const Tensor& Buffer::value() const {
  if (!has_value())
    throw Error(text("buffer ", path_.empty() ? "" : path_ + " ", shape_,
                     " has no numbers yet; call ",
                     "initialize(model, {.seed = 1}) or load(model, path) before the model is ",
                     "used; if you did, name this part in the visit of its module"));
  if (held_->forgotten) {  // threads that only read write nothing
    held_->forgotten = false;
    throw Error(text(name(), " did not learn: a training pass that noted what it becomes ended ",
                     "without apply(); call optimizer.step(gradients, pass), pass.apply(), or ",
                     "pass.discard() where nothing is to be learned"));
  }
  return held_->value;
}

void Buffer::check(const Tensor& value) const {
  if (value.shape() != shape_)
    throw ShapeError(text(name(), ": the shape is ", shape_, ", the new values are ", value.shape(),
                          "; try reshape"));
  if (options_.dtype ? value.dtype() != *options_.dtype : !is_floating(value.dtype()))
    throw DTypeError(text(name(), ": the dtype is ",
                          options_.dtype ? text(*options_.dtype) : "floating",
                          ", the new values are ", value.dtype(), "; try cast"));
}

void Buffer::set(const Tensor& value) {
  check(value);
  *held_ = {clone(contiguous(value)), true, false};
}

void Buffer::initialize(Random random, DType dtype) {
  const Tensor numbers =
      first_numbers(options_.start, name(), shape_, random, options_.dtype.value_or(dtype));
  *held_ = {numbers, true, false};
}

}  // namespace ebb::nn
