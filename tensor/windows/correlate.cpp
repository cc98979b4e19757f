#include <algorithm>
#include <cstring>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/makers.hpp>
#include <tensor/windows/products.hpp>

namespace ebb::detail {
namespace {

using kernels::MatmulBlock;

constexpr std::int64_t chunk_work = 2'000'000;  // multiply-adds of a sum that stands for itself
constexpr std::int64_t most_chunks = 8;
constexpr std::int64_t block_bytes = 1 << 18;  // of what L2 holds of an image

// For each row of the kernel one product adds up all windows: its matrix on the left lists, for the
// kernel's columns and the channels, what the windows have there, and a step of k leads to the next
// window. Behind the last window of a row it goes on through a few that are none, up to the next
// row; there y is filled up with zeros.
//
//       y  1 2 3 0 4 5 6 0      the grid: rows of `across` windows
class Correlation final {
 public:
  Correlation(const Tensor& x, const Convolution& c);
  Tensor run(const Tensor& x, const Tensor& y) const;

 private:
  struct Room;
  void add_block(const void* x, const void* y, const Frame& rows, Room& room, void* sums,
                 bool first) const;
  void multiply(const Room& room, std::int64_t rows, void* sums, bool first) const;
  template <class T>
  void sum_up(const T* sums, T* w, std::int64_t chunks) const;

  Machine machine_;
  Convolution c_;
  Frame frame_;              // of columns
  std::int64_t across_;      // windows of a row, those that are none included
  bool turned_;              // few channels of y: these are the rows
  std::int64_t lanes_;       // what y's channels are filled up to
  std::int64_t matrix_;      // elements of the sums of a group
  std::int64_t block_rows_;  // of y, at a time
};

struct Correlation::Room {
  ChannelsLast x;
  std::shared_ptr<Storage> y;  // [windows, lanes], or turned [channels, windows]
};

Correlation::Correlation(const Tensor& x, const Convolution& c)
    : machine_{kernels_in_use().matmul.types[static_cast<int>(x.dtype())],
               static_cast<std::int64_t>(size_of(x.dtype()))},
      c_(c),
      frame_(frame_of({forward_taps(c.columns)})),
      across_(divide_up(frame_.length(), c.columns.stride)) {
  const std::int64_t vector = machine_.kernel.columns / 2;
  const std::int64_t run = c.columns.dilation == 1 ? c.columns.kernel * c.in : c.in;
  turned_ = c.out < vector && run >= vector;
  lanes_ = turned_ ? c.out : std::max(c.out, vector);
  matrix_ = c.rows.kernel * c.columns.kernel * c.in * lanes_;
  const std::int64_t row_bytes =
      across_ * (c.columns.stride * c.rows.stride * c.in + lanes_) * machine_.bytes;
  block_rows_ = std::clamp<std::int64_t>(block_bytes / row_bytes, 1, c.rows.out);
  block_rows_ = std::min(block_rows_, divide_up(c.rows.out, divide_up(most_chunks, c.batch)));
}

// One product for each row of the kernel, or for each of its taps where columns lie apart.
void Correlation::multiply(const Room& room, std::int64_t rows, void* sums, bool first) const {
  const bool apart = c_.columns.dilation != 1;
  const std::int64_t parts = apart ? c_.columns.kernel : 1;
  const std::int64_t run = apart ? c_.in : c_.columns.kernel * c_.in;
  const std::int64_t windows = (rows - 1) * across_ + c_.columns.out;
  MatmulBlock block = {};
  block.k = windows, block.onto_c = !first, block.c_column = 1;
  for (std::int64_t row = 0; row < c_.rows.kernel; ++row)
    for (std::int64_t part = 0; part < parts; ++part) {
      const void* const x = room.x.at(row * c_.rows.dilation, part * c_.columns.dilation);
      block.c = machine_.at(sums, (row * parts + part) * run * lanes_);
      if (turned_) {
        block.m = c_.out, block.n = run, block.c_row = run;
        block.a = room.y->data(), block.a_row = block_rows_ * across_, block.a_column = 1;
        block.b = x, block.b_row = c_.columns.stride * c_.in, block.b_column = 1;
      } else {
        block.m = run, block.n = lanes_, block.c_row = lanes_;
        block.a = x, block.a_row = 1, block.a_column = c_.columns.stride * c_.in;
        block.b = room.y->data(), block.b_row = lanes_, block.b_column = 1;
      }
      machine_.kernel.multiply(block);
    }
}

// Adds what some rows of an image's y find in x.
void Correlation::add_block(const void* x, const void* y, const Frame& rows, Room& room, void* sums,
                            bool first) const {
  const std::int64_t plane = c_.rows.out * c_.columns.out;
  room.x.load(x, c_.rows.in, c_.columns.in, forward_taps(c_.rows).frame(rows.begin, rows.end));
  for (std::int64_t row = rows.begin; row < rows.end; ++row) {
    const void* const from = machine_.at(y, row * c_.columns.out);
    const std::int64_t window = (row - rows.begin) * across_;
    if (turned_)
      copy_block(machine_, machine_.at(room.y->data(), window), block_rows_ * across_, from, plane,
                 c_.out, c_.columns.out);
    else
      transpose_block(machine_, machine_.at(room.y->data(), window * lanes_), lanes_, from, plane,
                      c_.columns.out, c_.out);
  }
  multiply(room, rows.length(), sums, first);
}

// w[group, out, in, row, column] from the sums of all chunks.
template <class T>
void Correlation::sum_up(const T* sums, T* w, std::int64_t chunks) const {
  const std::int64_t window = c_.rows.kernel * c_.columns.kernel, all = matrix_ * c_.groups;
  const bool apart = c_.columns.dilation != 1;
  const std::int64_t run = apart ? c_.in : c_.columns.kernel * c_.in;
  parallel_for(c_.groups * window, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int64_t group = i / window, tap = i % window;
      for (std::int64_t in = 0; in < c_.in; ++in)
        for (std::int64_t out = 0; out < c_.out; ++out) {
          const std::int64_t line = tap * c_.in + in;  // of the sums, were they not turned
          const T* at =
              sums + group * matrix_ +
              (turned_ ? (line / run * c_.out + out) * run + line % run : line * lanes_ + out);
          T sum = *at;
          for (std::int64_t chunk = 1; chunk < chunks; ++chunk) sum += at[chunk * all];
          w[((group * c_.out + out) * c_.in + in) * window + tap] = sum;
        }
    }
  });
}

Tensor Correlation::run(const Tensor& x, const Tensor& y) const {
  const Tensor w = empty(c_.w_shape(), x.dtype());
  const std::int64_t blocks = divide_up(c_.rows.out, block_rows_), units = c_.batch * blocks;
  const std::int64_t work = c_.y_shape().count() * c_.rows.kernel * c_.columns.kernel * c_.in;
  const std::int64_t chunks =
      std::clamp<std::int64_t>(work / chunk_work, 1, std::min(most_chunks, units));
  const std::int64_t all = matrix_ * c_.groups;
  const auto sums = allocate(static_cast<std::size_t>(chunks * all * machine_.bytes));
  parallel_for(chunks, 1, [&](std::int64_t chunk, std::int64_t) {
    const std::int64_t most_rows = forward_taps(c_.rows).frame(0, block_rows_).length();
    Room room = {
        {machine_, c_.in, most_rows, frame_, c_.rows.stride, c_.columns.stride},
        allocate(static_cast<std::size_t>(block_rows_ * across_ * lanes_ * machine_.bytes))};
    std::memset(room.y->data(), 0, room.y->bytes());
    const std::int64_t begin = chunk * units / chunks, end = (chunk + 1) * units / chunks;
    for (std::int64_t unit = begin; unit < end; ++unit)
      for (std::int64_t group = 0; group < c_.groups; ++group) {
        const std::int64_t image = unit / blocks * c_.groups + group;
        const std::int64_t first = unit % blocks * block_rows_;
        add_block(machine_.at(x.raw(), image * c_.in * c_.rows.in * c_.columns.in),
                  machine_.at(y.raw(), image * c_.out * c_.rows.out * c_.columns.out),
                  {first, std::min(first + block_rows_, c_.rows.out)}, room,
                  machine_.at(sums->data(), chunk * all + group * matrix_), unit == begin);
      }
  });
  with_dtype(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    sum_up(static_cast<const T*>(sums->data()), static_cast<T*>(w.raw()), chunks);
  });
  return w;
}

}  // namespace

Tensor correlate(const Tensor& x, const Tensor& y, const Convolution& c) {
  if (c.batch == 0 || c.in == 0 || c.out == 0 || c.groups == 0)
    return zeros(c.w_shape(), x.dtype());
  const Tensor from = contiguous(x), to = contiguous(y);
  return Correlation(from, c).run(from, to);
}

}  // namespace ebb::detail
