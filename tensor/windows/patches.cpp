#include <algorithm>
#include <cstring>
#include <numeric>
#include <tensor/machine/isa.hpp>
#include <tensor/windows/patches.hpp>

namespace ebb::detail {
namespace {

// The taps of those places of x that lie `place` after a multiple of the stride. They are every
// period-th of the kernel, and read y backward, so the last of them comes first:
// place + i stride + before - t dilation is a multiple of the stride.
Taps taps_at(const WindowAxis& axis, std::int64_t place) {
  const std::int64_t common = std::gcd(axis.stride, axis.dilation);
  const std::int64_t period = axis.stride / common, dilation = axis.dilation / common;
  Taps taps = {
      {place, axis.stride, divide_up(axis.in - place, axis.stride), 1, dilation, 0, 0, 0, -period}};
  std::int64_t tap = 0;
  while (tap < period && (place + axis.before - tap * axis.dilation) % axis.stride != 0) ++tap;
  if (tap >= std::min(period, axis.kernel)) return taps;
  taps.taps = divide_up(axis.kernel - tap, period);
  taps.first_tap = tap + (taps.taps - 1) * period;
  taps.before =
      (taps.taps - 1) * dilation - (place + axis.before - tap * axis.dilation) / axis.stride;
  return taps;
}

}  // namespace

Taps forward_taps(const WindowAxis& axis) {
  return {{0, 1, axis.out, axis.stride, axis.dilation, axis.before, axis.kernel, 0, 1}};
}

std::vector<Taps> backward_taps(const WindowAxis& axis) {
  std::vector<Taps> all;
  for (std::int64_t place = 0; place < std::min(axis.stride, axis.in); ++place)
    all.push_back(taps_at(axis, place));
  return all;
}

Frame frame_of(const std::vector<Taps>& all) {
  Frame frame;
  bool any = false;
  for (const Taps& taps : all) {
    if (taps.taps == 0) continue;
    const Frame its = taps.frame(0, taps.count);
    frame = any ? Frame{std::min(frame.begin, its.begin), std::max(frame.end, its.end)} : its;
    any = true;
  }
  return frame;
}

Frame frame_of(const std::vector<Taps>& all, const Frame& places) {
  std::vector<Taps> used;
  const auto step = static_cast<std::int64_t>(all.size());
  for (std::int64_t place = places.begin; place < std::min(places.end, places.begin + step);
       ++place) {
    Taps taps = all[static_cast<std::size_t>(place % step)];
    taps.before -= place / step * taps.stride;
    taps.count = divide_up(places.end - place, step);
    used.push_back(taps);
  }
  return frame_of(used);
}

ChannelsLast::ChannelsLast(const Machine& machine, std::int64_t channels, std::int64_t rows,
                           const Frame& columns)
    : machine_(machine),
      channels_(channels),
      columns_(columns),
      room_(
          allocate(static_cast<std::size_t>(rows * columns.length() * channels * machine.bytes))) {}

void* ChannelsLast::at(std::int64_t row, std::int64_t column) const {
  return machine_.at(room_->data(), (row * columns_.length() + column) * channels_);
}

void ChannelsLast::load(const void* image, std::int64_t height, std::int64_t width,
                        const Frame& rows) {
  // Zeros stay where they are while the frame does.
  if (!(rows == rows_)) std::memset(room_->data(), 0, room_->bytes());
  rows_ = rows;
  const std::int64_t begin = std::max<std::int64_t>(rows.begin, 0),
                     end = std::min(rows.end, height);
  if (begin >= end) return;
  if (columns_ == Frame{0, width} && channels_ > 1)
    transpose_block(machine_, at(begin - rows.begin, 0), channels_,
                    machine_.at(image, begin * width), height * width, (end - begin) * width,
                    channels_);
  else
    load_rows(image, height, width, begin, end);
}

void ChannelsLast::load_rows(const void* image, std::int64_t height, std::int64_t width,
                             std::int64_t begin, std::int64_t end) {
  const std::int64_t first = std::max<std::int64_t>(columns_.begin, 0),
                     last = std::min(columns_.end, width);
  if (first >= last) return;
  for (std::int64_t row = begin; row < end; ++row)
    transpose_block(machine_, at(row - rows_.begin, first - columns_.begin), channels_,
                    machine_.at(image, row * width + first), height * width, last - first,
                    channels_);
}

bool is_pointwise(const Taps& taps, std::int64_t length) {
  return taps.taps == 1 && taps.stride == 1 && taps.before == 0 && taps.count == length;
}

WindowColumns::WindowColumns(const Machine& machine, std::int64_t channels, std::int64_t height,
                             std::int64_t width, const Taps& rows, const Taps& columns,
                             std::int64_t most_rows)
    : machine_(machine),
      channels_(channels),
      height_(height),
      width_(width),
      rows_(rows),
      columns_(columns),
      window_rows_(rows.frame(0, most_rows).length()),
      window_columns_(divide_up(columns.frame(0, columns.count).length(), columns.stride)) {
  if (is_pointwise(rows, height) && is_pointwise(columns, width)) return;
  const auto room = [&](std::int64_t elements) {
    return allocate(static_cast<std::size_t>(elements * machine_.bytes));
  };
  image_ = room(channels * columns.stride * window_rows_ * window_columns_);
  matrix_ = room(rows.taps * columns.taps * channels * most_rows * columns.count);
}

// [channels, phases of columns, rows, columns]: for steps of 2 columns 0 2 4 … and 1 3 5 …
void WindowColumns::load(const void* image, const Frame& window) {
  if (!(window == loaded_)) std::memset(image_->data(), 0, image_->bytes());
  loaded_ = window;
  const std::int64_t begin = std::max<std::int64_t>(window.begin, 0),
                     end = std::min(window.end, height_), step = columns_.stride;
  for (std::int64_t channel = 0; channel < channels_ && begin < end; ++channel)
    for (std::int64_t phase = 0; phase < step; ++phase) {
      const std::int64_t first =
          columns_.before > phase ? divide_up(columns_.before - phase, step) : 0;
      const std::int64_t from = first * step + phase - columns_.before;  // in the image
      const std::int64_t count = std::min(window_columns_ - first, divide_up(width_ - from, step));
      void* to = machine_.at(
          image_->data(),
          ((channel * step + phase) * window_rows_ + begin - window.begin) * window_columns_ +
              first);
      const void* row = machine_.at(image, (channel * height_ + begin) * width_ + from);
      if (count <= 0) continue;
      if (step == 1) {
        copy_block(machine_, to, window_columns_, row, width_, end - begin, count);
        continue;
      }
      for (std::int64_t i = begin; i < end; ++i) {
        copy_block(machine_, to, 1, row, step, count, 1);
        to = machine_.at(to, window_columns_), row = machine_.at(row, width_);
      }
    }
}

WindowColumns::Matrix WindowColumns::lay(const void* image, const Frame& rows) {
  const std::int64_t places = rows.length() * columns_.count;
  if (!image_) return {machine_.at(image, rows.begin * width_), height_ * width_};
  load(image, rows_.frame(rows.begin, rows.end));
  void* to = matrix_->data();
  for (std::int64_t column = 0; column < columns_.taps; ++column)
    for (std::int64_t row = 0; row < rows_.taps; ++row)
      for (std::int64_t channel = 0; channel < channels_; ++channel) {
        const std::int64_t place = column * columns_.dilation, step = columns_.stride;
        const std::int64_t from =
            ((channel * step + place % step) * window_rows_ + row * rows_.dilation) *
                window_columns_ +
            place / step;
        copy_block(machine_, to, columns_.count, machine_.at(image_->data(), from),
                   rows_.stride * window_columns_, rows.length(), columns_.count);
        to = machine_.at(to, places);
      }
  return {matrix_->data(), places};
}

Machine machine_of(DType dtype) {
  return {kernels_in_use().matmul.types[static_cast<int>(dtype)],
          static_cast<std::int64_t>(size_of(dtype))};
}

void transpose_block(const Machine& machine, void* to, std::int64_t to_row, const void* from,
                     std::int64_t from_column, std::int64_t rows, std::int64_t columns) {
  if (to_row == 1 && columns == 1) return copy_block(machine, to, 0, from, 0, 1, rows);
  kernels_in_use().copy.transpose[machine.bytes == 8](to, to_row, from, from_column, rows, columns);
}

void copy_block(const Machine& machine, void* to, std::int64_t to_row, const void* from,
                std::int64_t from_row, std::int64_t rows, std::int64_t columns) {
  kernels_in_use().patches.copy[machine.bytes == 8](to, to_row, from, from_row, rows, columns);
}

}  // namespace ebb::detail
