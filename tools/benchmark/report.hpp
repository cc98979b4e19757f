// What a run found: printed as tables while it is found, and kept as JSON.
#pragma once

#include <cstdint>
#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

namespace ebb::tools::benchmark {

using Cell = std::variant<std::string, std::int64_t, double>;  // NaN: printed as -, null in JSON
inline constexpr double none = std::numeric_limits<double>::quiet_NaN();

// A table's columns, each NAME or NAME:DIGITS (behind the point; 2 where nothing is said). The name
// is the key of its values in JSON, so it says the unit: "GFLOP/s:1".
using Columns = std::vector<std::string>;

class Report final {
 public:
  explicit Report(std::FILE* out);  // nullptr prints nothing

  // The suite, instruction set and number of threads of the tables to come.
  void enter(const std::string& suite, const std::string& isa, int threads);
  // A table starts; its lines follow as they are found, each with a cell per column.
  void begin_table(const std::string& title, const Columns& columns);
  void add(const std::vector<Cell>& cells);
  // A line below the table for people, and a value under `key` in its JSON: a mean, a limit.
  void note(const std::string& key, double value, const std::string& line);
  // The suite's plot as SVG, for --svg.
  void draw(const std::string& svg) { picture_ = svg; }

  // {"version", "processor", "cores", "tables": [{"suite", "isa", "threads", "title",
  // "rows": [{column: value, …}, …], "notes": {key: value}}, …]}
  const nlohmann::ordered_json& json() const { return json_; }
  const std::string& picture() const { return picture_; }
  // Takes over the tables of another run's json().
  void take(const nlohmann::ordered_json& other);

 private:
  void print(const std::vector<Cell>& cells) const;

  std::FILE* out_;
  std::string picture_;
  std::vector<std::pair<std::string, int>> columns_;  // their names and digits
  nlohmann::ordered_json begin_, json_;               // what a table begins with; all of them
};

std::string processor_name();  // as the system knows it

}  // namespace ebb::tools::benchmark
