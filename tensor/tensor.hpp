// What is an array? A handle on shared storage with a shape, strides and a dtype.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <tensor/dtype.hpp>
#include <tensor/error.hpp>
#include <tensor/machine/storage.hpp>
#include <tensor/shape.hpp>
#include <vector>

namespace ebb {

// An n-dimensional array. Copying a Tensor copies the handle, not the elements; views share
// storage. Functions on tensors are pure: they return new tensors or views. Writing happens only
// through writable_data, which the backward pass notices.
class [[nodiscard]] Tensor final {
 public:
  Tensor() = default;  // without a value: shape [0], float32; no operation takes it
  Tensor(std::shared_ptr<Storage> storage, DType dtype, const Shape& shape, const Shape& strides,
         std::int64_t offset)
      : storage_(std::move(storage)),
        shape_(shape),
        strides_(strides),
        offset_(offset),
        dtype_(dtype) {}

  DType dtype() const { return dtype_; }
  const Shape& shape() const { return shape_; }
  const Shape& strides() const { return strides_; }  // in elements; 0 repeats an element
  std::int64_t offset() const { return offset_; }
  int rank() const { return shape_.rank(); }
  std::int64_t size(int axis) const { return shape_[resolve_axis("size", axis, rank())]; }
  std::int64_t count() const { return shape_.count(); }

  // Entry i of the first axis, a view without that axis; negative ones count from the end. Throws
  // ShapeError where there is none.
  //     x[1][-1].item()
  Tensor operator[](std::int64_t i) const;

  const std::shared_ptr<Storage>& storage() const { return storage_; }
  std::uint32_t version() const { return storage_ ? storage_->version() : 0; }

  // Do the elements lie in row-major order without gaps?
  [[nodiscard]] bool is_contiguous() const;

  // The first element; the others follow by strides. T must be the dtype's type: else DTypeError.
  template <class T>
  const T* data() const {
    require_dtype(dtype_of<T>);
    return static_cast<const T*>(raw());
  }
  // For optimizers and for filling a fresh buffer: notes the write, so that a rule that saved this
  // tensor fails instead of computing a wrong gradient.
  template <class T>
  T* writable_data() {
    require_dtype(dtype_of<T>);
    if (storage_) storage_->note_write();
    return static_cast<T*>(raw());
  }
  void* raw() const {
    return storage_ ? static_cast<char*>(storage_->data()) +
                          offset_ * static_cast<std::int64_t>(size_of(dtype_))
                    : nullptr;
  }

  // The only element, as a double. Throws ShapeError unless there is exactly one.
  [[nodiscard]] double item() const;

  // All elements in row-major order. T must be the dtype's type: else DTypeError.
  template <class T>
  [[nodiscard]] std::vector<T> to_vector() const;

 private:
  void require_dtype(DType wanted) const;

  std::shared_ptr<Storage> storage_;
  Shape shape_ = {0};
  Shape strides_ = {1};
  std::int64_t offset_ = 0;
  DType dtype_ = DType::float32;
};

// What the elementwise functions take beside plain numbers: Tensor, and what autograd adds.
template <class T>
inline constexpr bool is_operand = false;
template <>
inline constexpr bool is_operand<Tensor> = true;

// The same values in another dtype, a new tensor (x itself if it has that dtype). float to int32
// rounds toward zero; what does not fit saturates and NaN becomes 0.
Tensor cast(const Tensor& x, DType dtype);

// The same elements in row-major order without gaps: x itself if they lie so already, else a copy.
Tensor contiguous(const Tensor& x);

// A copy of its own that keeps the memory order of x where x has no gaps.
Tensor clone(const Tensor& x);

// As NumPy and PyTorch print: rows on lines of up to 80 characters, columns aligned.
//     tensor([[ 0.5000, -1.0000],
//             [ 2.2500,     nan]], float32)
// Numbers have four digits after the point, none where all are whole ("3."), an exponent where one
// is larger than 10⁸, smaller than 10⁻⁴ or more than 1,000 times another. Of more than 1,000
// elements an axis shows three at each end, and the shape follows; nothing else is read.
[[nodiscard]] std::string to_string(const Tensor& x);
std::ostream& operator<<(std::ostream& out, const Tensor& x);

}  // namespace ebb
