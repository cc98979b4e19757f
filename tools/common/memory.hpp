// Does a training run fit into memory?
#pragma once

#include <cstdint>
#include <nn/module.hpp>
#include <string>

namespace ebb::tools {

struct TrainingSize {
  std::int64_t batch = 0;  // examples in one
  int states = 0;          // what the optimizer and others remember of a weight
  double step = 0;         // bytes that a step takes besides: activations and gradients
};

// About how many bytes training takes beside the data: weights, the optimizer's states, buffers,
// the last finite copies of these and those that a checkpoint is written from, and those of a step.
// The model needs no numbers yet.
double training_bytes(const nn::Module& model, const TrainingSize& size);

// How many bytes this process can still have: what the machine says is available, or less where a
// control group or a limit on address space (ulimit -v) or data (ulimit -d) says so. Infinite where
// nothing is known. `root` is where the system's files are looked for.
double available_bytes(const std::string& root = "");

// A third of that: what data may take that could be read again and again instead.
std::uint64_t memory_for_data();

// The line that says what training takes.
std::string memory_in_words(const nn::Module& model, const TrainingSize& size);
// Throws UsageError where that is more than `available`; the message suggests the options
// `smaller`.
void require_memory(const nn::Module& model, const TrainingSize& size, double available,
                    const std::string& smaller);

}  // namespace ebb::tools
