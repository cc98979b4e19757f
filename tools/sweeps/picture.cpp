#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <tools/common/svg.hpp>
#include <tools/sweeps/axis.hpp>
#include <tools/sweeps/picture.hpp>

namespace ebb::tools {

namespace {

constexpr double width = 860, left = 76, right = 640, head = 64, tall = 190, between = 44;
constexpr const char* colors[] = {"blue", "orange", "green", "purple"};
constexpr const char* dashes[] = {"", " dashed", " dotted"};

struct Dot {
  double x, mean, deviation;
};

// A line of a panel.
struct Series {
  std::string name;
  std::size_t style;
  std::vector<Dot> dots;
};

struct Panel {
  std::string title;
  bool by_factors;  // is its axis?
  std::vector<Series> series;
  std::vector<Point> principal = {};  // of PCA
  bool all_active = false;            // a line where as many are as there can be
};

double number_of(const std::string& words) {
  double number = 0;
  const auto [stop, error] = std::from_chars(words.data(), words.data() + words.size(), number);
  return error == std::errc() && stop == words.data() + words.size()
             ? number
             : std::numeric_limits<double>::quiet_NaN();
}

// Where each size lies, and what stands below.
struct Across {
  std::size_t option = 0;  // of the swept ones
  bool numeric = true;
  std::vector<std::string> values = {};  // each once

  explicit Across(const Summary& summary) {
    for (std::size_t i = 0; i < summary.names.size(); ++i)
      if (summary.names[i] == "latent") option = i;
    for (const Size& size : summary.sizes)
      if (std::find(values.begin(), values.end(), size.values[option]) == values.end())
        values.push_back(size.values[option]);
    for (const std::string& value : values) numeric = numeric && number_of(value) > 0;
  }
  double place(const std::string& value) const {
    if (numeric) return number_of(value);
    return static_cast<double>(std::find(values.begin(), values.end(), value) - values.begin());
  }
};

// "hidden 400,200": the swept options but for the size.
std::string name_of_series(const Summary& summary, const Size& size, std::size_t option) {
  std::string name;
  for (std::size_t i = 0; i < summary.names.size(); ++i)
    if (i != option) name += (name.empty() ? "" : ", ") + summary.names[i] + " " + size.values[i];
  return name;
}

Panel panel_of(const Summary& summary, const Across& across, std::size_t figure,
               const std::string& title, bool by_factors) {
  Panel panel{title, by_factors, {}};
  for (const Size& size : summary.sizes) {
    const std::string name = name_of_series(summary, size, across.option);
    auto series = std::find_if(panel.series.begin(), panel.series.end(),
                               [&](const Series& each) { return each.name == name; });
    if (series == panel.series.end())
      series = panel.series.insert(series, {name, panel.series.size(), {}});
    const Spread& spread = size.figures[figure];
    if (spread.values.empty()) continue;
    const double deviation = spread.deviation();
    series->dots.push_back({across.place(size.values[across.option]), spread.mean(),
                            std::isnan(deviation) ? 0 : deviation});
  }
  for (Series& series : panel.series)
    std::sort(series.dots.begin(), series.dots.end(),
              [](const Dot& a, const Dot& b) { return a.x < b.x; });
  return panel;
}

std::vector<Point> principal_of(const Summary& summary, const Across& across) {
  std::vector<Point> points;
  for (const Size& size : summary.sizes)
    if (size.principal)
      points.push_back({across.place(size.values[across.option]), *size.principal});
  std::sort(points.begin(), points.end(), [](Point a, Point b) { return a.x < b.x; });
  points.erase(std::unique(points.begin(), points.end(),
                           [](Point a, Point b) { return a.x == b.x && a.y == b.y; }),
               points.end());
  return points;
}

std::vector<Panel> panels_of(const Summary& summary, const Across& across) {
  std::vector<Panel> panels;
  std::size_t at;
  if (summary.find("squared_error", at)) {
    panels.push_back(panel_of(summary, across, at,
                              "squared error per number, on test examples (smaller is better)",
                              true));
    panels.back().principal = principal_of(summary, across);
  } else if (summary.find("test_loss", at)) {
    panels.push_back(
        panel_of(summary, across, at, "loss on test examples (smaller is better)", false));
  }
  if (summary.find("test_accuracy", at))
    panels.push_back(panel_of(summary, across, at, "accuracy on test examples", false));
  if (summary.find("elbo", at))
    panels.push_back(panel_of(summary, across, at,
                              "lower bound in nats, on test examples (larger is better)", false));
  if (summary.find("cross_entropy_and_kl", at))
    panels.push_back(panel_of(
        summary, across, at,
        "cross entropy + KL in nats, on test examples (smaller is better; no bound)", false));
  if (summary.find("active_units", at)) {
    panels.push_back(panel_of(summary, across, at, "active units", true));
    panels.back().all_active = across.numeric && summary.names[across.option] == "latent";
  }
  return panels;
}

Axis height_of(const Panel& panel, double top) {
  Axis axis(panel.by_factors, top + tall, top);
  for (const Series& series : panel.series)
    for (const Dot& dot : series.dots) {
      axis.include(dot.mean - dot.deviation);
      axis.include(dot.mean + dot.deviation);
      if (panel.all_active) axis.include(dot.x);
    }
  for (const Point& point : panel.principal) axis.include(point.y);
  axis.settle();
  return axis;
}

// Names of lines at their right ends, so far apart that all can be read.
class Names final {
 public:
  void add(Point end, const std::string& words, const std::string& style) {
    all_.push_back({end, words, style});
  }
  void draw(Svg& svg) {
    std::sort(all_.begin(), all_.end(),
              [](const Name& a, const Name& b) { return a.end.y < b.end.y; });
    double lowest = -1e9;
    for (const Name& name : all_) {
      lowest = std::max(name.end.y + 4, lowest + 15);
      svg.text({name.end.x + 12, lowest}, name.words, name.style);
    }
  }

 private:
  struct Name {
    Point end;  // of the line
    std::string words, style;
  };
  std::vector<Name> all_;
};

void draw_line(Svg& svg, const std::vector<Point>& points, const std::string& style) {
  for (std::size_t i = 1; i < points.size(); ++i) svg.line(points[i - 1], points[i], style);
}

void draw_series(Svg& svg, Names& names, const Series& series, const Axis& x, const Axis& y,
                 const std::string& unnamed) {
  const std::string color = colors[series.style % 4];
  const std::string name = series.name.empty() ? unnamed : series.name;
  std::vector<Point> points;
  for (const Dot& dot : series.dots) {
    points.push_back({x(dot.x), y(dot.mean)});
    const double at = points.back().x;
    svg.line({at, y(dot.mean - dot.deviation)}, {at, y(dot.mean + dot.deviation)}, color);
  }
  draw_line(svg, points, color + dashes[series.style / 4 % 3]);
  for (std::size_t i = 0; i < points.size(); ++i)
    svg.mark(
        points[i], static_cast<int>(series.style), color,
        fmt::format("{}: {:.5g} ± {:.2g}", name, series.dots[i].mean, series.dots[i].deviation));
  if (!points.empty()) names.add(points.back(), name, "small " + color);
}

void draw_panel(Svg& svg, const Panel& panel, const Axis& x, double top, const std::string& model) {
  const Axis y = height_of(panel, top);
  svg.text({left, top - 10}, panel.title, "bold");
  for (const double tick : y.ticks()) {
    svg.line({left, y(tick)}, {right, y(tick)}, "grid");
    svg.text({left - 8, y(tick) + 4}, spelled(tick), "small quiet end");
  }
  Names names;
  std::vector<Point> points;
  for (const Point& point : panel.principal) points.push_back({x(point.x), y(point.y)});
  draw_line(svg, points, "axis roof");
  if (!points.empty()) names.add(points.back(), "PCA, as many numbers", "small");
  if (panel.all_active && !panel.series[0].dots.empty()) {
    points.clear();
    for (const Dot& dot : panel.series[0].dots) points.push_back({x(dot.x), y(dot.x)});
    draw_line(svg, points, "axis roof");
    names.add(points.back(), "all that there are", "small");
  }
  for (const Series& series : panel.series) draw_series(svg, names, series, x, y, model);
  names.draw(svg);
}

// What stands below the panels, as far as there is room for it.
void draw_sizes(Svg& svg, const Across& across, const Axis& x, double foot) {
  std::vector<std::pair<double, std::string>> places;
  for (const std::string& value : across.values) places.emplace_back(x(across.place(value)), value);
  std::sort(places.begin(), places.end());
  double taken = 0;
  for (const auto& [at, value] : places) {
    svg.line({at, head}, {at, foot}, "grid");
    const double half = width_of_words(value, 12) / 2;
    if (at - half < taken) continue;
    svg.text({at, foot + 18}, value, "small quiet middle");
    taken = at + half + 4;
  }
}

}  // namespace

std::string draw(const Summary& summary, const std::string& model) {
  const Across across(summary);
  const std::string& option = summary.names[across.option];
  const std::vector<Panel> panels = panels_of(summary, across);
  const double foot = head + static_cast<double>(panels.size()) * (tall + between) - between;
  std::size_t seeds = 0;
  for (const Size& size : summary.sizes)
    for (const Spread& spread : size.figures) seeds = std::max(seeds, spread.values.size());
  const std::string title =
      fmt::format("{} against {}: {}", model, option,
                  seeds == 1 ? "one seed" : fmt::format("mean ± deviation of {} seeds", seeds));
  Svg svg(width, foot + 56, title);
  svg.text({16, 26}, title, "large bold");
  Axis x(across.numeric, left + 16, right - 16);
  for (const std::string& value : across.values) x.include(across.place(value));
  const double half = static_cast<double>(summary.numbers) / 2;
  const bool marks_half = across.numeric && option == "latent" && half >= 1;
  if (marks_half) x.include(half);
  x.span();
  draw_sizes(svg, across, x, foot);
  svg.text({(left + right) / 2, foot + 40}, option, "middle");
  if (marks_half) {
    svg.line({x(half), head - 4}, {x(half), foot}, "orange dotted");
    svg.text({x(half), foot + 34}, fmt::format("half the input: {}", half), "small orange middle");
  }
  double top = head;
  for (const Panel& each : panels) {
    draw_panel(svg, each, x, top, model);
    top += tall + between;
  }
  return svg.text();
}

}  // namespace ebb::tools
