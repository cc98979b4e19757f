// What a run found: printed as tables while it is found, and kept as JSON.
#pragma once

#include <cstdint>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

namespace ebb::tools::benchmark {

// A column's name is the key of its values in JSON, so it says the unit: "GFLOP/s".
struct Column {
  std::string name;
  int digits = 2;  // behind the point
  int width = 10;  // at least; the name may be longer
};
using Cell = std::variant<std::string, std::int64_t, double>;  // NaN: printed as -, null in JSON

class Report final {
 public:
  explicit Report(std::FILE* out);  // nullptr prints nothing

  // The suite, instruction set and number of threads of the tables to come.
  void enter(const std::string& suite, const std::string& isa, int threads);
  // A table starts; its lines follow as they are found, each with a cell per column.
  void begin_table(const std::string& title, std::vector<Column> columns);
  void add(const std::vector<Cell>& cells);
  // A line below the table for people, and a value under `key` in its JSON: a mean, a limit.
  void note(const std::string& key, double value, const std::string& line);
  // The suite's plot as SVG, for --svg.
  void draw(const std::string& svg) { picture_ = svg; }

  // {"version", "processor", "cores", "tables": [{"suite", "isa", "threads", "title",
  // "rows": [{column: value, …}, …], "notes": {key: value}}, …]}
  const nlohmann::ordered_json& json() const { return json_; }
  std::FILE* out() const { return out_; }
  const std::string& picture() const { return picture_; }
  // Takes over the tables of another run's json().
  void take(const nlohmann::ordered_json& other);

 private:
  std::FILE* out_;
  std::string suite_, isa_, picture_;
  int threads_ = 0;
  std::vector<Column> columns_;
  nlohmann::ordered_json json_;
};

// The text of a line, cells right-aligned but for the first: what add prints.
std::string format_line(const std::vector<Column>& columns, const std::vector<Cell>& cells);

std::string processor_name();  // as the system knows it

}  // namespace ebb::tools::benchmark
