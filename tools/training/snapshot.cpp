#include <autograd/anomaly.hpp>
#include <nn/buffer.hpp>
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

}  // namespace ebb::tools
