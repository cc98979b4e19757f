#include <fmt/format.h>

#include <tools/common/svg.hpp>

namespace ebb::tools {
namespace {

const char* const styles = R"(
text { font: 13px system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: #737d8b }
.quiet { fill: #7f8894 } .bold { font-weight: 600 }
.large { font-size: 16px } .small { font-size: 11.5px }
.middle { text-anchor: middle } .end { text-anchor: end }
line { fill: none; stroke-width: 1.5 }
.grid { stroke: #8a93a0; stroke-opacity: .25; stroke-width: 1 }
.axis { stroke: #8a93a0 } .roof { stroke-dasharray: 6 4 }
path { stroke-width: 1.5 } .dashed { stroke-dasharray: 10 4 } .dotted { stroke-dasharray: 2 4 }
rect.blue, circle.blue, path.blue, text.blue { fill: #3a80d2 } line.blue, path.blue { stroke: #3a80d2 }
rect.orange, circle.orange, path.orange, text.orange { fill: #d07a22 } line.orange, path.orange { stroke: #d07a22 }
rect.green, circle.green, path.green, text.green { fill: #2d9a60 } line.green, path.green { stroke: #2d9a60 }
rect.purple, circle.purple, path.purple, text.purple { fill: #9468d4 } line.purple, path.purple { stroke: #9468d4 }
text.on-bar { fill: #ffffff } path.hollow { fill: none }
)";

std::string escaped(const std::string& words) {
  std::string text;
  for (char c : words) text += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
  return text;
}

}  // namespace

Svg::Svg(double width, double height, const std::string& title)
    : text_(fmt::format(R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" )"
                        R"(width="{}" height="{}" role="img">)"
                        "\n<title>{}</title>\n<style>{}</style>\n",
                        width, height, width, height, escaped(title), styles)) {}

void Svg::line(Point from, Point to, const std::string& style) {
  text_ += fmt::format(R"(<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" class="{}"/>)"
                       "\n",
                       from.x, from.y, to.x, to.y, style);
}

void Svg::box(Point corner, double width, double height, const std::string& style,
              const std::string& tip) {
  text_ += fmt::format(R"(<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="2" )"
                       "class=\"{}\"><title>{}</title></rect>\n",
                       corner.x, corner.y, width, height, style, escaped(tip));
}

void Svg::dot(Point center, const std::string& style, const std::string& tip) {
  text_ += fmt::format(R"(<circle cx="{:.1f}" cy="{:.1f}" r="4.5" class="{}"><title>{}</title>)"
                       "</circle>\n",
                       center.x, center.y, style, escaped(tip));
}

void Svg::mark(Point center, int shape, const std::string& style, const std::string& tip) {
  static const char* const shapes[] = {"M-4 -4h8v8h-8z", "M0 -5l5 9h-10z", "M0 -6l5 6l-5 6l-5 -6z",
                                       "M0 5l5 -9h-10z"};
  text_ += fmt::format(
      "<path d=\"{}\" transform=\"translate({:.1f} {:.1f})\" class=\"{}{}\">"
      "<title>{}</title></path>\n",
      shapes[shape % 4], center.x, center.y, style, shape / 4 % 2 == 1 ? " hollow" : "",
      escaped(tip));
}

void Svg::text(Point at, const std::string& words, const std::string& style, double degrees) {
  text_ += fmt::format(R"(<text x="{0:.1f}" y="{1:.1f}" class="{2}" )"
                       "transform=\"rotate({3:.1f} {0:.1f} {1:.1f})\">{4}</text>\n",
                       at.x, at.y, style, degrees, escaped(words));
}

double width_of_words(const std::string& words, double font_size) {
  int letters = 0;
  for (char c : words) letters += (c & 0xC0) != 0x80;  // some are more than one byte
  return 0.56 * font_size * letters;
}

}  // namespace ebb::tools
