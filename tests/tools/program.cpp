#include <algorithm>
#include <cmath>
#include <sstream>
#include <tests/paths.hpp>
#include <tests/tools/program.hpp>

namespace fs = std::filesystem;

namespace {

std::string dots(std::uint32_t count, std::uint32_t side) {
  std::string bytes;
  for (std::uint32_t i = 0; i < count; ++i)
    for (std::uint32_t y = 0; y < side; ++y)
      for (std::uint32_t x = 0; x < side; ++x) {
        const double dy = double(y) - double(i * 7 % side), dx = double(x) - double(i * 5 % side);
        bytes += static_cast<char>(std::lround(255 * std::exp(-(dx * dx + dy * dy) / 2)));
      }
  return bytes;
}

std::string digits(std::uint32_t count) {
  std::string bytes;
  for (std::uint32_t i = 0; i < count; ++i) bytes += static_cast<char>(i % 10);
  return bytes;
}

}  // namespace

const std::string& train_program() {
  static const std::string path = build_folder + "/tools/ebb-train";
  return path;
}

const std::string& sweep_program() {
  static const std::string path = build_folder + "/tools/ebb-sweep";
  return path;
}

std::vector<std::string> train_command(const std::string& arguments, const std::string& before) {
  return {"sh", "-c", before + " \"$0\" " + arguments, train_program()};
}

Finished run_train(const fs::path& folder, const std::string& arguments,
                   const std::string& before) {
  RunOptions options;
  options.folder = folder;
  return run(train_command(arguments, before.empty() ? "exec" : before), options);
}

Finished run_evaluate(const fs::path& folder, const std::string& arguments) {
  RunOptions options;
  options.folder = folder;
  return run({"sh", "-c", "exec \"$0\" " + arguments, build_folder + "/tools/ebb-evaluate"},
             options);
}

Finished run_infer(const fs::path& folder, const std::string& arguments) {
  RunOptions options;
  options.folder = folder;
  return run({"sh", "-c", "exec \"$0\" " + arguments, build_folder + "/tools/ebb-infer"}, options);
}

nlohmann::ordered_json config_of(const fs::path& run) {
  return nlohmann::ordered_json::parse(read_file(run / "config.json"));
}

std::vector<nlohmann::ordered_json> metrics_of(const fs::path& run) {
  std::vector<nlohmann::ordered_json> lines;
  for (const std::string& line : lines_of(read_file(run / "metrics.jsonl")))
    lines.push_back(nlohmann::ordered_json::parse(line));
  return lines;
}

Finished run_report(const fs::path& folder, const std::string& arguments) {
  RunOptions options;
  options.folder = folder;
  return run({"sh", "-c", "exec \"$0\" " + arguments, build_folder + "/tools/ebb-report"}, options);
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

void write_image_set(const fs::path& folder, const SetOptions& options) {
  fs::create_directories(folder);
  const auto write = [&](const std::string& name, std::uint32_t count) {
    write_file(folder / (name + "-images-idx3-ubyte"),
               idx({count, options.side, options.side}, dots(count, options.side)));
    write_file(folder / (name + "-labels-idx1-ubyte"), idx({count}, digits(count)));
  };
  write("train", options.train);
  write("t10k", options.test);
}

std::string small_text() {
  std::string text;
  for (int i = 0; i < 60; ++i)
    text += std::string(i % 3 ? "the cat " : "a dog ") + (i % 4 ? "sleeps" : "runs") +
            (i % 5 ? ".\n" : " today.\n");
  return text;
}

std::string small_table() {
  std::string text = "size,weight,sort\n";
  for (int i = 0; i < 60; ++i) {
    const double size = 10 + 3.7 * (i % 13);
    text += (i == 0 ? "" : std::to_string(size).substr(0, 4)) + ',' +
            (i == 1 ? "" : std::to_string(2 * size + i % 3).substr(0, 5)) + ',' +
            (i % 13 > 6 ? "big" : "small") + '\n';
  }
  return text;
}
