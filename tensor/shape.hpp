// The lengths of a tensor's axes, kept inline: making a shape costs no memory.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <string>
#include <tensor/error.hpp>
#include <vector>

namespace ebb {

inline constexpr int max_axes = 6;

// How many pieces of d elements, or fewer in the last one, make up n.
constexpr std::int64_t divide_up(std::int64_t n, std::int64_t d) { return (n + d - 1) / d; }

// Up to six numbers: a shape, strides, or a choice of axes. Behaves like a small vector.
class [[nodiscard]] Shape final {
 public:
  Shape() = default;
  Shape(std::initializer_list<std::int64_t> values) {
    for (std::int64_t value : values) push_back(value);
  }
  Shape(const std::vector<std::int64_t>& values);  // throws ShapeError for more than six
  // `rank` times `value`.
  static Shape filled(int rank, std::int64_t value) {
    Shape shape;
    for (int i = 0; i < rank; ++i) shape.push_back(value);
    return shape;
  }

  int rank() const { return rank_; }
  std::int64_t operator[](int axis) const { return values_[axis]; }
  std::int64_t& operator[](int axis) { return values_[axis]; }
  const std::int64_t* begin() const { return values_; }
  const std::int64_t* end() const { return values_ + rank_; }
  std::int64_t back() const { return values_[rank_ - 1]; }

  void push_back(std::int64_t value) {
    if (rank_ == max_axes) refuse_another_axis();
    values_[rank_++] = value;
  }
  void erase(int axis) {
    for (int i = axis; i + 1 < rank_; ++i) values_[i] = values_[i + 1];
    --rank_;
  }
  void insert(int axis, std::int64_t value) {
    push_back(value);
    for (int i = rank_ - 1; i > axis; --i) values_[i] = values_[i - 1];
    values_[axis] = value;
  }

  // The number of elements: the product of the lengths, 1 for a scalar.
  std::int64_t count() const {
    std::int64_t product = 1;
    for (std::int64_t value : *this) product *= value;
    return product;
  }

  friend bool operator==(const Shape& a, const Shape& b) {
    if (a.rank_ != b.rank_) return false;
    for (int i = 0; i < a.rank_; ++i)
      if (a.values_[i] != b.values_[i]) return false;
    return true;
  }
  friend std::ostream& operator<<(std::ostream& out, const Shape& shape);  // "[128, 784]"

 private:
  [[noreturn]] static void refuse_another_axis();

  std::int64_t values_[max_axes] = {};
  int rank_ = 0;
};

// "[128, 784]"
void append(std::string& out, const Shape& shape);

// count() of a shape that comes from outside. Throws ShapeError for a negative length, and where
// the lengths (those of 0 left out, so that no product of some of them overflows) ask for too much.
std::int64_t checked_count(const Shape& shape, const char* operation = "shape");

// The axis that `axis` means among `rank`: negative ones count from the end. Throws ShapeError.
int resolve_axis(const char* operation, std::int64_t axis, int rank);

// The strides, in elements, of a shape whose elements lie in row-major order without gaps.
// Throws like checked_count.
Shape row_major_strides(const Shape& shape);

// The common shape of two under broadcasting (the shapes are aligned at the last axis; a length of
// 1 repeats). Throws ShapeError naming the operation and both shapes.
Shape broadcast_shapes(const char* operation, const Shape& a, const Shape& b);

}  // namespace ebb
