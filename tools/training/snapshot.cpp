#include <autograd/anomaly.hpp>
#include <map>
#include <nn/buffer.hpp>
#include <nn/optimizers/states.hpp>
#include <tensor/error.hpp>
#include <tensor/views.hpp>
#include <tools/training/snapshot.hpp>

namespace ebb::tools {

void Numbers::take() {
  weights_.clear();
  buffers_.clear();
  for (const auto& [name, part] : parts_.parameters) weights_.push_back(clone(part->value()));
  for (const auto& [name, part] : parts_.buffers) buffers_.push_back(clone(part->value()));
  taken_ = true;
}

void Numbers::restore() const {
  for (std::size_t i = 0; i < weights_.size(); ++i) parts_.parameters[i].second->set(weights_[i]);
  for (std::size_t i = 0; i < buffers_.size(); ++i) parts_.buffers[i].second->set(buffers_[i]);
}

nn::NamedTensors Numbers::to_tensors() const {
  nn::NamedTensors tensors;
  for (std::size_t i = 0; i < weights_.size(); ++i)
    tensors.emplace_back(parts_.parameters[i].first, weights_[i]);
  for (std::size_t i = 0; i < buffers_.size(); ++i)
    tensors.emplace_back(parts_.buffers[i].first, buffers_[i]);
  return tensors;
}

void Numbers::from_tensors(const nn::NamedTensors& tensors) {
  std::map<std::string_view, const Tensor*> by_name;
  for (const auto& [name, tensor] : tensors) by_name.emplace(name, &tensor);
  const auto find = [&](const std::string& name, const Tensor& like) {
    const auto found = by_name.find(name);
    if (found == by_name.end() || found->second->shape() != like.shape() ||
        found->second->dtype() != like.dtype())
      throw FormatError(text("checkpoint: it has no ", name, ' ', like.shape(), ' ', like.dtype(),
                             "; is it of another model?"));
    return *found->second;
  };
  std::vector<Tensor> weights, buffers;
  for (const auto& [name, part] : parts_.parameters) weights.push_back(find(name, part->value()));
  for (const auto& [name, part] : parts_.buffers) buffers.push_back(find(name, part->value()));
  weights_ = std::move(weights);
  buffers_ = std::move(buffers);
  taken_ = true;
}

std::string Snapshot::spoiled() const {
  for (const auto& [name, part] : numbers_.parts().parameters)
    if (!is_finite(part->value())) return name;
  for (const auto& [name, part] : numbers_.parts().buffers)
    if (is_floating(part->value().dtype()) && !is_finite(part->value())) return name;
  return {};
}

void Snapshot::take(const Position& position) {
  numbers_.take();
  memory_ = optimizer_.state();
  if (average_) mean_ = average_->state();
  position_ = position;
}

Position Snapshot::restore() {
  numbers_.restore();
  optimizer_.restore(memory_);
  if (average_) average_->restore(mean_);
  return position_;
}

nn::NamedTensors Snapshot::memory() const {
  nn::NamedTensors tensors = nn::to_tensors(optimizer_, memory_);
  if (average_)
    for (auto& tensor : nn::to_tensors(*average_, mean_)) tensors.push_back(std::move(tensor));
  return tensors;
}

}  // namespace ebb::tools
