#include <algorithm>
#include <nn/files/edit_distance.hpp>
#include <nn/parameters.hpp>
#include <nn/parts.hpp>

namespace ebb::nn {
namespace {

constexpr std::size_t most_names = 3;  // that a message lists

// "try a, b, c or one of 5 more", the nearest first; what is inside a part of that name is nearest.
std::string near_names(const Parts& parts, std::string_view name) {
  std::vector<std::pair<std::size_t, std::string_view>> near;
  for (const Part& part : parts.named)
    if (part.parameter != nullptr)
      near.emplace_back(part.name.starts_with(text(name, '.')) ? 0 : edit_distance(part.name, name),
                        part.name);
  if (near.empty()) return "it has none";
  std::stable_sort(near.begin(), near.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string list = "try ";
  const std::size_t shown = std::min(near.size(), most_names);
  for (std::size_t i = 0; i < shown; ++i) append(list, text(i == 0 ? "" : ", ", near[i].second));
  return near.size() > shown ? text(list, " or one of ", near.size() - shown, " more") : list;
}

Parameter& parameter_of(const Module& model, std::string_view name) {
  const Parts parts(model);
  const Part* const found = parts.find(name);
  if (found != nullptr && found->parameter != nullptr) return *found->parameter;
  if (found != nullptr)
    throw Error(text("parameter: ", name, " is a buffer; try Parts(model).find(name)->buffer"));
  throw Error(text("parameter: the model has none called ", name, "; ", near_names(parts, name)));
}

}  // namespace

Parameters::Parameters(const Module& model) : entries_(Parts(model).parameters) {}

Parameters::Parameters(const Module& model, const std::function<bool(const Parameter&)>& chosen)
    : Parameters(model) {
  std::erase_if(entries_, [&](const Entry& entry) { return !chosen(*entry.second); });
}

Parameters& Parameters::operator+=(const Parameters& more) {
  const auto has = [&](auto same) { return std::ranges::any_of(entries_, same); };
  for (const Entry& other : more) {
    if (has([&](const Entry& mine) { return mine.second == other.second; })) continue;
    std::string free = other.first;
    for (int n = 2; has([&](const Entry& mine) { return mine.first == free; }); ++n)
      free = text(other.first, '#', n);
    entries_.emplace_back(std::move(free), other.second);
  }
  return *this;
}

Parameters parameters(const Module& model) { return model; }

Parameters parameters(const Module& model, const std::function<bool(const Parameter&)>& chosen) {
  return {model, chosen};
}

Parameter& parameter(Module& model, std::string_view name) { return parameter_of(model, name); }

const Parameter& parameter(const Module& model, std::string_view name) {
  return parameter_of(model, name);
}

}  // namespace ebb::nn

namespace ebb {

Gradients backward(const Variable& loss, const nn::Parameters& part,
                   const BackwardOptions& options) {
  std::vector<Variable> leaves;
  for (const auto& [name, parameter] : part) {
    if (!parameter->has_value())
      throw Error(text("backward: ", name, ' ', parameter->shape(),
                       " has no numbers yet; call initialize(model) or load(model, path) first"));
    if (!parameter->frozen()) leaves.push_back(parameter->leaf());
  }
  return backward(loss, leaves, options);
}

}  // namespace ebb
