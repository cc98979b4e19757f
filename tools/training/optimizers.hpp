// The optimizers by name.
#pragma once

#include <memory>
#include <nn/optimizers/optimizer.hpp>
#include <tools/training/options.hpp>

namespace ebb::tools {

std::vector<std::string> optimizer_names();
int optimizer_states(const std::string& name);  // what it remembers of a weight
std::unique_ptr<nn::Optimizer> make_optimizer(const TrainOptions& options, const nn::Module& model);

}  // namespace ebb::tools
