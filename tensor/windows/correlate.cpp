#include <algorithm>
#include <cstring>
#include <tensor/machine/parallel.hpp>
#include <tensor/makers.hpp>
#include <tensor/windows/planes.hpp>
#include <tensor/windows/products.hpp>

namespace ebb::detail {
namespace {

using kernels::MatmulBlock;

constexpr std::int64_t chunk_work = 2'000'000;  // multiply-adds of a sum that stands for itself
constexpr std::int64_t most_chunks = 8;
constexpr std::int64_t block_bytes = 1 << 18;  // of what L2 holds of an image

// For each row of the kernel one product adds up all windows: its matrix on the left lists, for the
// kernel's columns and the channels, what a window has in that row. So each row of x is laid out as
// the rows of all windows across it, side by side, and rows of x that windows below each other read
// one after the other: for steps of 2 rows 0 2 4 … and then 1 3 5 …
// Small windows are laid whole, and one product takes all their rows.
class Correlation final {
 public:
  Correlation(const Tensor& x, const Convolution& c);
  Tensor run(const Tensor& x, const Tensor& y) const;

 private:
  struct Room;
  void add_block(const void* x, const void* y, const Frame& rows, Room& room, void* sums,
                 bool first) const;
  void lay_windows(const Room& room, const Frame& rows, std::int64_t read) const;
  void multiply(const Room& room, const void* y, const Frame& rows, void* sums, bool first) const;
  void* windows_at(const Room& room, std::int64_t row) const;
  template <class T>
  void sum_up(const T* sums, T* w, std::int64_t chunks) const;

  Machine machine_;
  Convolution c_;
  std::int64_t products_;    // one for each row of the kernel, or one for small windows
  Frame frame_;              // of columns
  std::int64_t run_;         // elements of a window that a product takes: of a row, or all
  bool turned_;              // few channels of y: these are the rows
  std::int64_t lanes_;       // what y's channels are filled up to
  std::int64_t matrix_;      // elements of the sums of a group
  std::int64_t block_rows_;  // of y, at a time
  std::int64_t x_rows_;      // that they read
};

struct Correlation::Room {
  ChannelsLast x;
  std::shared_ptr<Storage> windows;  // [x_rows in their order, columns of y, run]
  std::shared_ptr<Storage> y;        // [windows, lanes], unless turned around
};

Correlation::Correlation(const Tensor& x, const Convolution& c)
    : machine_(machine_of(x.dtype())),
      c_(c),
      products_(c.rows.kernel),
      frame_(frame_of({forward_taps(c.columns)})),
      run_(c.columns.kernel * c.in) {
  const std::int64_t vector = machine_.kernel.columns / 2;
  constexpr std::int64_t small = 64;
  const std::int64_t window = c.rows.kernel * run_;
  const bool whole = c.out >= 2 * vector && window <= small && window >= vector;
  if (whole) products_ = 1, run_ *= c.rows.kernel;
  turned_ = whole || (c.out < vector && run_ >= vector);
  lanes_ = turned_ ? c.out : std::max(c.out, vector);
  matrix_ = products_ * run_ * lanes_;
  const std::int64_t row_bytes = c.columns.out * (c.rows.stride * run_ + lanes_) * machine_.bytes;
  block_rows_ = std::clamp<std::int64_t>(block_bytes / row_bytes, 1, c.rows.out);
  block_rows_ = std::min(block_rows_, divide_up(c.rows.out, divide_up(most_chunks, c.batch)));
  x_rows_ = forward_taps(c.rows).frame(0, block_rows_).length();
}

void* Correlation::windows_at(const Room& room, std::int64_t row) const {
  const std::int64_t step = c_.rows.stride, each = divide_up(x_rows_, step);
  return machine_.at(room.windows->data(),
                     (row % step * each + row / step) * c_.columns.out * run_);
}

void Correlation::lay_windows(const Room& room, const Frame& rows, std::int64_t read) const {
  const WindowAxis& axis = c_.columns;
  const std::int64_t parts = axis.dilation == 1 ? 1 : axis.kernel;
  const auto lay = [&](void* to, std::int64_t row) {
    for (std::int64_t part = 0; part < parts; ++part)
      copy_block(machine_, machine_.at(to, part * c_.in), run_,
                 room.x.at(row, part * axis.dilation), axis.stride * c_.in, axis.out,
                 axis.kernel * c_.in / parts);
  };
  if (products_ > 1 || c_.rows.kernel == 1) {
    for (std::int64_t row = 0; row < read; ++row) lay(windows_at(room, row), row);
    return;
  }
  for (std::int64_t row = 0; row < rows.length(); ++row)
    for (std::int64_t tap = 0; tap < c_.rows.kernel; ++tap)
      lay(machine_.at(room.windows->data(), row * axis.out * run_ + tap * axis.kernel * c_.in),
          row * c_.rows.stride + tap * c_.rows.dilation);
}

// y has rows.begin first. The windows whose row of the kernel lies beyond x's edge add nothing, and
// are left out.
void Correlation::multiply(const Room& room, const void* y, const Frame& rows, void* sums,
                           bool first) const {
  const WindowAxis& axis = c_.rows;
  MatmulBlock block = {};
  block.c_column = 1, block.onto_c = !first;
  for (std::int64_t row = 0; row < products_; ++row) {
    Frame used = rows;
    if (products_ > 1 || axis.kernel == 1) {
      const std::int64_t place = row * axis.dilation - axis.before;  // of the window at 0
      if (place < 0) used.begin = std::max(rows.begin, divide_up(-place, axis.stride));
      used.end =
          std::min(rows.end, divide_up(std::max<std::int64_t>(axis.in - place, 0), axis.stride));
    }
    block.k = std::max<std::int64_t>(used.length(), 0) * c_.columns.out;
    if (block.k == 0 && !first) continue;
    const std::int64_t from = block.k == 0 ? 0 : (used.begin - rows.begin) * c_.columns.out;
    const void* const windows = machine_.at(windows_at(room, row * axis.dilation), from * run_);
    block.c = machine_.at(sums, row * run_ * lanes_);
    if (turned_) {
      block.m = c_.out, block.n = run_, block.c_row = run_;
      block.a = machine_.at(y, from), block.a_row = axis.out * c_.columns.out, block.a_column = 1;
      block.b = windows, block.b_row = run_, block.b_column = 1;
    } else {
      block.m = run_, block.n = lanes_, block.c_row = lanes_;
      block.a = windows, block.a_row = 1, block.a_column = run_;
      block.b = machine_.at(y, from * lanes_), block.b_row = lanes_, block.b_column = 1;
    }
    machine_.kernel.multiply(block);
  }
}

// Adds what some rows of an image's y find in x.
void Correlation::add_block(const void* x, const void* y, const Frame& rows, Room& room, void* sums,
                            bool first) const {
  const Frame read = forward_taps(c_.rows).frame(rows.begin, rows.end);
  room.x.load(x, c_.rows.in, c_.columns.in, read);
  lay_windows(room, rows, read.length());
  const std::int64_t plane = c_.rows.out * c_.columns.out;
  const std::int64_t windows = rows.length() * c_.columns.out;
  const void* const from = machine_.at(y, rows.begin * c_.columns.out);
  if (!turned_) transpose_block(machine_, room.y->data(), lanes_, from, plane, windows, c_.out);
  multiply(room, turned_ ? from : room.y->data(), rows, sums, first);
}

// w[group, out, in, row, column] from the sums of all chunks, for a few channels of y at a time,
// whose sums lie side by side.
template <class T>
void Correlation::sum_up(const T* sums, T* w, std::int64_t chunks) const {
  constexpr std::int64_t some = 16;
  const std::int64_t window = c_.rows.kernel * c_.columns.kernel, all = matrix_ * c_.groups;
  const std::int64_t parts = divide_up(c_.out, some);
  parallel_for(c_.groups * parts, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin * c_.in; i < end * c_.in; ++i)
      for (std::int64_t tap = 0; tap < window; ++tap) {
        const std::int64_t group = i / c_.in / parts, first = i / c_.in % parts * some;
        const std::int64_t in = i % c_.in, line = tap * c_.in + in;
        for (std::int64_t out = first; out < std::min(first + some, c_.out); ++out) {
          const T* at =
              sums + group * matrix_ +
              (turned_ ? (line / run_ * c_.out + out) * run_ + line % run_ : line * lanes_ + out);
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
    const auto room_for = [&](std::int64_t elements) {
      return allocate(static_cast<std::size_t>(elements * machine_.bytes));
    };
    const std::int64_t rows = divide_up(x_rows_, c_.rows.stride) * c_.rows.stride;
    Room room = {{machine_, c_.in, x_rows_, frame_},
                 room_for(rows * c_.columns.out * run_),
                 room_for(turned_ ? 0 : block_rows_ * c_.columns.out * lanes_)};
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
  if (correlates_by_planes(c)) return correlate_planes(x, y, c);
  const Tensor from = contiguous(x), to = contiguous(y);
  return Correlation(from, c).run(from, to);
}

}  // namespace ebb::detail
