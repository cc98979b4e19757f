#include <fmt/format.h>

#include <filesystem>
#include <nn/data/tables/read_table.hpp>
#include <nn/files/csv.hpp>
#include <nn/files/file.hpp>
#include <nn/files/npy.hpp>
#include <nn/files/printable.hpp>
#include <tensor/views.hpp>
#include <tools/inference/image_files.hpp>
#include <tools/inference/output.hpp>
#include <tools/training/image_grid.hpp>

namespace ebb::tools {

namespace {

namespace fs = std::filesystem;

bool is_npy(const std::string& out) { return out.ends_with(".npy"); }
bool is_csv(const std::string& out) { return out.ends_with(".csv"); }
bool is_png(const std::string& out) { return out.ends_with(".png"); }

// What a task writes, for a message; empty: `out` has a form that it writes.
std::string wanted(const std::string& task, const std::string& out) {
  if (task == "impute") return is_csv(out) ? "" : "a .csv file; try full.csv";
  if (task == "score") return is_csv(out) ? "" : "a .csv file; try scores.csv";
  if (task == "encode")
    return is_npy(out) || is_csv(out) ? "" : "a .npy or .csv file; try codes.npy";
  const bool other = out.ends_with(".jpg") || out.ends_with(".jpeg");
  return other ? "a new folder, a .png or a .npy file; try images" : "";
}

// Throws UsageError where something lies there that must stay.
void check_place(const std::string& out, bool folder) {
  std::error_code error;
  const fs::path parent = fs::path(out).parent_path();
  if (!parent.empty() && !fs::is_directory(parent, error))
    throw UsageError(
        fmt::format("--out: there is no folder {} to write into; make it first", parent.string()));
  if (!folder && fs::is_directory(out, error))
    throw UsageError(fmt::format("--out: {} is a folder; name a new file", out));
  const bool empty = fs::is_directory(out, error) && fs::is_empty(out, error);
  if (folder && fs::exists(fs::symlink_status(out, error)) && !empty)
    throw UsageError(fmt::format("--out: {} holds something already; name a new folder", out));
}

// "codes.labels.npy", where nn::labels_beside looks for them.
std::string name_of_labels(const std::string& out) {
  return out.substr(0, out.size() - 4) + ".labels.npy";
}

// "x.npy, 20 x 2"
std::string write_array(const std::string& out, const Tensor& values, const Tensor& labels) {
  const std::string beside = name_of_labels(out);
  if (labels.count() > 0)
    nn::write_npy(beside, labels);
  else if (fs::exists(beside))
    throw UsageError(
        fmt::format("--out: {} would be taken for labels of {}; name another file", beside, out));
  nn::write_npy(out, cast(values, DType::float32));
  std::string line = out + ",";
  for (std::int64_t axis = 0; axis < values.rank(); ++axis)
    line += (axis > 0 ? " x " : " ") + nn::grouped(values.size(axis));
  return labels.count() > 0 ? line + "; labels: " + beside : line;
}

std::string csv_of(const Tensor& codes) {
  const std::int64_t width = codes.size(1);
  const std::vector<float> numbers = codes.to_vector<float>();
  std::string text;
  for (std::int64_t j = 0; j < width; ++j)
    fmt::format_to(std::back_inserter(text), "{}z{}", j > 0 ? "," : "", j);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    fmt::format_to(std::back_inserter(text), "{}{}",
                   i % static_cast<std::size_t>(width) == 0 ? '\n' : ',', numbers[i]);
  return text + '\n';
}

std::string write_picture(const std::string& out, const Tensor& images, std::int64_t columns) {
  const std::int64_t count = images.size(0),
                     wide = columns > 0 ? columns : grid_columns(images.size(3));
  nn::write_file(out, png_of_grid(images, std::min(wide, count)));
  return fmt::format("{}, {} images", out, nn::grouped(count));
}

}  // namespace

void check_output(const InferenceOptions& options) {
  const std::string &out = options.out, want = wanted(options.task, out);
  if (out.empty() || !want.empty())
    throw UsageError(out.empty()
                         ? fmt::format("--out: where to? tools/{} writes {}", options.task,
                                       want.empty() ? "a new folder, a .png or a .npy file" : want)
                         : fmt::format("--out: {}: tools/{} writes {}", out, options.task, want));
  if (options.columns > 0 && !is_png(out))
    throw UsageError("--columns: goes with one picture of all; try --out grid.png");
  check_place(out, !is_npy(out) && !is_csv(out) && !is_png(out));
}

void check_form(const InferenceOptions& options, bool rows) {
  if ((options.task != "sample" && options.task != "decode") || is_csv(options.out) == rows) return;
  throw UsageError(fmt::format("--out: {}: tools/{} writes {}", options.out, options.task,
                               rows ? "rows to a .csv file; try rows.csv"
                                    : "a new folder, a .png or a .npy file; try images"));
}

std::string write_rows(const std::string& out, const std::vector<nn::Column>& columns,
                       const Tensor& rows) {
  const std::vector<double> cells = rows.to_vector<double>();
  std::string text;
  for (std::size_t j = 0; j < columns.size(); ++j)
    text += (j > 0 ? "," : "") + nn::csv_cell(columns[j].name, ',');
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const nn::Column& column = columns[i % columns.size()];
    text += i % columns.size() == 0 ? '\n' : ',';
    if (column.seen > 0 && column.kind != nn::ColumnKind::ignored)
      text += nn::csv_cell(nn::cell_of(column, cells[i]), ',');
  }
  nn::write_file(out, text + '\n');
  return fmt::format("{}, {} x {}", out, nn::grouped(rows.size(0)), columns.size());
}

std::string write_codes(const std::string& out, const Tensor& codes, const Tensor& labels) {
  if (is_npy(out)) return write_array(out, codes, labels);
  nn::write_file(out, csv_of(codes));
  return fmt::format("{}, {} x {}", out, nn::grouped(codes.size(0)), nn::grouped(codes.size(1)));
}

std::string write_images(const std::string& out, const nn::Batch& images, std::int64_t columns) {
  if (is_npy(out)) return write_array(out, images.inputs, images.targets);
  if (images.inputs.rank() != 4)
    throw UsageError(
        fmt::format("--out: {}: what the model makes are no images; try a .npy file", out));
  if (is_png(out)) return write_picture(out, images.inputs, columns);
  write_image_files(out, images);
  return fmt::format("{}, {} files", out, nn::grouped(images.inputs.size(0)));
}

}  // namespace ebb::tools
