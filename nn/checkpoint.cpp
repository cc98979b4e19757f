#include <map>
#include <nn/checkpoint.hpp>
#include <nn/safetensors.hpp>

namespace ebb::nn {
namespace {

// "; x is missing", or nothing where the parameter can take the tensor.
std::string difference(const std::string& name, const Parameter& parameter, const Tensor* found) {
  if (found == nullptr) return text("; it lacks ", name, ' ', parameter.shape());
  if (found->shape() != parameter.shape())
    return text("; ", name, " is ", found->shape(), " in it and ", parameter.shape(),
                " in the model");
  if (!is_floating(found->dtype()) ||
      (parameter.has_value() && parameter.leaf().dtype() != found->dtype()))
    return text("; ", name, " is ", found->dtype(), " in it and ",
                parameter.has_value() ? text(parameter.leaf().dtype()) : "floating",
                " in the model");
  return {};
}

}  // namespace

void save(const Module& model, const std::string& path) {
  NamedTensors tensors;
  for (const auto& [name, parameter] : Parts(model).parameters) {
    if (!parameter->has_value())
      throw Error(text("save: ", name, ' ', parameter->shape(),
                       " has no numbers yet; call initialize(model) or load(model, path) first"));
    tensors.emplace_back(name, parameter->value());
  }
  write_safetensors(path, tensors);
}

void load(Module& model, const std::string& path) {
  std::map<std::string, Tensor> tensors;
  for (auto& [name, tensor] : read_safetensors(path)) tensors.emplace(name, tensor);
  const Parts parts(model);
  std::string differences;
  std::map<std::string, Tensor> left = tensors;
  for (const auto& [name, parameter] : parts.parameters) {
    const auto found = tensors.find(name);
    differences += difference(name, *parameter, found != tensors.end() ? &found->second : nullptr);
    left.erase(name);
  }
  for (const auto& [name, tensor] : left)
    differences += text("; the model has no ", name, ' ', tensor.shape());
  if (!differences.empty())
    throw FormatError(text("load: ", path, " does not fit the model", differences,
                           "; build the model with the options that it was saved with"));
  name_parts(model);
  for (const auto& [name, parameter] : parts.parameters) parameter->set(tensors.at(name));
}

}  // namespace ebb::nn
