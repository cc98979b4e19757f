// What one does with a trained model.
#pragma once

#include <tools/common/progress.hpp>
#include <tools/inference/command.hpp>

namespace ebb::tools {

// Does what the options say, and prints what was written. What is written is the same for any
// number of threads. Throws UsageError, DataError, IoError and Interrupted.
void infer(const InferenceOptions& options, Progress& progress);

}  // namespace ebb::tools
