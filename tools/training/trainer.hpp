// The training loop of tools/train: epochs, metrics, interruption, divergence.
#pragma once

#include <csignal>
#include <nn/data/images.hpp>
#include <tools/common/run_folder.hpp>
#include <tools/training/task.hpp>

namespace ebb::tools {

// The loss became NaN or infinite: the message names the operation where that began.
struct Diverged final : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A signal came before the last step was done.
struct Interrupted final : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// How many of SIGINT, SIGTERM and SIGHUP came. After the first, train ends when its step is done.
extern volatile std::sig_atomic_t interruptions;

// Trains and leaves metrics, weights and pictures in the folder; weights from the start on. Throws
// Diverged and Interrupted, after it has written what a run that finished would have: the metrics
// so far and the last weights, after a divergence the last finite ones.
void train(const TrainOptions& options, const ebb::nn::ImageSplits& data, const RunFolder& folder);

}  // namespace ebb::tools
