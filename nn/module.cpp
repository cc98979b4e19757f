#include <algorithm>
#include <nn/module.hpp>
#include <tensor/random.hpp>

namespace ebb::nn {

std::string Visitor::full(std::string_view name) const {
  return path_.empty() ? std::string(name) : text(path_, '.', name);
}

void Visitor::operator()(std::string_view name, Parameter& part) {
  parameters_.emplace_back(full(name), &part);
}

void Visitor::operator()(std::string_view name, Module& part) {
  std::string outside = std::exchange(path_, full(name));
  modules_.emplace_back(path_, &part);
  part.visit(*this);
  path_ = std::move(outside);
}

Parts::Parts(const Module& model) {
  Visitor visitor;
  const_cast<Module&>(model).visit(visitor);  // the one cast: a visit hands out, it writes nothing
  parameters = std::move(visitor.parameters_);
  modules = std::move(visitor.modules_);
  std::vector<std::string_view> names;
  for (const auto& [name, part] : parameters) names.push_back(name);
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end())
    throw Error(text("visit: two parameters are called ", *twice, "; give each part its own name"));
}

void name_parts(Module& model) {
  const Parts parts(model);
  for (const auto& [name, part] : parts.modules) part->set_path(name);
  for (const auto& [name, part] : parts.parameters) part->set_path(name);
}

void initialize(Module& model, const InitializeOptions& options) {
  if (!is_floating(options.dtype))
    throw DTypeError(text("initialize: ", options.dtype, " weights; try float32 or float64"));
  name_parts(model);
  for (const auto& [name, part] : Parts(model).parameters)
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
