#include <algorithm>
#include <cstring>
#include <tensor/machine/parallel.hpp>
#include <tensor/makers.hpp>
#include <tensor/windows/gathering.hpp>

namespace ebb::detail {
namespace {

constexpr std::int64_t piece_work = 50'000;    // multiply-adds that are worth a piece
constexpr std::int64_t most_pieces = 32;       // that threads share
constexpr std::int64_t laid_at_once = 16;      // channels of weights
constexpr std::int64_t laid_grain = 8192;      // weights that are worth a piece
constexpr std::int64_t block_bytes = 1 << 17;  // of a result that waits in L2 to be turned around

std::shared_ptr<Storage> room_for(const Machine& machine, std::int64_t elements) {
  return allocate(static_cast<std::size_t>(elements * machine.bytes));
}

}  // namespace

Gathering::Gathering(const Tensor& from, const Side& source, const Side& result,
                     std::int64_t groups, std::vector<Taps> rows, std::vector<Taps> columns)
    : machine_(machine_of(from.dtype())),
      source_(source),
      result_(result),
      groups_(groups),
      rows_(std::move(rows)),
      columns_(std::move(columns)),
      frame_(frame_of(columns_)) {
  const std::int64_t vector = machine_.kernel.columns / 2;
  by_columns_ = can_go_by_columns();
  along_k_ = !by_columns_ && 2 * result.channels <= vector;
  std::int64_t elements = 0;
  for (std::size_t row = 0; row < rows_.size(); ++row)
    for (std::size_t column = 0; column < columns_.size(); ++column) {
      starts_.push_back(elements);
      elements += depth(row, column);
      along_k_ = along_k_ && depth(row, column) >= 2 * vector &&
                 (columns_[column].dilation == 1 || columns_[column].taps == 1);
    }
  lanes_ = along_k_ || by_columns_ ? result.channels : std::max(result.channels, vector);
  for (std::int64_t& start : starts_) start *= lanes_;
  weights_ = room_for(machine_, elements * lanes_ * groups);
}

// For some channels of the result, from `first` on: so few that what is read of each stays in
// cache.
template <class T>
void Gathering::lay(const Weights& from, const Taps& rows, const Taps& columns, std::int64_t first,
                    T* to) const {
  const T* const w = static_cast<const T*>(from.data) + first * from.result_step;
  const std::int64_t depth = rows.taps * columns.taps * source_.channels;
  const std::int64_t step = along_k_ ? 1 : lanes_, out_step = along_k_ ? depth : 1;
  const std::int64_t count = std::min(laid_at_once, result_.channels - first);
  if (lanes_ > result_.channels) std::fill(to, to + depth * lanes_, T(0));
  for (std::int64_t channel = 0; channel < source_.channels; ++channel)
    for (std::int64_t row = 0; row < rows.taps; ++row)
      for (std::int64_t column = 0; column < columns.taps; ++column) {
        const T* const at = w + channel * from.source_step +
                            (rows.first_tap + row * rows.tap_step) * from.row_step +
                            columns.first_tap + column * columns.tap_step;
        T* const y = to + first * out_step +
                     ((column * rows.taps + row) * source_.channels + channel) * step;
        for (std::int64_t out = 0; out < count; ++out)
          y[out * out_step] = at[out * from.result_step];
      }
}

void Gathering::lay_weights(DType dtype, const Weights& weights, const Tensor* bias) {
  const std::int64_t parts = divide_up(result_.channels, laid_at_once);
  const std::int64_t each = depth(0, 0) * laid_at_once,
                     pairs = static_cast<std::int64_t>(starts_.size());
  const std::int64_t grain =
      std::max<std::int64_t>(1, laid_grain / std::max<std::int64_t>(1, each));
  parallel_for(pairs * groups_ * parts, grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int64_t group = i / parts % groups_;
      const auto pair = static_cast<std::size_t>(i / parts / groups_);
      const std::size_t row = pair / columns_.size(), column = pair % columns_.size();
      Weights from = weights;
      from.data = machine_.at(weights.data, group * weights.group_step);
      with_dtype(dtype, [&](auto zero) {
        lay(from, rows_[row], columns_[column], i % parts * laid_at_once,
            static_cast<decltype(zero)*>(
                machine_.at(weights_->data(), weights_at(row, column, group))));
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

// Where a window is small, its channels' turning around would cost more than its products.
bool Gathering::can_go_by_columns() const {
  constexpr std::int64_t small = 80;
  if (rows_.size() != 1 || columns_.size() != 1 ||
      result_.height * result_.width < machine_.kernel.columns / 2)
    return false;
  return depth(0, 0) > 0 && (depth(0, 0) <= small || (is_pointwise(rows_[0], source_.height) &&
                                                      is_pointwise(columns_[0], source_.width)));
}

// How many blocks of rows an image is cut into: L2 has room for each, and more of them where there
// are few images.
std::int64_t Gathering::blocks(std::int64_t images, std::int64_t work) const {
  const std::int64_t wide = by_columns_ ? std::max(lanes_, depth(0, 0)) : lanes_;
  const std::int64_t bytes = result_.height * result_.width * wide * machine_.bytes;
  std::int64_t count =
      is_pointwise(rows_[0], source_.height) && by_columns_ ? 1 : divide_up(bytes, block_bytes);
  if (work > piece_work) count = std::max(count, divide_up(most_pieces, 4 * images));
  count = std::min(count, result_.height);
  while (by_columns_ && result_.height / count * result_.width < machine_.kernel.columns / 2)
    --count;
  return count;
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
  const std::int64_t images = shape[0] * groups_, parts = blocks(images, work);
  const std::int64_t rows = divide_up(result_.height, parts), units = images * parts;
  const auto rows_of = [&](std::int64_t part) {
    return Frame{part * result_.height / parts, (part + 1) * result_.height / parts};
  };
  std::int64_t read = 0;
  for (std::int64_t part = 0; part < parts; ++part)
    read = std::max(read, frame_of(rows_, rows_of(part)).length());
  const std::int64_t pieces =
      std::clamp<std::int64_t>(work * images / piece_work, 1, std::min(units, most_pieces));
  parallel_for(units, divide_up(units, pieces), [&](std::int64_t begin, std::int64_t end) {
    const std::int64_t used = by_columns_ ? 0 : 1;
    Room room = {{machine_, source_.channels, used * read, frame_},
                 room_for(machine_, used * frame_.length() * most_taps * source_.channels),
                 room_for(machine_, used * rows * result_.width * lanes_),
                 {}};
    if (by_columns_)
      room.columns.emplace(machine_, source_.channels, source_.height, source_.width, rows_[0],
                           columns_[0], rows);
    for (std::int64_t unit = begin; unit < end; ++unit) {
      const std::int64_t image = unit / parts;
      run_block(machine_.at(from.raw(), image * source_.elements()),
                machine_.at(to.raw(), image * result_.elements()), image % groups_,
                rows_of(unit % parts), room);
    }
  });
  return to;
}

}  // namespace ebb::detail
