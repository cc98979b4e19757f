#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <tools/benchmark/plots/plots.hpp>
#include <tools/common/svg.hpp>

namespace ebb::tools::benchmark {
namespace {

// Three digits are enough: 0.97, 25.4, 214.
std::string short_number(double value) {
  return fmt::format("{:.{}f}", value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}

constexpr double plot_width = 760, right = 740;  // of both
constexpr double height = 520, left = 64, top = 56, bottom = 440;
const char* const colors[] = {"green", "blue", "purple", "orange"};

// An axis on which equal factors are equal lengths, from a power of two to another.
struct Axis {
  Axis(double least, double most, double from, double to)
      : low(std::floor(std::log2(least))), high(std::ceil(std::log2(most))), begin(from), end(to) {}
  double operator()(double value) const {
    return begin + (end - begin) * (std::log2(value) - low) / (high - low);
  }
  double low, high, begin, end;
};

void draw_axes(Svg& svg, const Axis& x, const Axis& y) {
  const auto mark = [](double e) {
    return fmt::format("{}{:.0f}", e < 0 ? "1/" : "", std::exp2(std::abs(e)));
  };
  for (double e = x.low; e <= x.high; ++e) {
    const double at = x(std::exp2(e));
    svg.line({at, top}, {at, bottom}, "grid");
    svg.text({at, bottom + 18}, mark(e), "small quiet middle");
  }
  for (double e = y.low; e <= y.high; ++e) {
    const double at = y(std::exp2(e));
    svg.line({left, at}, {right, at}, "grid");
    svg.text({left - 8, at + 4}, mark(e), "small quiet end");
  }
  svg.text({(left + right) / 2, bottom + 38}, "FLOP per byte", "middle");
  svg.text({18, (top + bottom) / 2}, "GFLOP/s", "middle", -90);
}

struct Box {
  double left, top, right, bottom;
  bool meets(const Box& other) const {
    return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
  }
};

// Finds places for the names of dots, so that none lies on a dot, a line or another name.
class Labels final {
 public:
  explicit Labels(const std::vector<Point>& dots) {
    for (const Point& dot : dots) taken_.push_back({dot.x - 6, dot.y - 6, dot.x + 6, dot.y + 6});
  }
  void avoid(Point from, Point to) {
    for (double part = 0; part <= 1; part += 0.01) {
      const double x = from.x + (to.x - from.x) * part, y = from.y + (to.y - from.y) * part;
      taken_.push_back({x - 2, y - 2, x + 2, y + 2});
    }
  }
  void put(Svg& svg, Point dot, const std::string& words, const std::string& color) {
    const double w = width_of_words(words, 12);
    Box best = {};
    auto fewest = std::numeric_limits<std::ptrdiff_t>::max();
    for (const double down : {4, 19, -10, 32, -23, 45, -36})
      for (const double across : {9.0, -9 - w, -w / 2}) {
        const double x = dot.x + across, y = dot.y + down;
        const Box box = {x - 3, y - 10, x + w + 3, y + 3};
        const auto met = std::count_if(taken_.begin(), taken_.end(),
                                       [&](const Box& other) { return box.meets(other); });
        if (box.left >= left && box.right <= right && box.bottom <= bottom && met < fewest)
          best = box, fewest = met;
      }
    taken_.push_back(best);
    svg.text({best.left + 3, best.bottom - 3}, words, "small " + color);
  }

 private:
  std::vector<Box> taken_;
};

// A slope as steep as the bandwidth, up to the flat roof of arithmetic, whose beginning is
// returned. Its name stands along it: on it, or below it where another roof is close above.
Point draw_roof(Svg& svg, Labels& labels, const Axis& x, const Axis& y, double peak,
                const RooflinePlot::Level& level, const std::string& color, bool below) {
  const double begin = std::max(std::exp2(x.low), std::exp2(y.low) / level.gigabytes);
  const Point foot = {x(begin), y(begin * level.gigabytes)};
  const Point head = {x(peak / level.gigabytes), y(peak)};
  svg.line(foot, head, color);
  labels.avoid(foot, head);
  const double steep = std::atan2(head.y - foot.y, head.x - foot.x);
  const double along = 12, off = below ? -14 : 5;
  const Point at = {foot.x + along * std::cos(steep) + off * std::sin(steep),
                    foot.y + along * std::sin(steep) - off * std::cos(steep)};
  svg.text(at, fmt::format("{} {:.0f} GB/s", level.name, level.gigabytes), "small " + color,
           steep * 180 / 3.14159265);
  return head;
}

}  // namespace

std::string draw(const LadderPlot& plot) {
  constexpr double ground = 190, head = 70, row = 44, bar = 26;
  const double foot = head + row * static_cast<double>(plot.bars.size());
  double most = 0;
  for (const auto& each : plot.bars) most = std::max(most, each.gflops);
  for (const auto& each : plot.peaks) most = std::max(most, each.gflops);
  const auto x_of = [&](double gflops) { return ground + (right - ground) * gflops / most; };

  Svg svg(plot_width, foot + 34, plot.title);
  svg.text({16, 26}, plot.title, "large bold");
  for (const auto& peak : plot.peaks) {
    const double x = x_of(peak.gflops);
    svg.text({x, head - 12}, fmt::format("{}: {}", peak.name, short_number(peak.gflops)),
             "small quiet end");
    svg.line({x, head - 6}, {x, foot}, "axis roof");
  }
  svg.line({ground, head - 6}, {ground, foot}, "axis");
  double y = head, below = 0;
  for (const auto& each : plot.bars) {
    svg.text({16, y + 15}, each.name, "bold");
    svg.text({16, y + 31}, each.idea, "small quiet");
    const double end = x_of(each.gflops);
    std::string label = short_number(each.gflops) + " GFLOP/s";
    if (below > 0) label += fmt::format(", × {:.1f}", each.gflops / below);
    svg.box({ground, y + (row - bar) / 2}, std::max(end - ground, 1.0), bar, "blue",
            fmt::format("{}: {}", each.name, label));
    const double middle = y + row / 2 + 4.5;
    if (end - ground > width_of_words(label, 14) + 16)
      svg.text({end - 8, middle}, label, "end on-bar bold");
    else
      svg.text({end + 8, middle}, label, "");
    below = each.gflops;
    y += row;
  }
  svg.text({16, foot + 22}, plot.footer, "small quiet");
  return svg.text();
}

std::string draw(const RooflinePlot& plot) {
  double least_x = 0.125, most_x = 64, least_y = plot.peak_gflops / 16, most_y = plot.peak_gflops;
  for (const auto& work : plot.work) {
    least_x = std::min(least_x, work.flop_per_byte / 4);  // room for the names of the roofs
    most_x = std::max(most_x, work.flop_per_byte * 1.5);
    least_y = std::min(least_y, work.gflops / 3);
    most_y = std::max(most_y, work.gflops);
  }
  const Axis x(least_x, most_x, left, right), y(least_y, most_y * 1.5, bottom, top);

  Svg svg(plot_width, height, plot.title);
  svg.text({16, 26}, plot.title, "large bold");
  draw_axes(svg, x, y);
  std::vector<Point> dots;
  for (const auto& work : plot.work) dots.push_back({x(work.flop_per_byte), y(work.gflops)});
  Labels labels(dots);
  Point ridge = {right, y(plot.peak_gflops)};  // where the flat roof begins
  bool below = false;
  for (std::size_t i = 0; i < plot.levels.size(); ++i) {
    below = !below && i > 0 &&  // two names do not fit between them
            plot.levels[i - 1].gigabytes < 1.3 * plot.levels[i].gigabytes;
    const Point head =
        draw_roof(svg, labels, x, y, plot.peak_gflops, plot.levels[i], colors[i % 4], below);
    ridge.x = std::min(ridge.x, head.x);
  }
  svg.line(ridge, {right, ridge.y}, "axis");
  const std::string flat = fmt::format("multiply-adds {:.0f} GFLOP/s", plot.peak_gflops);
  svg.text({right - 4, ridge.y - 7}, flat, "small end");
  labels.avoid(ridge, {right, ridge.y});
  for (const double up : {7, 12, 17, 20})
    labels.avoid({right - width_of_words(flat, 12), ridge.y - up}, {right, ridge.y - up});

  for (std::size_t i = 0; i < dots.size(); ++i) {
    const auto& work = plot.work[i];
    const char* const color = colors[work.level % 4];
    svg.dot(dots[i], color,
            fmt::format("{}: {:.1f} GFLOP/s at {:.2f} FLOP per byte", work.name, work.gflops,
                        work.flop_per_byte));
    labels.put(svg, dots[i], work.name, color);
  }
  svg.text({16, height - 14}, plot.footer, "small quiet");
  return svg.text();
}

}  // namespace ebb::tools::benchmark
