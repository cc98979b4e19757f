#include <fmt/format.h>

#include <nn/data/tables/read_table.hpp>
#include <nn/files/csv.hpp>
#include <nn/files/file.hpp>
#include <nn/files/printable.hpp>
#include <tools/inference/row_output.hpp>

namespace ebb::tools {

namespace {

class RowOutput final : public ExampleOutput {
 public:
  RowOutput(const std::string& out, const nn::TableExample& table)
      : name_(out), columns_(table.columns), file_(out) {
    std::string header;
    for (const nn::Column& column : columns_)
      header += (header.empty() ? "" : ",") + nn::csv_cell(column.name, ',');
    file_.write(header + '\n');
  }

  void add(const nn::Batch& rows) override {
    const std::vector<double> cells = rows.inputs.to_vector<double>();
    std::string text;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::size_t place = i % columns_.size();
      const nn::Column& column = columns_[place];
      if (place > 0) text += ',';
      if (column.seen > 0 && column.kind != nn::ColumnKind::ignored)
        text += nn::csv_cell(nn::cell_of(column, cells[i]), ',');
      if (place + 1 == columns_.size()) text += '\n';
    }
    file_.write(text);
    written_ += rows.inputs.size(0);
  }
  std::string finish() override {
    file_.commit();
    return fmt::format("{}, {} x {}", name_, nn::grouped(written_), columns_.size());
  }

 private:
  const std::string name_;
  const std::vector<nn::Column> columns_;
  nn::FileWriter file_;
  std::int64_t written_ = 0;
};

}  // namespace

std::unique_ptr<ExampleOutput> open_rows(const std::string& out, const nn::TableExample& table) {
  return std::make_unique<RowOutput>(out, table);
}

}  // namespace ebb::tools
