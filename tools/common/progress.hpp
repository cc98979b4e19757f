// What a run tells its user: on a terminal one live line, elsewhere whole lines only.
#pragma once

#include <string>
#include <tools/common/clock.hpp>

namespace ebb::tools {

// Prints to standard output, with '?' for control characters. A line that cannot be printed is lost
// without harm: the results are in the run's folder.
class Progress final {
 public:
  explicit Progress(bool quiet);
  ~Progress();  // removes the live line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Ten times a second on a terminal, otherwise never: is it time for a new live line?
  bool due();
  // Puts a line in place of the live one, cut to the terminal's width.
  void show(std::string line);
  // Prints a line that stays; nothing when quiet.
  void print(const std::string& line);

 private:
  void clear();

  const bool quiet_, terminal_;
  bool shown_ = false;
  double last_ = 0;
};

}  // namespace ebb::tools
