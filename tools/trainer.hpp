// The training loop of tools/train: epochs, metrics, interruption, divergence.
#pragma once

#include <csignal>
#include <nn/data/images.hpp>
#include <tools/run_folder.hpp>
#include <tools/task.hpp>

// The loss became NaN or infinite: the message names the operation where that began.
struct Diverged final : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// How many of SIGINT and SIGTERM came. After the first, train ends when its step is done.
extern volatile std::sig_atomic_t interruptions;

// Trains and leaves metrics, weights and pictures in the folder. Throws Diverged, after it has
// written the metrics so far and the last finite weights (those of at most 64 steps before).
void train(const TrainOptions& options, const ebb::nn::ImageSplits& data, const RunFolder& folder);
