#include <nn/buffer.hpp>
#include <nn/parts.hpp>
#include <tensor/random.hpp>

namespace ebb::nn {

void initialize(Module& model, const InitializeOptions& options) {
  if (!is_floating(options.dtype))
    throw DTypeError(text("initialize: ", options.dtype, " weights; try float32 or float64"));
  name_parts(model);
  const Parts parts(model);
  for (const auto& [name, part] : parts.parameters)
    part->initialize(Random{options.seed}.fork(name), options.dtype);
  for (const auto& [name, part] : parts.buffers)
    part->initialize(Random{options.seed}.fork(name), options.dtype);
}

void freeze(Module& model) {
  for (const auto& [name, part] : Parts(model).parameters) part->freeze();
}

void unfreeze(Module& model) {
  for (const auto& [name, part] : Parts(model).parameters) part->freeze(false);
}

std::int64_t count_parameters(const Module& model) {
  std::int64_t total = 0;
  for (const auto& [name, part] : Parts(model).parameters) total += part->shape().count();
  return total;
}

}  // namespace ebb::nn
