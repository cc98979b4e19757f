#include <algorithm>
#include <cstring>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/makers.hpp>
#include <tensor/windows/planes.hpp>

namespace ebb::detail {
namespace {

using kernels::MatmulBlock;

constexpr std::int64_t piece_work = 50'000;    // multiply-adds that are worth a piece
constexpr std::int64_t most_pieces = 32;       // that threads share
constexpr std::int64_t block_bytes = 1 << 17;  // of planes that wait in L2

std::int64_t window_of(const Convolution& c) { return c.rows.kernel * c.columns.kernel; }

// Planes in memory, with as much room before and behind them as kernels may load.
class Planes final {
 public:
  Planes(const Machine& machine, const Convolution& c, std::int64_t elements)
      : machine_(machine),
        margin_(machine.kernel.columns + c.columns.before + c.columns.kernel * c.columns.dilation),
        room_(allocate(static_cast<std::size_t>((elements + 2 * margin_) * machine.bytes))) {
    std::memset(room_->data(), 0, room_->bytes());
  }
  void* data() const { return machine_.at(room_->data(), margin_); }

  // A plane of x, copied where x has no such room.
  const void* of(const Tensor& x, std::int64_t number, std::int64_t elements) const {
    const std::int64_t begin = number * elements, end = begin + elements;
    const void* const plane = machine_.at(x.raw(), begin);
    if (begin >= margin_ && end + margin_ <= x.count()) return plane;
    std::memcpy(data(), plane, static_cast<std::size_t>(elements * machine_.bytes));
    return data();
  }

 private:
  Machine machine_;
  std::int64_t margin_;
  std::shared_ptr<Storage> room_;
};

// Both directions: a result gathers from a source.
class PlaneSums final {
 public:
  PlaneSums(const Tensor& from, const Tensor& w, const Tensor* bias, const Convolution& c,
            bool back);
  Tensor run(const Tensor& from, const Shape& shape) const;

 private:
  struct Side {
    std::int64_t channels, height, width;
    std::int64_t weight_step;  // from a channel's weights to the next one's
    std::int64_t plane() const { return height * width; }
  };
  struct Room {
    Planes planes, line;
  };
  void run_one(const Tensor& from, void* to, std::int64_t image, const Room& room) const;
  void run_few(const Tensor& from, void* to, std::int64_t image, const Frame& rows,
               const Room& room) const;
  void sum(const void* planes, const Frame& held, const void* weights, std::int64_t channel,
           const Frame& rows, void* to, const Room& room) const;
  Frame held_for(const Frame& rows) const;

  Machine machine_;
  Convolution c_;
  Side source_, result_;
  std::vector<Taps> rows_, columns_;
  Tensor w_, bias_;
};

PlaneSums::PlaneSums(const Tensor& from, const Tensor& w, const Tensor* bias, const Convolution& c,
                     bool back)
    : machine_(machine_of(from.dtype())),
      c_(c),
      source_{c.in, c.rows.in, c.columns.in, window_of(c)},
      result_{c.out, c.rows.out, c.columns.out, c.in * window_of(c)},
      rows_(back ? backward_taps(c.rows) : std::vector{forward_taps(c.rows)}),
      columns_(back ? backward_taps(c.columns) : std::vector{forward_taps(c.columns)}),
      w_(contiguous(w)) {
  if (back) std::swap(source_, result_);
  if (bias != nullptr) bias_ = contiguous(*bias);
}

// Rows of a channel of the result, from planes that hold some rows of the source: one for each tap
// where there are no weights.
void PlaneSums::sum(const void* planes, const Frame& held, const void* weights,
                    std::int64_t channel, const Frame& rows, void* to, const Room& room) const {
  const std::int64_t plane = weights != nullptr ? 0 : held.length() * source_.width;
  const auto first_of = [](std::int64_t row, const Taps& taps) {
    return divide_up(std::max<std::int64_t>(row - taps.first, 0), taps.step);
  };
  for (const Taps& down : rows_)
    for (const Taps& along : columns_)
      kernels_in_use().planes.sum[machine_.bytes == 8](
          to, result_.width, room.line.data(), planes, weights, machine_.at(bias_.raw(), channel),
          {down, along, source_.height, source_.width, held.begin, c_.columns.kernel, plane},
          first_of(rows.begin, down), first_of(rows.end, down));
}

// The rows of the source that these read, and so many that a row of the product fills a vector.
Frame PlaneSums::held_for(const Frame& rows) const {
  const Frame read = frame_of(rows_, rows);
  Frame held;
  held.begin = std::clamp<std::int64_t>(read.begin, 0, source_.height);
  held.end = std::clamp(read.end, held.begin, source_.height);
  while (held.length() * source_.width < machine_.kernel.columns / 2)
    held.end < source_.height ? ++held.end : --held.begin;
  return held;
}

// For each channel of the result the planes of all its taps, and their sum.
void PlaneSums::run_few(const Tensor& from, void* to, std::int64_t image, const Frame& rows,
                        const Room& room) const {
  const std::int64_t window = window_of(c_), group = image % c_.groups;
  const Frame held = held_for(rows);
  MatmulBlock block = {};
  block.m = window, block.n = held.length() * source_.width, block.k = source_.channels;
  block.a_row = 1, block.a_column = source_.weight_step;
  block.b = machine_.at(from.raw(),
                        image * source_.channels * source_.plane() + held.begin * source_.width);
  block.b_row = source_.plane(), block.b_column = 1;
  block.c = room.planes.data(), block.c_row = block.n, block.c_column = 1;
  for (std::int64_t channel = 0; channel < result_.channels; ++channel) {
    block.a =
        machine_.at(w_.raw(), group * c_.in * c_.out * window + channel * result_.weight_step);
    machine_.kernel.multiply(block);
    sum(block.c, held, nullptr, group * result_.channels + channel, rows,
        machine_.at(to, (image * result_.channels + channel) * result_.plane()), room);
  }
}

// The one channel of the source, once for each of the result.
void PlaneSums::run_one(const Tensor& from, void* to, std::int64_t image, const Room& room) const {
  const void* const plane = room.planes.of(from, image, source_.plane());
  for (std::int64_t i = 0; i < result_.channels; ++i) {
    const std::int64_t channel = image % c_.groups * result_.channels + i;
    sum(plane, {0, source_.height}, machine_.at(w_.raw(), channel * window_of(c_)), channel,
        {0, result_.height}, machine_.at(to, (image * result_.channels + i) * result_.plane()),
        room);
  }
}

Tensor PlaneSums::run(const Tensor& from, const Shape& shape) const {
  const Tensor to = empty(shape, from.dtype());
  if (to.count() == 0) return to;
  const bool one = source_.channels == 1;
  const std::int64_t height = result_.height, taps = one ? 1 : window_of(c_);
  const std::int64_t bytes = taps * source_.plane() * machine_.bytes;
  const std::int64_t parts = one ? 1 : std::clamp<std::int64_t>(bytes / block_bytes, 1, height);
  const auto rows_of = [&](std::int64_t part) {
    return Frame{part * height / parts, (part + 1) * height / parts};
  };
  std::int64_t held = one ? source_.height : 0;
  for (std::int64_t part = 0; part < parts && !one; ++part)
    held = std::max(held, held_for(rows_of(part)).length());
  const std::int64_t line =
      c_.columns.in + c_.columns.out * c_.columns.stride + machine_.kernel.columns;
  const std::int64_t units = c_.batch * c_.groups * parts;
  const std::int64_t work = shape.count() * window_of(c_) * source_.channels;
  const std::int64_t pieces =
      std::clamp<std::int64_t>(work / piece_work, 1, std::min(units, most_pieces));
  parallel_for(units, divide_up(units, pieces), [&](std::int64_t begin, std::int64_t end) {
    const Room room = {{machine_, c_, taps * held * source_.width},
                       {machine_, c_, (c_.columns.kernel + 1) * line}};
    for (std::int64_t unit = begin; unit < end; ++unit)
      if (one)
        run_one(from, to.raw(), unit, room);
      else
        run_few(from, to.raw(), unit / parts, rows_of(unit % parts), room);
  });
  return to;
}

// Rows of y with element j at j stride, where its window begins in x: rows of so many elements.
void spread_rows(const Machine& machine, const WindowAxis& axis, void* to, std::int64_t length,
                 const void* from, std::int64_t rows) {
  if (axis.stride == 1) return copy_block(machine, to, length, from, axis.out, rows, axis.out);
  for (std::int64_t row = 0; row < rows; ++row)
    copy_block(machine, machine.at(to, row * length), axis.stride, machine.at(from, row * axis.out),
               1, axis.out, 1);
}

}  // namespace

bool goes_by_planes(const Convolution& c, bool back, DType dtype) {
  const std::int64_t vector = machine_of(dtype).kernel.columns / 2;
  const std::int64_t channels[] = {back ? c.out : c.in, back ? c.in : c.out};
  const std::int64_t of_x = c.rows.in * c.columns.in, of_y = c.rows.out * c.columns.out;
  if (window_of(c) == 1 || of_x == 0 || of_y == 0) return false;
  if (channels[0] == 1) return channels[1] <= 2;
  // Forward all places of the source are multiplied by all taps, whether a window reads them or
  // not.
  constexpr std::int64_t enough = 8;
  return channels[0] >= enough && 2 * channels[1] <= vector && (back || of_x <= 2 * of_y) &&
         (back ? of_y : of_x) >= vector;
}

bool correlates_by_planes(const Convolution& c) {
  return c.in == 1 && c.out <= 2 && c.groups > 1 && c.columns.out > 0;
}

Tensor convolve_planes(const Tensor& x, const Tensor& w, const Tensor* bias, const Convolution& c,
                       bool back) {
  const Tensor from = contiguous(x);
  return PlaneSums(from, w, bias, c, back).run(from, back ? c.x_shape() : c.y_shape());
}

// A thread takes all images of a channel, one after the other.
Tensor correlate_planes(const Tensor& x, const Tensor& y, const Convolution& c) {
  const Tensor from = contiguous(x), to = contiguous(y), w = empty(c.w_shape(), x.dtype());
  const Machine machine = machine_of(x.dtype());
  const WindowAxis& axis = c.columns;
  const std::int64_t vector = machine.kernel.columns / 2, window = window_of(c);
  const std::int64_t row = divide_up((axis.out - 1) * axis.stride + 1, vector) * vector;
  const std::int64_t of_x = c.rows.in * axis.in, of_y = c.rows.out * axis.out;
  const kernels::PlaneWindows windows = {
      forward_taps(c.rows), forward_taps(axis), c.rows.in, axis.in, 0, axis.kernel, 0};
  const Tensor one = ones({axis.out}, x.dtype());
  parallel_for(c.groups * c.out, 1, [&](std::int64_t begin, std::int64_t end) {
    const Planes plane(machine, c, of_x), sums(machine, c, window * vector), used(machine, c, row),
        rows(machine, c, c.rows.out * row);
    spread_rows(machine, axis, used.data(), row, one.raw(), 1);
    for (std::int64_t channel = begin; channel < end; ++channel) {
      std::memset(sums.data(), 0, static_cast<std::size_t>(window * vector * machine.bytes));
      for (std::int64_t image = 0; image < c.batch; ++image) {
        const std::int64_t number = image * c.groups * c.out + channel;
        spread_rows(machine, axis, rows.data(), row, machine.at(to.raw(), number * of_y),
                    c.rows.out);
        kernels_in_use().planes.correlate[machine.bytes == 8](
            sums.data(), plane.of(from, number / c.out, of_x), rows.data(), used.data(), windows);
      }
      kernels_in_use().reduce.sum.rows[static_cast<int>(x.dtype())](
          machine.at(w.raw(), channel * window), sums.data(), window, vector);
    }
  });
  return w;
}

}  // namespace ebb::detail
