#include <tensor/kernels/table.hpp>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/version.hpp>
#include <tools/training/reporters/reporters.hpp>

namespace ebb::tools {

namespace {

using Json = nlohmann::ordered_json;

class ConfigFile final : public Reporter {
 public:
  explicit ConfigFile(const Run& run) : run_(run) {}

  void begin(const StartReport& at) override {
    if (at.best_epoch > 0) best_epoch_ = at.best_epoch;
    write(nullptr, false);
  }
  void epoch(const EpochReport& at) override {
    if (at.best) best_epoch_ = at.epoch;
  }
  void end(std::int64_t steps, bool finished) override { write(steps, finished); }

 private:
  void write(const Json& steps, bool finished) const {
    Json config = {{"version", EBB_VERSION}, {"model", run_.recipe.name()}};
    describe_data(config);
    TrainOptions common = run_.options;
    Options options;
    common.visit(options);
    run_.recipe.visit(options);
    config.update(options.to_json());
    config["data"] = common.data.empty() ? Json(common.drawn) : Json(common.data);
    config["limit"] = common.limit ? Json(common.limit) : Json(nullptr);
    if (!run_.data.files.is_null()) config["data_files"] = run_.data.files;
    if (!run_.data.classes.empty()) config["class_names"] = run_.data.classes;
    config["out"] = run_.folder.name();
    config.update(run_.recipe.describe());
    config["parameters"] = count_parameters(run_.recipe.model());
    config["instruction_set"] = kernels_in_use().name;
    config["threads"] = threads();
    config["threads_that_ran"] = threads_that_ran();
    config["steps"] = steps;
    config["finished"] = finished;
    if (run_.data.validation) config["best_epoch"] = best_epoch_;
    run_.folder.write_json("config.json", config);
  }

  void describe_data(Json& config) const {
    const nn::Examples examples = run_.data.train->examples();
    const auto* const image = std::get_if<nn::ImageExample>(&examples.kind);
    const std::string things = name_of(examples);
    config["train_" + things] = run_.data.train->count();
    if (run_.data.validation) config["validation_" + things] = (*run_.data.validation)->count();
    config["test_" + things] = run_.data.test->count();
    if (image) config["image"] = {image->height, image->width};
    config["examples"] = to_json(examples);
  }

  const Run& run_;
  Json best_epoch_;  // null: there is none yet
};

}  // namespace

std::unique_ptr<Reporter> report_config(const Run& run) {
  return std::make_unique<ConfigFile>(run);
}

}  // namespace ebb::tools
