// Pictures as SVG text: lines, boxes, dots and words. The ground stays clear, and every color is of
// a middle brightness, so that a picture can be read on a white page as well as on a dark one.
#pragma once

#include <string>

namespace ebb::tools {

struct Point {
  double x = 0, y = 0;  // y grows downwards
};

// A style is a list of the classes below, separated by blanks.
//   words: ink (the default), quiet; bold, large, small; middle, end (where the point is); on-bar
//   lines: grid, axis, roof, dashed, dotted
//   colors of lines, boxes, dots and words: blue, orange, green, purple
class Svg final {
 public:
  Svg(double width, double height, const std::string& title);  // the title is for screen readers

  void line(Point from, Point to, const std::string& style);
  // What the pointer shows where it rests on them: `tip`.
  void box(Point corner, double width, double height, const std::string& style,
           const std::string& tip);
  void dot(Point center, const std::string& style, const std::string& tip);
  // A small shape, one of eight by its number: without their colors they are told apart, too.
  void mark(Point center, int shape, const std::string& style, const std::string& tip);
  // Turned by so many degrees about the point, clockwise.
  void text(Point at, const std::string& words, const std::string& style, double degrees = 0);

  std::string text() const { return text_ + "</svg>\n"; }  // all of it

 private:
  std::string text_;
};

// How wide words will be, about: fonts differ from machine to machine.
double width_of_words(const std::string& words, double font_size);

}  // namespace ebb::tools
