#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <filesystem>
#include <nn/files/file.hpp>
#include <nn/files/io_error.hpp>
#include <tools/training/image_grid.hpp>
#include <tools/training/reporters/reporters.hpp>
#include <tools/training/reporters/shown.hpp>

namespace ebb::tools {

namespace {

namespace files = std::filesystem;

constexpr std::int64_t pictured = 8;  // images in a picture

// The epoch that a picture is of; 0 where it is of none, too.
std::int64_t epoch_of(const std::string& file) {
  std::int64_t epoch = 0;
  if (const std::size_t dash = file.rfind('-'); dash != file.npos)
    std::from_chars(file.data() + dash + 1, file.data() + file.size(), epoch);
  return epoch;
}

class History final : public Reporter {
 public:
  explicit History(const Run& run) : run_(run) {}

  // What an earlier end has left goes, too: this run may go on beyond it.
  void begin(const StartReport& at) override {
    last_ = at.epochs;
    std::vector<files::path> gone;
    std::error_code error;  // of a folder that is not there, too
    for (const auto& entry : files::directory_iterator(folder(), error)) {
      const std::int64_t epoch = epoch_of(entry.path().filename());
      if (epoch > at.epochs || !is_shown(epoch)) gone.push_back(entry.path());
    }
    for (const files::path& file : gone)
      if (!files::remove(file, error)) nn::fail_at("write", file, error.value());
    if (!run_.resumes) show();
  }

  void epoch(const EpochReport& at) override {
    last_ = at.epoch;
    if (is_shown(last_)) show();
  }

  void end(std::int64_t, bool) override {
    if (!is_shown(last_)) show();
  }

 private:
  void show() const {
    if (image_width(run_) == 0) return;
    const auto [originals, again] = reconstruct_some(run_, pictured);
    if (again.count() > 0) {
      if (!files::exists(file("originals"))) write("originals", originals);
      write(fmt::format("reconstructions-{:06}", last_), again);
    }
    if (run_.recipe.samples_at_end()) return;
    if (const Tensor samples = sample_some(run_, pictured); samples.count() > 0)
      write(fmt::format("samples-{:06}", last_), samples);
  }

  files::path folder() const { return run_.folder.path("history"); }
  files::path file(const std::string& name) const { return folder() / (name + ".png"); }

  void write(const std::string& name, const Tensor& pictures) const {
    std::error_code error;
    files::create_directories(folder(), error);
    if (error) nn::fail_at("write", folder(), error.value());
    nn::write_file(file(name), png_of_strip(pictures));
  }

  const Run& run_;
  std::int64_t last_ = 0;  // epoch that was told
};

}  // namespace

bool is_shown(std::int64_t epoch) {
  if (epoch <= 10) return true;
  const double in_ten = epoch <= 100 ? 10 : 5;
  const double place = std::round(in_ten * std::log10(static_cast<double>(epoch)));
  return std::llround(std::pow(10, place / in_ten)) == epoch;
}

std::unique_ptr<Reporter> report_history(const Run& run) { return std::make_unique<History>(run); }

}  // namespace ebb::tools
