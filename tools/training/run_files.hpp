// What a training run writes into its folder beside its metrics: options, weights, pictures.
#pragma once

#include <nn/data/images.hpp>
#include <optional>
#include <tools/common/run_folder.hpp>
#include <tools/training/task.hpp>

namespace ebb::tools {

// Whatever ends the program, the files are whole and the weights those of an epoch's end or the
// beginning. All functions throw ebb::IoError. What is given here must outlive it.
class RunFiles final {
 public:
  RunFiles(const TrainOptions& options, const ebb::nn::ImageSplits& data, const RunFolder& folder,
           Task& task);

  // config.json of a run that is under way, and the weights that it begins with.
  void begin();
  // The weights after an epoch. To write them on the disk may take longer than a short epoch: where
  // it took more than a second and a twentieth of the run so far, they wait for a later one.
  void keep_weights();
  // Weights, pictures and config.json as they stay.
  void end(std::int64_t steps, bool finished);

  // The names of the pictures that end wrote.
  const std::string& pictures() const { return pictures_; }

 private:
  void save_weights();
  void write_config(std::optional<std::int64_t> steps, bool finished) const;
  void write_pictures();

  const TrainOptions& options_;
  const ebb::nn::ImageSplits& data_;
  const RunFolder& folder_;
  Task& task_;
  double begin_, writing_ = 0;  // seconds
  std::string pictures_;
};

}  // namespace ebb::tools
