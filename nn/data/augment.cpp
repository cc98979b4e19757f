#include <algorithm>
#include <cmath>
#include <nn/data/augment.hpp>
#include <tensor/makers.hpp>
#include <vector>

namespace ebb::nn {
namespace {

// Where the new pixels of an axis lie among the old: between two of them.
struct Axis {
  std::vector<std::int64_t> before, behind;
  std::vector<float> part;  // of the one behind

  // New pixel i lies at begin + i step.
  Axis(std::int64_t length, float begin, float step) {
    const auto last = static_cast<float>(length - 1);
    for (std::int64_t i = 0; i < length; ++i) {
      const float at = std::clamp(begin + static_cast<float>(i) * step, 0.0f, last);
      const float down = std::floor(at);
      before.push_back(static_cast<std::int64_t>(down));
      behind.push_back(std::min(before.back() + 1, length - 1));
      part.push_back(at - down);
    }
  }
};

// Of an axis a part, moved; `u` and `v` are drawn from [0, 1) for its length and its place, `w` for
// the way that it moves.
Axis axis_of(std::int64_t length, const Augmentation& ways, float u, float v, float w) {
  const auto whole = static_cast<float>(length);
  const float step = ways.crop ? 1 - 0.2f * u : 1.0f;
  float begin = ways.crop ? v * (1 - step) * whole + (step - 1) / 2 : 0.0f;
  const auto most = static_cast<float>(length / 8);
  if (ways.shift) begin += std::floor(w * (2 * most + 1)) - most;
  return Axis(length, begin, step);
}

// One channel from its old pixels to the new.
void fill(const float* from, float* to, const Axis& rows, const Axis& columns) {
  const std::size_t height = rows.part.size(), width = columns.part.size();
  const auto mix = [](float a, float b, float part) { return a + part * (b - a); };
  for (std::size_t y = 0; y < height; ++y) {
    const float* const above = from + rows.before[y] * static_cast<std::int64_t>(width);
    const float* const below = from + rows.behind[y] * static_cast<std::int64_t>(width);
    for (std::size_t x = 0; x < width; ++x) {
      const std::int64_t left = columns.before[x], right = columns.behind[x];
      const float upper = mix(above[left], above[right], columns.part[x]);
      const float lower = mix(below[left], below[right], columns.part[x]);
      *to++ = mix(upper, lower, rows.part[y]);
    }
  }
}

void add_noise(float* values, std::int64_t count, Random& random) {
  constexpr float deviation = 0.05f;
  const Tensor noise = randn({count}, random);
  const float* const add = noise.data<float>();
  for (std::int64_t i = 0; i < count; ++i)
    values[i] = std::clamp(values[i] + deviation * add[i], 0.0f, 1.0f);
}

}  // namespace

Batch augment(Batch batch, std::span<const std::int64_t> indices, const Random& random,
              const Augmentation& ways) {
  if (!ways.any()) return batch;
  const Tensor& x = batch.inputs;
  if (x.rank() != 4 || x.dtype() != DType::float32 ||
      x.size(0) != static_cast<std::int64_t>(indices.size()))
    throw ShapeError(text("augment: inputs ", x.shape(), " for ", indices.size(),
                          " numbers; try pictures [n, channels, height, width]"));
  const Tensor old = contiguous(x);
  Tensor y = empty(x.shape());
  const std::int64_t height = x.size(2), width = x.size(3), plane = height * width;
  const std::int64_t picture = x.size(1) * plane;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const std::int64_t begin = static_cast<std::int64_t>(i) * picture;
    const float* const from = old.data<float>() + begin;
    float* const to = y.writable_data<float>() + begin;
    Random own = random.fork(text("picture ", indices[i]));
    const std::vector<float> drawn = rand({7}, own).to_vector<float>();
    const Axis rows = axis_of(height, ways, drawn[0], drawn[1], drawn[2]);
    const Axis columns = axis_of(width, ways, drawn[3], drawn[4], drawn[5]);
    for (std::int64_t at = 0; at < picture; at += plane) fill(from + at, to + at, rows, columns);
    if (ways.flip && drawn[6] < 0.5f)
      for (std::int64_t at = 0; at < picture; at += width) std::reverse(to + at, to + at + width);
    if (ways.noise) add_noise(to, picture, own);
  }
  batch.inputs = y;
  return batch;
}

}  // namespace ebb::nn
