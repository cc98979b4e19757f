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

// How often SIGINT, SIGTERM or SIGHUP came. After the first, train ends when its step is done.
extern volatile std::sig_atomic_t interruptions;

// Initializes the model and trains it. Throws Diverged and Interrupted. Before that it tells the
// reporters of the end, as in a run that finishes; the model has its last weights then, or after a
// divergence the last finite ones.
void train(const Run& run, const Reporters& reporters);

}  // namespace ebb::tools
