// How a convolution and its transpose gather: each place of the result sums what its window shows
// of the source. For tensor/windows/ alone.
#pragma once

#include <optional>
#include <tensor/tensor.hpp>
#include <tensor/windows/patches.hpp>

namespace ebb::detail {

// One side of a product: the channels of a group, and what an image of them is.
struct Side {
  std::int64_t channels, height, width;
  std::int64_t elements() const { return channels * height * width; }
};

// result = Σ over windows of source times weights: forward and, along the backward taps, back.
class Gathering final {
 public:
  Gathering(const Tensor& from, const Side& source, const Side& result, std::int64_t groups,
            std::vector<Taps> rows, std::vector<Taps> columns);

  // The matrix of a pair of taps and a group has a row for each column, row and channel of a
  // window. The weight of a tap lies at element channel · source_step + out · result_step + row ·
  // row_step + column of its group.
  struct Weights {
    const void* data;
    std::int64_t source_step, result_step, row_step, group_step;
  };
  void lay_weights(DType dtype, const Weights& weights, const Tensor* bias);
  Tensor run(const Tensor& from, const Shape& shape) const;

 private:
  struct Room;
  struct Strip {
    void* data;
    Frame taps;  // those of its rows that it holds
    std::int64_t all_taps;
  };
  std::int64_t depth(std::size_t row, std::size_t column) const {
    return rows_[row].taps * columns_[column].taps * source_.channels;
  }
  std::int64_t weights_at(std::size_t row, std::size_t column, std::int64_t group) const {
    return starts_[row * columns_.size() + column] * groups_ + group * depth(row, column) * lanes_;
  }
  template <class T>
  void lay(const Weights& weights, const Taps& rows, const Taps& columns, std::int64_t first,
           T* to) const;
  void run_block(const void* image, void* result, std::int64_t group, const Frame& rows,
                 Room& room) const;
  void run_row(std::int64_t row, std::int64_t group, const Frame& window, Room& room,
               void* to) const;
  void multiply(const Strip& strip, const Taps& columns, const void* weights, std::int64_t group,
                void* to) const;
  void run_columns(const void* image, void* result, std::int64_t group, const Frame& rows,
                   Room& room) const;
  bool can_go_by_columns() const;
  std::int64_t blocks(std::int64_t images, std::int64_t work) const;

  Machine machine_;
  Side source_, result_;
  std::int64_t groups_;
  std::vector<Taps> rows_, columns_;
  Frame frame_;         // of columns
  bool by_columns_;     // windows as columns: they are small
  bool along_k_;        // few channels of the result: by sums along k
  std::int64_t lanes_;  // columns of a weight matrix: the result's channels, or a vector
  std::vector<std::int64_t> starts_;  // of the matrices
  std::shared_ptr<Storage> weights_, bias_;
};

struct Gathering::Room {
  ChannelsLast image;
  std::shared_ptr<Storage> strip, result;
  std::optional<WindowColumns> columns;  // where they are used
};

}  // namespace ebb::detail
