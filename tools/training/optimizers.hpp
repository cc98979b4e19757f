// The optimizers by name.
#pragma once

#include <memory>
#include <nn/optimizers/optimizer.hpp>
#include <tools/training/options.hpp>

namespace ebb::tools {

std::vector<std::string> optimizer_names();
int optimizer_states(const TrainOptions& options);  // what it remembers of a weight
// And what the run remembers besides: a mean of the weight, the best so far.
int remembered_numbers(const TrainOptions& options);
// Gives epsilon, weight_decay and momentum the optimizer's own values where they were not said.
// Throws UsageError where it has no such thing.
void settle_settings(TrainOptions& options);
std::unique_ptr<nn::Optimizer> make_optimizer(const TrainOptions& options, const nn::Module& model);

}  // namespace ebb::tools
