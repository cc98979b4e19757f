#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <nn/data/digits.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/makers.hpp>
#include <tensor/random.hpp>

namespace ebb::nn {
namespace {

constexpr std::int64_t side = 28;
constexpr float box = 20;  // the digit fills it along its longer side

struct Point {
  float x, y;
};
using Stroke = std::vector<Point>;  // a curve through points; between two points, a line
using Glyph = std::vector<Stroke>;

// How people write each digit: points x,y with x to the right, y down and a height of about 20; a
// bar ends a stroke. What stands twice is written so more often.
constexpr int most_styles = 5;
constexpr const char* styles[10][most_styles] = {
    // clang-format off
    {"10,0 5,2 2,8 3,16 8,20 13,18 16,11 15,4 10,0",
     "13,2 7,1 2,7 2,14 7,20 13,18 17,11 15,3 9,0 6,2"},
    {"8,0 8,20",
     "8,0 8,20",
     "8,0 7,10 8,20",
     "4,5 9,0 | 9,0 9,20",
     "4,5 9,0 | 9,0 9,20 | 3,20 15,20"},
    {"2,5 5,1 10,0 14,3 13,9 8,15 2,20 | 2,20 8,19 16,20",
     "3,4 7,0 13,1 14,6 11,12 6,18 3,20 1,18 4,16 9,18 17,20"},
    {"2,2 8,0 14,3 12,8 7,9 | 7,9 14,11 15,16 9,20 1,18",
     "3,3 8,0 13,3 11,8 8,10 12,11 15,15 11,19 5,20 1,18",
     "2,0 14,0 | 14,0 7,8 | 7,8 14,11 14,17 8,20 1,18"},
    {"3,0 2,6 3,11 8,12 15,10 | 15,0 14,10 13,20",
     "3,1 1,11 | 1,11 16,11 | 12,2 11,20",
     "12,0 1,13 | 1,13 17,13 | 12,0 12,20"},
    {"4,0 3,9 | 3,9 9,7 15,11 14,17 8,20 1,18 | 4,0 16,0",
     "16,0 6,1 | 6,1 4,8 | 4,8 11,9 14,14 10,19 2,19"},
    {"12,0 6,4 2,12 4,18 9,20 14,17 13,12 8,11 3,15",
     "8,0 4,7 2,14 5,19 10,20 14,16 11,12 6,13 3,16"},
    {"1,1 15,0 | 15,0 11,8 7,20",
     "1,4 2,0 | 2,0 15,1 | 15,1 10,9 8,20",
     "1,1 15,0 | 15,0 11,8 7,20 | 4,11 15,9"},
    {"14,3 9,0 4,3 6,8 12,12 14,17 9,20 3,17 5,12 11,8 14,3",
     "9,9 4,5 9,0 13,4 9,9 | 9,9 14,15 9,20 3,15 9,9"},
    {"14,4 9,0 3,3 3,8 8,11 13,7 14,3 | 14,3 13,11 11,20",
     "14,4 9,0 3,4 4,9 9,10 14,4 | 14,4 14,12 10,19 3,19"}};
// clang-format on

Glyph parse(const char* style) {
  Glyph glyph(1);
  for (char* rest; *style; style = rest) {
    const auto x = static_cast<float>(std::strtol(style, &rest, 10));
    const auto y = static_cast<float>(std::strtol(rest + 1, &rest, 10));
    glyph.back().push_back({x, y});
    if (std::strncmp(rest, " | ", 3) == 0) {
      glyph.emplace_back();
      rest += 3;
    }
  }
  return glyph;
}

// Everything that differs from one picture to the next, from as many random numbers of its own.
constexpr std::int64_t numbers = 24;
struct Hand {
  explicit Hand(const float* chance) {
    const auto uniform = [&](float low, float high) { return low + (high - low) * *chance++; };
    const auto bell = [&](float low, float high) {
      return (uniform(low, high) + uniform(low, high)) / 2;
    };
    style = uniform(0, 1);
    width = bell(0.85f, 1.3f);
    slant = bell(-0.1f, 0.5f);
    rotation = bell(-0.2f, 0.2f);
    size = uniform(0.92f, 1);
    for (float& wave : waves) wave = bell(-1.8f, 1.8f);
    for (float& phase : phases) phase = uniform(0, 6.28f);
    shift = {bell(-0.7f, 0.7f), bell(-0.7f, 0.7f)};
    radius = bell(0.7f, 1.9f);
    softness = uniform(0.7f, 1.3f);
    pressure = uniform(0, 0.3f);
  }
  float style, width, slant, rotation, size;
  float waves[2], phases[4];  // the paper is not flat
  Point shift;
  float radius, softness, pressure;
};

// Catmull and Rom's curve through b and c, t from 0 to 1, with a and d as the neighbors.
float curve(float a, float b, float c, float d, float t) {
  return b + t / 2 * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

// The stroke as short lines.
Stroke flatten(const Stroke& stroke) {
  constexpr int lines = 6;
  const std::size_t last = stroke.size() - 1;
  Stroke flat = {stroke[0]};
  for (std::size_t i = 0; i < last; ++i) {
    const Point a = stroke[i ? i - 1 : 0], b = stroke[i], c = stroke[i + 1],
                d = stroke[std::min(i + 2, last)];
    for (int step = 1; step <= lines; ++step) {
      const float t = static_cast<float>(step) / lines;
      flat.push_back({curve(a.x, b.x, c.x, d.x, t), curve(a.y, b.y, c.y, d.y, t)});
    }
  }
  return flat;
}

// Where a point comes to lie on wavy paper under a slanting, turning hand.
Point bend(Point p, const Hand& hand) {
  const float x = p.x / box * 3, y = p.y / box * 3;
  p.x += hand.waves[0] * (std::sin(y + hand.phases[0]) + std::sin(x + y + hand.phases[1]) / 2);
  p.y += hand.waves[1] * (std::sin(x + hand.phases[2]) + std::sin(x - y + hand.phases[3]) / 2);
  p.x = p.x * hand.width - p.y * hand.slant;
  const float sine = std::sin(hand.rotation), cosine = std::cos(hand.rotation);
  return {cosine * p.x - sine * p.y, sine * p.x + cosine * p.y};
}

// Sizes the glyph to the box as MNIST does, and puts its center of mass near the middle.
void place(Glyph& glyph, const Hand& hand) {
  Point low = glyph[0][0], high = low, sum = {0, 0};
  float count = 0;
  for (const Stroke& stroke : glyph)
    for (const Point& p : stroke) {
      low = {std::min(low.x, p.x), std::min(low.y, p.y)};
      high = {std::max(high.x, p.x), std::max(high.y, p.y)};
      sum = {sum.x + p.x, sum.y + p.y};
      ++count;
    }
  const float scale =
      (box * hand.size - 2 * hand.radius) / std::max(high.x - low.x, high.y - low.y);
  const Point center = {sum.x / count, sum.y / count};
  for (Stroke& stroke : glyph)
    for (Point& p : stroke)
      p = {(p.x - center.x) * scale + side / 2.0f + hand.shift.x,
           (p.y - center.y) * scale + side / 2.0f + hand.shift.y};
}

float distance(Point p, Point a, Point b) {
  const Point along = {b.x - a.x, b.y - a.y}, to = {p.x - a.x, p.y - a.y};
  const float length = along.x * along.x + along.y * along.y;
  const float t = std::clamp((to.x * along.x + to.y * along.y) / (length + 1e-9f), 0.0f, 1.0f);
  return std::hypot(to.x - t * along.x, to.y - t * along.y);
}

// Inks the pixels near one line; where lines overlap the darker one counts.
void ink(Point a, Point b, float radius, float softness, std::uint8_t* pixels) {
  const float reach = radius + softness;
  const auto from = [&](float at) {
    return std::clamp<std::int64_t>(std::llround(at - reach), 0, side);
  };
  const auto to = [&](float at) {
    return std::clamp<std::int64_t>(std::llround(at + reach), 0, side);
  };
  for (std::int64_t y = from(std::min(a.y, b.y)); y < to(std::max(a.y, b.y)); ++y)
    for (std::int64_t x = from(std::min(a.x, b.x)); x < to(std::max(a.x, b.x)); ++x) {
      const Point center = {static_cast<float>(x) + 0.5f, static_cast<float>(y) + 0.5f};
      const float cover = (radius - distance(center, a, b)) / softness + 0.5f;
      auto& pixel = pixels[y * side + x];
      pixel = std::max(pixel, static_cast<std::uint8_t>(255 * std::clamp(cover, 0.0f, 1.0f)));
    }
}

// Which of the digit's styles the hand takes. Of those that stand twice, the first.
int style_of(int digit, const Hand& hand) {
  int choices = 1;
  while (choices < most_styles && styles[digit][choices]) ++choices;
  const int choice = static_cast<int>(hand.style * static_cast<float>(choices));
  int first = 0;
  while (std::strcmp(styles[digit][first], styles[digit][choice]) != 0) ++first;
  return first;
}

void draw(int digit, const Hand& hand, std::uint8_t* pixels) {
  Glyph glyph = parse(styles[digit][style_of(digit, hand)]);
  for (Stroke& stroke : glyph) {
    stroke = flatten(stroke);
    for (Point& p : stroke) p = bend(p, hand);
  }
  place(glyph, hand);
  for (const Stroke& stroke : glyph)
    for (std::size_t i = 0; i + 1 < stroke.size(); ++i) {
      const float press = hand.pressure * std::sin(hand.phases[0] + stroke[i].y / 3);
      ink(stroke[i], stroke[i + 1], hand.radius * (1 + press), hand.softness, pixels);
    }
}

const char* const factor_names[] = {"digit", "style", "width",        "slant",     "rotation",
                                    "size",  "pen",   "shift_across", "shift_down"};
constexpr std::int64_t factors = std::size(factor_names);

void note_factors(int digit, const Hand& hand, float* row) {
  const float values[factors] = {static_cast<float>(digit),
                                 static_cast<float>(style_of(digit, hand)),
                                 hand.width,
                                 hand.slant,
                                 hand.rotation,
                                 hand.size,
                                 hand.radius,
                                 hand.shift.x,
                                 hand.shift.y};
  std::copy_n(values, factors, row);
}

ImageDataset draw_split(std::int64_t count, Random random) {
  const std::vector<std::int64_t> order = permutation(count, random);
  const Tensor chances = rand({count, numbers}, random);
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(count * side * side)), labels;
  for (std::int64_t i : order) labels.push_back(static_cast<std::uint8_t>(i % 10));
  Tensor values = empty({count, factors});
  float* rows = values.writable_data<float>();
  parallel_for(count, 64, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const int digit = labels[static_cast<std::size_t>(i)];
      const Hand hand(chances.data<float>() + i * numbers);
      draw(digit, hand, pixels.data() + i * side * side);
      note_factors(digit, hand, rows + i * factors);
    }
  });
  return ImageDataset(std::move(pixels), std::move(labels), side, side)
      .with_factors({values, {std::begin(factor_names), std::end(factor_names)}});
}

}  // namespace

ImageSplits draw_digits(const DigitsOptions& options) {
  for (std::int64_t count : {options.train, options.test})
    if (count < 0 || count > 10'000'000)
      throw Error(text("draw_digits: ", count, " pictures; try 0 to 10000000"));
  const Random random{options.seed};
  return {draw_split(options.train, random.fork("digits to train on")),
          draw_split(options.test, random.fork("digits to test on"))};
}

}  // namespace ebb::nn
