// ebb-train, ebb-evaluate, ebb-infer, ebb-sweep and ebb-report from outside, and small sets of
// images in MNIST's form.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <tests/nn/data/idx_files.hpp>
#include <tests/run.hpp>
#include <tests/support.hpp>
#include <vector>

const std::string& train_program();
const std::string& sweep_program();

// What a shell makes of: ebb-train ARGUMENTS, in that folder. `before` may hold commands that come
// first, or end in a program that runs it ("prlimit --fsize=700 ").
std::vector<std::string> train_command(const std::string& arguments,
                                       const std::string& before = "");
Finished run_train(const std::filesystem::path& folder, const std::string& arguments,
                   const std::string& before = "");
// ebb-evaluate with these arguments, in that folder.
Finished run_evaluate(const std::filesystem::path& folder, const std::string& arguments);
// ebb-infer with these arguments, "encode run --out codes.npy", in that folder.
Finished run_infer(const std::filesystem::path& folder, const std::string& arguments);
// ebb-report with these arguments, "run --out page.html", in that folder.
Finished run_report(const std::filesystem::path& folder, const std::string& arguments);

// What config.json in the folder of a run says, and the lines of its metrics.jsonl.
nlohmann::ordered_json config_of(const std::filesystem::path& run);
std::vector<nlohmann::ordered_json> metrics_of(const std::filesystem::path& run);

std::vector<std::string> names_in(const std::filesystem::path& folder);  // sorted
std::vector<std::string> lines_of(const std::string& text);

struct SetOptions {
  std::uint32_t train = 70, test = 20, side = 6;
};
// Four files with blurred dots here and there: enough to learn something from.
void write_image_set(const std::filesystem::path& folder, const SetOptions& options = {});

// Sixty lines of a few words; a table of sixty rows with numbers, words and two empty cells.
std::string small_text();
std::string small_table();
