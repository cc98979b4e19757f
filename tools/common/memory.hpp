// Does a training run fit into memory?
#pragma once

#include <cstdint>
#include <nn/data/images.hpp>
#include <nn/module.hpp>
#include <string>
#include <tools/training/options.hpp>

namespace ebb::tools {

// About how many bytes training takes beside the data: weights, gradients, the optimizer's states,
// the last finite copies of both, and the activations of a batch. The model needs no numbers yet.
double training_bytes(const TrainOptions& options, const ebb::nn::Module& model,
                      const ebb::nn::ImageSplits& data);

// How many bytes this process can still have: what the machine says is available, or less where a
// control group or a limit on address space (ulimit -v) or data (ulimit -d) says so. Infinite where
// nothing is known. `root` is where the system's files are looked for.
double available_bytes(const std::string& root = "");

// The line that says what training takes. Throws UsageError where that is more than `available`.
std::string check_memory(const TrainOptions& options, const ebb::nn::Module& model,
                         const ebb::nn::ImageSplits& data, double available);

}  // namespace ebb::tools
