#include <fmt/format.h>

#include <filesystem>
#include <nn/data/tables/read_table.hpp>
#include <nn/files/csv.hpp>
#include <nn/files/file.hpp>
#include <nn/files/printable.hpp>
#include <tensor/views.hpp>
#include <tools/inference/image_output.hpp>
#include <tools/inference/output.hpp>

namespace ebb::tools {

namespace {

namespace fs = std::filesystem;

bool is_npy(const std::string& out) { return out.ends_with(".npy"); }
bool is_csv(const std::string& out) { return out.ends_with(".csv"); }
bool is_txt(const std::string& out) { return out.ends_with(".txt"); }
bool is_onnx(const std::string& out) { return out.ends_with(".onnx"); }
bool is_png(const std::string& out) { return out.ends_with(".png"); }

// What a task writes, for a message; empty: `out` has a form that it writes.
std::string wanted(const std::string& task, const std::string& out) {
  if (task == "impute") return is_csv(out) ? "" : "a .csv file; try full.csv";
  if (task == "score") return is_csv(out) ? "" : "a .csv file; try scores.csv";
  if (task == "export") return is_onnx(out) ? "" : "a .onnx file; try model.onnx";
  if (task == "encode")
    return is_npy(out) || is_csv(out) ? "" : "a .npy or .csv file; try codes.npy";
  const bool other = out.ends_with(".jpg") || out.ends_with(".jpeg");
  return other ? "a new folder, a .png or a .npy file; try images" : "";
}

// Throws UsageError where something lies there that must stay.
void check_place(const char* option, const std::string& out, bool folder) {
  std::error_code error;
  const fs::path parent = fs::path(out).parent_path();
  if (!parent.empty() && !fs::is_directory(parent, error))
    throw UsageError(fmt::format("{}: there is no folder {} to write into; make it first", option,
                                 parent.string()));
  if (!folder && fs::is_directory(out, error))
    throw UsageError(fmt::format("{}: {} is a folder; name a new file", option, out));
  const bool empty = fs::is_directory(out, error) && fs::is_empty(out, error);
  if (folder && fs::exists(fs::symlink_status(out, error)) && !empty)
    throw UsageError(fmt::format("{}: {} holds something already; name a new folder", option, out));
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

}  // namespace

void check_output(const InferenceOptions& options) {
  const std::string &out = options.out, want = wanted(options.task, out);
  const char* const option = options.task == "export" ? "--onnx" : "--out";
  if (out.empty() || !want.empty())
    throw UsageError(
        out.empty() ? fmt::format("{}: where to? tools/{} writes {}", option, options.task,
                                  want.empty() ? "a new folder, a .png or a .npy file" : want)
                    : fmt::format("{}: {}: tools/{} writes {}", option, out, options.task, want));
  if (options.columns > 0 && !is_png(out))
    throw UsageError("--columns: goes with one picture of all; try --out grid.png");
  check_place(option, out,
              !is_npy(out) && !is_csv(out) && !is_png(out) && !is_onnx(out) && !is_txt(out));
}

void check_form(const InferenceOptions& options, const nn::Examples& examples) {
  if (options.task != "decode" && options.task != "sample") return;
  const bool texts = std::holds_alternative<nn::TextExample>(examples.kind),
             rows = std::holds_alternative<nn::TableExample>(examples.kind);
  if (texts == is_txt(options.out) && rows == is_csv(options.out)) return;
  throw UsageError(fmt::format("--out: {}: the model makes {}", options.out,
                               texts  ? "texts; try texts.txt"
                               : rows ? "rows; try rows.csv"
                                      : "no texts and no rows; try a new folder, a .png or a .npy "
                                        "file"));
}

std::string write_codes(const std::string& out, const Tensor& codes, const Tensor& labels) {
  if (is_npy(out)) {
    const std::unique_ptr<ExampleOutput> array = open_images(out, codes.size(0), 0);
    array->add({.inputs = codes, .targets = labels});
    return array->finish();
  }
  nn::write_file(out, csv_of(codes));
  return fmt::format("{}, {} x {}", out, nn::grouped(codes.size(0)), nn::grouped(codes.size(1)));
}

}  // namespace ebb::tools
