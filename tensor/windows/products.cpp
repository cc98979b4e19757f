#include <algorithm>
#include <cstring>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/makers.hpp>
#include <tensor/windows/products.hpp>

namespace ebb::detail {
namespace {

using kernels::MatmulBlock;

constexpr std::int64_t piece_work = 50'000;    // multiply-adds that are worth a piece
constexpr std::int64_t most_pieces = 32;       // that threads share
constexpr std::int64_t block_bytes = 1 << 17;  // of a result that waits in L2 to be turned around

Machine machine_of(const Tensor& x) {
  return {kernels_in_use().matmul.types[static_cast<int>(x.dtype())],
          static_cast<std::int64_t>(size_of(x.dtype()))};
}

std::shared_ptr<Storage> room_for(const Machine& machine, std::int64_t elements) {
  return allocate(static_cast<std::size_t>(elements * machine.bytes));
}

// One side of a product: the channels of a group, and what an image of them is.
struct Side {
  std::int64_t channels, height, width;
  std::int64_t elements() const { return channels * height * width; }
};

// Those of the taps that lie on a source of that length, when the first lies at `first`.
Frame taps_on(const Taps& taps, std::int64_t first, std::int64_t length) {
  const std::int64_t begin = first >= 0 ? 0 : divide_up(-first, taps.dilation),
                     end = first < length ? divide_up(length - first, taps.dilation) : 0;
  return {std::min(begin, taps.taps),
          std::max(std::min(begin, taps.taps), std::min(end, taps.taps))};
}

// result = Σ over windows of source times weights: forward and, along the backward taps, back.
class Gathering final {
 public:
  Gathering(const Tensor& from, const Side& source, const Side& result, std::int64_t groups,
            std::vector<Taps> rows, std::vector<Taps> columns);

  // The matrix of a pair of taps and a group has a row for each column, row and channel of a
  // window. weight + channel source_step + out result_step + row · row_step + column.
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
  void lay(const Weights& weights, const Taps& rows, const Taps& columns, T* to) const;
  void run_block(const void* image, void* result, std::int64_t group, const Frame& rows,
                 Room& room) const;
  void run_row(std::int64_t row, std::int64_t group, const Frame& window, Room& room,
               void* to) const;
  void multiply(const Strip& strip, const Taps& columns, const void* weights, std::int64_t group,
                void* to) const;
  Frame window_of(const Frame& rows) const;

  Machine machine_;
  Side source_, result_;
  std::int64_t groups_;
  std::vector<Taps> rows_, columns_;
  Frame frame_;         // of columns
  bool along_k_;        // few channels of the result: by sums along k
  std::int64_t lanes_;  // columns of a weight matrix: the result's channels, or a vector
  std::vector<std::int64_t> starts_;  // of the matrices
  std::shared_ptr<Storage> weights_, bias_;
};

struct Gathering::Room {
  ChannelsLast image;
  std::shared_ptr<Storage> strip, result;
};

Gathering::Gathering(const Tensor& from, const Side& source, const Side& result,
                     std::int64_t groups, std::vector<Taps> rows, std::vector<Taps> columns)
    : machine_(machine_of(from)),
      source_(source),
      result_(result),
      groups_(groups),
      rows_(std::move(rows)),
      columns_(std::move(columns)),
      frame_(frame_of(columns_)) {
  const std::int64_t vector = machine_.kernel.columns / 2;
  along_k_ = 2 * result.channels <= vector;
  std::int64_t elements = 0;
  for (std::size_t row = 0; row < rows_.size(); ++row)
    for (std::size_t column = 0; column < columns_.size(); ++column) {
      starts_.push_back(elements);
      elements += depth(row, column);
      along_k_ = along_k_ && depth(row, column) >= 2 * vector &&
                 (columns_[column].dilation == 1 || columns_[column].taps == 1);
    }
  lanes_ = along_k_ ? result.channels : std::max(result.channels, vector);
  for (std::int64_t& start : starts_) start *= lanes_;
  weights_ = room_for(machine_, elements * lanes_ * groups);
}

template <class T>
void Gathering::lay(const Weights& from, const Taps& rows, const Taps& columns, T* to) const {
  const T* const w = static_cast<const T*>(from.data);
  const std::int64_t depth = rows.taps * columns.taps * source_.channels;
  const std::int64_t step = along_k_ ? 1 : lanes_, out_step = along_k_ ? depth : 1;
  if (lanes_ > result_.channels) std::fill(to, to + depth * lanes_, T(0));
  // A few of the result's channels at a time, so that what is read of each stays in cache.
  constexpr std::int64_t some = 16;
  for (std::int64_t first = 0; first < result_.channels; first += some)
    for (std::int64_t channel = 0; channel < source_.channels; ++channel)
      for (std::int64_t row = 0; row < rows.taps; ++row)
        for (std::int64_t column = 0; column < columns.taps; ++column) {
          const T* const at = w + channel * from.source_step + first * from.result_step +
                              (rows.first_tap + row * rows.tap_step) * from.row_step +
                              columns.first_tap + column * columns.tap_step;
          T* const y = to + ((column * rows.taps + row) * source_.channels + channel) * step +
                       first * out_step;
          const std::int64_t count = std::min(some, result_.channels - first);
          for (std::int64_t out = 0; out < count; ++out)
            y[out * out_step] = at[out * from.result_step];
        }
}

void Gathering::lay_weights(DType dtype, const Weights& weights, const Tensor* bias) {
  const auto pairs = static_cast<std::int64_t>(starts_.size());
  parallel_for(pairs * groups_, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const auto pair = static_cast<std::size_t>(i / groups_);
      const std::size_t row = pair / columns_.size(), column = pair % columns_.size();
      Weights from = weights;
      from.data = machine_.at(weights.data, i % groups_ * weights.group_step);
      with_dtype(dtype, [&](auto zero) {
        lay(from, rows_[row], columns_[column],
            static_cast<decltype(zero)*>(
                machine_.at(weights_->data(), weights_at(row, column, i % groups_))));
      });
    }
  });
  if (bias == nullptr) return;
  const Tensor gapless = contiguous(*bias);
  bias_ = room_for(machine_, groups_ * lanes_);
  std::memset(bias_->data(), 0, bias_->bytes());
  copy_block(machine_, bias_->data(), lanes_, gapless.raw(), result_.channels, groups_,
             result_.channels);
}

// What rows of the result read.
Frame Gathering::window_of(const Frame& rows) const {
  std::vector<Taps> all;
  const auto step = static_cast<std::int64_t>(rows_.size());
  for (std::int64_t row = rows.begin; row < std::min(rows.end, rows.begin + step); ++row) {
    Taps taps = rows_[static_cast<std::size_t>(row % step)];
    const std::int64_t first = row / step;
    taps.before -= first * taps.stride;
    taps.count = divide_up(rows.end - row, step);
    all.push_back(taps);
  }
  return frame_of(all);
}

// One product for each pair of taps; the chains go on from one to the next where the columns of a
// window do not lie side by side, or not all of its rows lie on the source.
void Gathering::multiply(const Strip& strip, const Taps& columns, const void* weights,
                         std::int64_t group, void* to) const {
  const std::int64_t channels = source_.channels, per_column = strip.taps.length() * channels;
  const bool apart = columns.dilation != 1 || strip.taps.length() < strip.all_taps;
  const std::int64_t parts = apart ? std::max<std::int64_t>(1, columns.taps) : 1;
  const std::int64_t depth = columns.taps * per_column;
  MatmulBlock block = {};
  block.m = columns.count, block.n = lanes_, block.k = depth / parts;
  block.a_row = columns.stride * per_column, block.a_column = 1;
  block.b_row = along_k_ ? 1 : lanes_, block.b_column = along_k_ ? depth : 1;
  block.c = machine_.at(to, columns.first * lanes_);
  block.c_row = columns.step * lanes_, block.c_column = 1;
  for (std::int64_t part = 0; part < parts; ++part) {
    const std::int64_t column = part * columns.dilation - columns.before - frame_.begin;
    block.a = depth == 0 ? strip.data : machine_.at(strip.data, column * per_column);
    block.b = machine_.at(weights, (part * strip.all_taps + strip.taps.begin) * channels * lanes_);
    block.onto_c = part > 0;
    if (bias_ && part == parts - 1) block.bias = machine_.at(bias_->data(), group * lanes_);
    (along_k_ ? machine_.kernel.multiply_along_k : machine_.kernel.multiply)(block);
  }
}

// Row number `row` of the result, into its place in the block.
void Gathering::run_row(std::int64_t row, std::int64_t group, const Frame& window, Room& room,
                        void* to) const {
  const auto step = static_cast<std::int64_t>(rows_.size());
  const auto which = static_cast<std::size_t>(row % step);
  const Taps& taps = rows_[which];
  const std::int64_t first = row / step * taps.stride - taps.before;
  const Frame used = along_k_ ? Frame{0, taps.taps} : taps_on(taps, first, source_.height);
  const Strip strip = {used.length() == 1
                           ? room.image.at(first + used.begin * taps.dilation - window.begin, 0)
                           : room.strip->data(),
                       used, taps.taps};
  for (std::int64_t tap = 0; used.length() > 1 && tap < used.length(); ++tap)
    copy_block(machine_, machine_.at(strip.data, tap * source_.channels),
               used.length() * source_.channels,
               room.image.at(first + (used.begin + tap) * taps.dilation - window.begin, 0),
               source_.channels, frame_.length(), source_.channels);
  for (std::size_t column = 0; column < columns_.size(); ++column)
    multiply(strip, columns_[column],
             machine_.at(weights_->data(), weights_at(which, column, group)), group, to);
}

void Gathering::run_block(const void* image, void* result, std::int64_t group, const Frame& rows,
                          Room& room) const {
  const Frame window = window_of(rows);
  room.image.load(image, source_.height, source_.width, window);
  for (std::int64_t row = rows.begin; row < rows.end; ++row)
    run_row(row, group, window, room,
            machine_.at(room.result->data(), (row - rows.begin) * result_.width * lanes_));
  transpose_block(machine_, machine_.at(result, rows.begin * result_.width),
                  result_.height * result_.width, room.result->data(), lanes_, result_.channels,
                  rows.length() * result_.width);
}

Tensor Gathering::run(const Tensor& from, const Shape& shape) const {
  const Tensor to = empty(shape, from.dtype());
  if (to.count() == 0) return to;
  std::int64_t most_taps = 0, work = 0;
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    most_taps = std::max(most_taps, rows_[row].taps);
    for (std::size_t column = 0; column < columns_.size(); ++column)
      work += depth(row, column) * rows_[row].count * columns_[column].count * lanes_;
  }
  const std::int64_t images = shape[0] * groups_, step = static_cast<std::int64_t>(rows_.size());
  // Blocks of rows that L2 has room for, and more of them where there are few images.
  const std::int64_t row_bytes = result_.width * lanes_ * machine_.bytes;
  std::int64_t rows = std::max<std::int64_t>(1, block_bytes / row_bytes);
  if (work > piece_work)
    rows = std::min(rows, divide_up(result_.height, divide_up(most_pieces, 4 * images)));
  rows = std::min(divide_up(rows, step) * step, result_.height);
  const std::int64_t blocks = divide_up(result_.height, rows), units = images * blocks;
  const std::int64_t pieces =
      std::clamp<std::int64_t>(work * images / piece_work, 1, std::min(units, most_pieces));
  const std::int64_t most_rows = window_of({0, rows}).length() + 2;
  parallel_for(units, divide_up(units, pieces), [&](std::int64_t begin, std::int64_t end) {
    Room room = {{machine_, source_.channels, most_rows, frame_},
                 room_for(machine_, frame_.length() * most_taps * source_.channels),
                 room_for(machine_, rows * result_.width * lanes_)};
    for (std::int64_t unit = begin; unit < end; ++unit) {
      const std::int64_t image = unit / blocks, first = unit % blocks * rows;
      run_block(machine_.at(from.raw(), image * source_.elements()),
                machine_.at(to.raw(), image * result_.elements()), image % groups_,
                {first, std::min(first + rows, result_.height)}, room);
    }
  });
  return to;
}

}  // namespace

Tensor convolve(const Tensor& x, const Tensor& w, const Tensor* bias, const Convolution& c) {
  const Tensor from = contiguous(x), weight = contiguous(w);
  Gathering gathering(from, {c.in, c.rows.in, c.columns.in}, {c.out, c.rows.out, c.columns.out},
                      c.groups, {forward_taps(c.rows)}, {forward_taps(c.columns)});
  const std::int64_t window = c.rows.kernel * c.columns.kernel;
  gathering.lay_weights(
      x.dtype(), {weight.raw(), window, c.in * window, c.columns.kernel, c.out * c.in * window},
      bias);
  return gathering.run(from, c.y_shape());
}

Tensor convolve_back(const Tensor& y, const Tensor& w, const Tensor* bias, const Convolution& c) {
  const Tensor from = contiguous(y), weight = contiguous(w);
  Gathering gathering(from, {c.out, c.rows.out, c.columns.out}, {c.in, c.rows.in, c.columns.in},
                      c.groups, backward_taps(c.rows), backward_taps(c.columns));
  const std::int64_t window = c.rows.kernel * c.columns.kernel;
  gathering.lay_weights(
      y.dtype(), {weight.raw(), c.in * window, window, c.columns.kernel, c.out * c.in * window},
      bias);
  return gathering.run(from, c.x_shape());
}

}  // namespace ebb::detail
