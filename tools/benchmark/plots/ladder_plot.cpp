#include <fmt/format.h>

#include <algorithm>
#include <tools/benchmark/plots/plots.hpp>
#include <tools/benchmark/plots/svg.hpp>

namespace ebb::tools::benchmark {
namespace {

constexpr double width = 760, left = 190, right = 740, top = 70, row = 44, bar = 26;

// Three digits are enough: 0.97, 25.4, 214.
std::string short_number(double value) {
  return fmt::format("{:.{}f}", value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}

}  // namespace

std::string draw(const LadderPlot& plot) {
  const double bottom = top + row * static_cast<double>(plot.bars.size());
  double most = 0;
  for (const auto& each : plot.bars) most = std::max(most, each.gflops);
  for (const auto& each : plot.peaks) most = std::max(most, each.gflops);
  const auto x_of = [&](double gflops) { return left + (right - left) * gflops / most; };

  Svg svg(width, bottom + 34, plot.title);
  svg.text({16, 26}, plot.title, "large bold");
  for (const auto& peak : plot.peaks) {
    const double x = x_of(peak.gflops);
    svg.text({x, top - 12}, fmt::format("{}: {}", peak.name, short_number(peak.gflops)),
             "small quiet end");
    svg.line({x, top - 6}, {x, bottom}, "axis roof");
  }
  svg.line({left, top - 6}, {left, bottom}, "axis");
  double y = top, below = 0;
  for (const auto& each : plot.bars) {
    svg.text({16, y + 15}, each.name, "bold");
    svg.text({16, y + 31}, each.idea, "small quiet");
    const double end = x_of(each.gflops);
    std::string label = short_number(each.gflops) + " GFLOP/s";
    if (below > 0) label += fmt::format(", × {:.1f}", each.gflops / below);
    svg.box({left, y + (row - bar) / 2}, std::max(end - left, 1.0), bar, "blue",
            fmt::format("{}: {}", each.name, label));
    const double middle = y + row / 2 + 4.5;
    if (end - left > width_of_words(label, 14) + 16)
      svg.text({end - 8, middle}, label, "end on-bar bold");
    else
      svg.text({end + 8, middle}, label, "");
    below = each.gflops;
    y += row;
  }
  svg.text({16, bottom + 22}, plot.footer, "small quiet");
  return svg.text();
}

}  // namespace ebb::tools::benchmark
