// What a run tells its user: on a terminal one live line, elsewhere whole lines only.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <tools/common/clock.hpp>
#include <vector>

namespace ebb::tools {

enum class LogFormat {
  text,  // lines for people
  json   // each line is an object with its "event": {"event":"note","text":"…"}
};

// Prints to standard output, with '?' for control characters. A line that cannot be printed is lost
// without harm: the results are in the run's folder.
class Progress final {
 public:
  explicit Progress(bool quiet, LogFormat format = LogFormat::text);
  ~Progress();  // removes the live line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Ten times a second on a terminal, otherwise never: is it time for a new live line?
  bool due();
  // How many letters a live line may have; 79 where the terminal does not say.
  std::size_t columns() const;
  // Puts a line in place of the live one, cut to the terminal's width.
  void show(std::string line);
  // Prints a line that stays, as JSON an event of the name "note"; nothing when quiet.
  void print(const std::string& line);
  // As JSON the event; else nothing.
  void print_event(const nlohmann::ordered_json& event);

 private:
  void clear();
  void put_line(const std::string& line);

  const bool quiet_, json_, terminal_;
  bool shown_ = false;
  double last_ = 0;
};

// A live line: the first piece, a bar of the part that is done, the other pieces. In a narrow
// terminal the last pieces are left out, then the bar.
std::string live_line(const std::vector<std::string>& pieces, double done, std::size_t columns);

std::string clock_time(double seconds);  // "0:09", "3:40", "25:02:03"

}  // namespace ebb::tools
