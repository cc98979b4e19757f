// The training loop: epochs, and whoever is told of them. It knows no model and no file.
#pragma once

#include <csignal>
#include <stdexcept>
#include <tools/training/run.hpp>

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

// Initializes the model and trains it. Throws Diverged and Interrupted, after the reporters were
// told of an end as of a run that finished, with the last weights; after a divergence with the last
// finite ones.
void train(const Run& run, const Reporters& reporters);

}  // namespace ebb::tools
