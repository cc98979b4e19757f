#include <algorithm>
#include <chrono>
#include <filesystem>
#include <nn/files/file.hpp>
#include <nn/parts.hpp>
#include <tensor/parts.hpp>
#include <tools/exporting/event_file.hpp>
#include <tools/training/image_grid.hpp>
#include <tools/training/reporters/reporters.hpp>
#include <tools/training/reporters/shown.hpp>

namespace ebb::tools {

namespace {

constexpr std::int64_t images = 8, coded = 1000;  // examples of which pictures and codes are shown

double seconds_since_1970() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

class EventFile final : public Reporter {
 public:
  explicit EventFile(const Run& run) : run_(run) {}

  void begin(const StartReport& at) override {
    const std::string path = run_.folder.path(event_file);
    if (run_.resumes && std::filesystem::exists(path)) {
      const std::int64_t done = at.epochs * (at.planned / run_.options.epochs);
      const std::string before = nn::read_file(path);
      nn::write_file(path, before.substr(0, length_until(before, done)));
    } else {
      nn::write_file(path, first_record(seconds_since_1970()));
    }
    if (!run_.resumes) show(0);
  }

  void epoch(const EpochReport& at) override {
    EventSummary summary;
    add(summary, at.train, "train");
    if (at.validation) add(summary, *at.validation, "validation");
    add(summary, at.test, "test");
    summary.scalar("learning_rate", at.learning_rate);
    summary.scalar("images_per_second", static_cast<double>(at.train.examples()) / at.seconds);
    append(at.steps, summary);
    if (is_shown(at.epoch)) show(at.steps);
  }

 private:
  static void add(EventSummary& summary, const Metrics& metrics, const std::string& part) {
    nlohmann::ordered_json numbers;
    metrics.report("", numbers);
    for (const auto& [name, number] : numbers.items())
      summary.scalar(name + '/' + part, number.get<double>());
  }

  void show(std::int64_t step) const {
    EventSummary summary;
    for (const auto& [name, parameter] : nn::Parts(run_.recipe.model()).parameters)
      summary.histogram("weights/" + name, parameter->value());
    summary.histogram("codes", encode_some(run_, coded).codes);
    if (image_width(run_) > 0) add_pictures(summary);
    append(step, summary);
  }

  void add_pictures(EventSummary& summary) const {
    if (const auto [originals, again] = reconstruct_some(run_, images); again.count() > 0)
      summary.picture("reconstructions", png_of_grid(cat({originals, again}), again.size(0)));
    if (run_.recipe.samples_at_end()) return;
    if (const Tensor samples = sample_some(run_, images); samples.count() > 0)
      summary.picture("samples", png_of_grid(samples, images));
  }

  void append(std::int64_t step, const EventSummary& summary) const {
    run_.folder.append(event_file, event_record(seconds_since_1970(), step, summary));
  }

  const Run& run_;
};

}  // namespace

std::unique_ptr<Reporter> report_events(const Run& run) { return std::make_unique<EventFile>(run); }

}  // namespace ebb::tools
