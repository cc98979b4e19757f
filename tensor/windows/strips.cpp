#include <algorithm>
#include <tensor/windows/gathering.hpp>

namespace ebb::detail {
namespace {

using kernels::MatmulBlock;

// Those of the taps that lie on a source of that length, when the first lies at `first`.
Frame taps_on(const Taps& taps, std::int64_t first, std::int64_t length) {
  const std::int64_t begin = first >= 0 ? 0 : divide_up(-first, taps.dilation),
                     end = first < length ? divide_up(length - first, taps.dilation) : 0;
  return {std::min(begin, taps.taps),
          std::max(std::min(begin, taps.taps), std::min(end, taps.taps))};
}

}  // namespace

// One product for each pair of taps; the chains go on from one to the next where the columns of a
// window do not lie side by side, or not all of its rows lie on the source.
void Gathering::multiply(const Strip& strip, const Taps& columns, const void* weights,
                         std::int64_t group, void* to) const {
  const std::int64_t channels = source_.channels, per_column = strip.taps.length() * channels;
  const bool apart = columns.dilation != 1 || strip.taps.length() < strip.all_taps;
  const std::int64_t parts = apart ? std::max<std::int64_t>(1, columns.taps) : 1;
  const std::int64_t depth = columns.taps * per_column;
  MatmulBlock block = {};
  block.k = depth / parts;
  for (std::int64_t part = 0; part < parts; ++part) {
    const std::int64_t column = part * columns.dilation - columns.before - frame_.begin;
    const void* const windows =
        depth == 0 ? strip.data : machine_.at(strip.data, column * per_column);
    block.onto_c = part > 0;
    if (bias_ && part == parts - 1) block.bias = machine_.at(bias_->data(), group * lanes_);
    if (along_k_) {  // turned around: into the planes of the result
      block.m = lanes_, block.n = columns.count;
      block.a = weights, block.a_row = depth, block.a_column = 1;
      block.b = windows, block.b_row = 1, block.b_column = columns.stride * per_column;
      block.c = machine_.at(to, columns.first), block.c_column = columns.step;
      block.c_row = result_.height * result_.width, block.bias_per_row = true;
      machine_.kernel.multiply_along_k(block);
    } else {
      block.m = columns.count, block.n = lanes_;
      block.a = windows, block.a_row = columns.stride * per_column, block.a_column = 1;
      block.b =
          machine_.at(weights, (part * strip.all_taps + strip.taps.begin) * channels * lanes_);
      block.b_row = lanes_, block.b_column = 1;
      block.c = machine_.at(to, columns.first * lanes_), block.c_column = 1;
      block.c_row = columns.step * lanes_;
      machine_.kernel.multiply(block);
    }
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
  if (by_columns_) return run_columns(image, result, group, rows, room);
  const Frame window = frame_of(rows_, rows);
  room.image.load(image, source_.height, source_.width, window);
  for (std::int64_t row = rows.begin; row < rows.end; ++row)
    run_row(row, group, window, room,
            along_k_
                ? machine_.at(result, row * result_.width)
                : machine_.at(room.result->data(), (row - rows.begin) * result_.width * lanes_));
  if (!along_k_)
    transpose_block(machine_, machine_.at(result, rows.begin * result_.width),
                    result_.height * result_.width, room.result->data(), lanes_, result_.channels,
                    rows.length() * result_.width);
}

// Weights times windows: into the planes of the result.
void Gathering::run_columns(const void* image, void* result, std::int64_t group, const Frame& rows,
                            Room& room) const {
  const WindowColumns::Matrix windows = room.columns->lay(image, rows);
  MatmulBlock block = {};
  block.m = lanes_, block.n = rows.length() * result_.width, block.k = depth(0, 0);
  block.a = machine_.at(weights_->data(), weights_at(0, 0, group));
  block.a_row = 1, block.a_column = lanes_;
  block.b = windows.data, block.b_row = windows.row, block.b_column = 1;
  block.c = machine_.at(result, rows.begin * result_.width);
  block.c_row = result_.height * result_.width, block.c_column = 1;
  if (bias_) block.bias = machine_.at(bias_->data(), group * lanes_);
  block.bias_per_row = true;
  machine_.kernel.multiply(block);
}

}  // namespace ebb::detail
