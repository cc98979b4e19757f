#include <map>
#include <nn/checkpoint.hpp>
#include <nn/files/printable.hpp>
#include <nn/optimizers/states.hpp>
#include <tensor/error.hpp>
#include <tensor/makers.hpp>
#include <tensor/views.hpp>
#include <tools/training/checkpoints/state.hpp>

namespace ebb::tools {

namespace {

const std::string of_kept = "run.kept.";

// Numbers of 64 bits as halves of 32, [n, 2].
Tensor halves(const std::vector<std::uint64_t>& numbers) {
  std::vector<std::int32_t> parts;
  for (const std::uint64_t number : numbers)
    for (const int shift : {0, 32})
      parts.push_back(static_cast<std::int32_t>(static_cast<std::uint32_t>(number >> shift)));
  return reshape(from_vector(parts), {-1, 2});
}

std::vector<std::uint64_t> whole(const Tensor& halves) {
  const std::vector<std::int32_t> parts = halves.to_vector<std::int32_t>();
  std::vector<std::uint64_t> numbers;
  for (std::size_t i = 0; i + 1 < parts.size(); i += 2)
    numbers.push_back(static_cast<std::uint32_t>(parts[i]) |
                      std::uint64_t{static_cast<std::uint32_t>(parts[i + 1])} << 32);
  return numbers;
}

// What a file holds, by name.
class Found final {
 public:
  explicit Found(const nn::NamedTensors& tensors) {
    for (const auto& [name, tensor] : tensors) tensors_.emplace(name, &tensor);
  }
  const Tensor& get(const char* name, const Shape& shape, DType dtype) const {
    const auto found = tensors_.find(name);
    if (found == tensors_.end() || found->second->shape() != shape ||
        found->second->dtype() != dtype)
      throw FormatError(text("it has no ", name, ' ', shape, ' ', dtype));
    return *found->second;
  }

 private:
  std::map<std::string_view, const Tensor*> tensors_;
};

nn::NamedTensors kept_in(const nn::NamedTensors& tensors) {
  nn::NamedTensors kept;
  for (const auto& [name, tensor] : tensors)
    if (name.starts_with(of_kept)) kept.emplace_back(name.substr(of_kept.size()), tensor);
  return kept;
}

void take(const nn::NamedTensors& tensors, RunState& state) {
  const Found found(tensors);
  const auto counts = whole(found.get("run.position", {4, 2}, DType::int32));
  const auto numbers = found.get("run.numbers", {4}, DType::float64).to_vector<double>();
  SelectionState selection;
  selection.epoch = static_cast<std::int64_t>(numbers[0]);
  selection.best_epoch = static_cast<std::int64_t>(numbers[1]);
  selection.best = numbers[2];
  selection.plateau = state.selection->state().plateau;
  selection.plateau.restore(found.get("run.plateau", {4}, DType::float64));
  nn::from_tensors(*state.optimizer, tensors);
  if (state.average) nn::from_tensors(*state.average, tensors);
  state.selection->restore(selection, kept_in(tensors));
  state.at.noise = {counts[0], counts[1], counts[2]};
  state.at.steps = static_cast<std::int64_t>(counts[3]);
  state.at.metrics = Metrics::from_tensors(tensors);
  state.seconds = numbers[3];
}

}  // namespace

Checkpoint checkpoint_of(const Snapshot& snapshot, const Selection& selection, double seconds) {
  const Position& at = snapshot.position();
  const SelectionState& chosen = selection.state();
  Checkpoint checkpoint = {at.steps, snapshot.numbers().to_tensors(), snapshot.memory()};
  nn::NamedTensors& state = checkpoint.state;
  state.emplace_back("run.position", halves({at.noise.seed, at.noise.stream, at.noise.position,
                                             static_cast<std::uint64_t>(at.steps)}));
  state.emplace_back("run.numbers", from_vector(std::vector{static_cast<double>(chosen.epoch),
                                                            static_cast<double>(chosen.best_epoch),
                                                            chosen.best, seconds}));
  state.emplace_back("run.plateau", chosen.plateau.state());
  for (auto& tensor : at.metrics.to_tensors()) state.push_back(std::move(tensor));
  for (auto& [name, tensor] : selection.kept().to_tensors())
    state.emplace_back(of_kept + name, std::move(tensor));
  return checkpoint;
}

void restore(const std::string& folder, RunState& state) {
  const std::string path = folder + "/state.safetensors";
  const nn::NamedTensors tensors = nn::read_safetensors(path);
  nn::load(*state.model, folder + "/model.safetensors");
  try {
    take(tensors, state);
  } catch (const FormatError& error) {
    throw FormatError(text("resume: ", nn::printable(path), ": ", error.what()));
  }
}

}  // namespace ebb::tools
