// Windows of an image as rows of a matrix. For the products of a convolution alone.
//
//     x [channels, height, width]       channels last, in a frame      a strip: for each column
//                                                                      the rows that a window has
//          ┌─────┐                          0 0 0 0 0 0
//        ┌─┴───┐ │                          0 ab ab ab 0                  0  0  ab  ab …
//        │ b b b │            ──►           0 ab ab ab 0        ──►       0  ab ab …
//        │ b b ├─┘                          0 ab …                        0  ab …
//        └─────┘
//
// In a strip that is laid column by column a window is one stretch of memory, and the next window
// begins a few columns further: the left matrix of a product, though no window was copied whole
// (Cho and Brand, "MEC: memory-efficient convolution for deep neural network", ICML 2017).
#pragma once

#include <memory>
#include <tensor/dtype.hpp>
#include <tensor/machine/storage.hpp>
#include <tensor/matmul/plan.hpp>
#include <vector>

namespace ebb::detail {

// One axis of a convolution: y[i] = Σ_t w[t] x[i stride + t dilation - before], for x of length
// `in`, which counts as 0 outside, and y of length `out`.
struct WindowAxis {
  std::int64_t in, out, kernel, stride, dilation, before;
};

// Places from begin to end of an axis, which may lie outside of it.
struct Frame {
  std::int64_t begin = 0, end = 0;
  std::int64_t length() const { return end - begin; }
  friend bool operator==(const Frame& a, const Frame& b) {
    return a.begin == b.begin && a.end == b.end;
  }
};

// What places of a result gather from a source, along an axis.
struct Taps : kernels::Taps {
  // What the places from number i to number j read.
  Frame frame(std::int64_t i, std::int64_t j) const {
    return {i * stride - before, (j - 1) * stride + (taps - 1) * dilation - before + 1};
  }
};
Taps forward_taps(const WindowAxis& axis);  // of y in x
// Of x in y, the derivative: one for each of the first `stride` places. Some may have no taps.
std::vector<Taps> backward_taps(const WindowAxis& axis);

// What all of them read, and what places of the result, one after the other, read.
Frame frame_of(const std::vector<Taps>& all);
Frame frame_of(const std::vector<Taps>& all, const Frame& places);

// Part of an image as [rows, columns, channels] without gaps, zeros where the frames go beyond it.
class ChannelsLast final {
 public:
  // Of images with so many channels; a frame of rows has at most so many.
  ChannelsLast(const Machine& machine, std::int64_t channels, std::int64_t rows,
               const Frame& columns);

  // From [channels, height, width].
  void load(const void* image, std::int64_t height, std::int64_t width, const Frame& rows);

  // Where row and column of the image lie that the frames begin with, or so many after these.
  void* at(std::int64_t row, std::int64_t column) const;

 private:
  void load_rows(const void* image, std::int64_t height, std::int64_t width, std::int64_t begin,
                 std::int64_t end);

  Machine machine_;
  std::int64_t channels_;
  Frame rows_, columns_;
  std::shared_ptr<Storage> room_;
};

// Windows as columns of a matrix, for few channels: what they read at one tap lies in stretches, so
// that nothing need be turned around.
class WindowColumns final {
 public:
  struct Matrix {
    const void* data;
    std::int64_t row;  // elements from one row to the next
  };

  // Of images [channels, height, width]; the places of the result follow each other, at most so
  // many rows of them.
  WindowColumns(const Machine& machine, std::int64_t channels, std::int64_t height,
                std::int64_t width, const Taps& rows, const Taps& columns, std::int64_t most_rows);

  // [columns · rows · channels of a window, places]: what those rows of the result read of an
  // image; the image itself where a window is one place of it.
  Matrix lay(const void* image, const Frame& rows);

 private:
  void load(const void* image, const Frame& window);

  Machine machine_;
  std::int64_t channels_, height_, width_;
  Taps rows_, columns_;
  std::int64_t window_rows_,
      window_columns_;  // of the image in its frame, for one phase of columns
  Frame loaded_;        // rows of the frame
  std::shared_ptr<Storage> image_, matrix_;
};

// Is a window one place of the source, and the result as large?
bool is_pointwise(const Taps& taps, std::int64_t length);

Machine machine_of(DType dtype);

// to[i to_row + j] = from[i + j from_column]: rows x columns elements, transposed.
void transpose_block(const Machine& machine, void* to, std::int64_t to_row, const void* from,
                     std::int64_t from_column, std::int64_t rows, std::int64_t columns);

// to[i to_row + j] = from[i from_row + j].
void copy_block(const Machine& machine, void* to, std::int64_t to_row, const void* from,
                std::int64_t from_row, std::int64_t rows, std::int64_t columns);

}  // namespace ebb::detail
