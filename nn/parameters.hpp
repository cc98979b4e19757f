// Which parameters? Lists of them, to train together, and single ones by name.
#pragma once

#include <autograd/gradients.hpp>
#include <functional>
#include <nn/module.hpp>
#include <utility>

namespace ebb::nn {

// Parameters under their full names. A list points into its model, which must not move meanwhile.
class Parameters final {
 public:
  using Entry = std::pair<std::string, Parameter*>;

  Parameters(const Module& model);  // all, each once; so a model may be passed as a list
  Parameters(const Module&& model) = delete;
  Parameters(const Module& model, const std::function<bool(const Parameter&)>& chosen);

  // Appends another list, for an optimizer of two models. What both hold is not added again; other
  // parameters whose names are taken become "weight#2", so that states of both can be saved.
  Parameters& operator+=(const Parameters& more);

  std::vector<Entry>::const_iterator begin() const { return entries_.begin(); }
  std::vector<Entry>::const_iterator end() const { return entries_.end(); }
  std::size_t size() const { return entries_.size(); }

 private:
  std::vector<Entry> entries_;
};

// All parameters of a model, or those for which `chosen` is true; initialize and load have told
// each its path().
//     Adam matrices{parameters(model, [](const Parameter& p) { return p.shape().rank() > 1; })};
Parameters parameters(const Module& model);
Parameters parameters(const Module& model, const std::function<bool(const Parameter&)>& chosen);
Parameters parameters(const Module&& model) = delete;
Parameters parameters(const Module&&, const std::function<bool(const Parameter&)>&) = delete;

// The parameter of that full name; a second name will do. Where there is none, throws Error, which
// lists similar names.
//     parameter(model, "encoder.hidden.weight").freeze();
Parameter& parameter(Module& model, std::string_view name);
const Parameter& parameter(const Module& model, std::string_view name);
const Parameter& parameter(const Module&& model, std::string_view name) = delete;

}  // namespace ebb::nn

namespace ebb {

// d loss / d parameter for the parameters of this part alone, a model or a list, without frozen
// ones. An optimizer that takes these gradients expects no others. All else is as in
// backward(loss).
//     discriminator_adam.step(backward(loss, discriminator));
Gradients backward(const Variable& loss, const nn::Parameters& part,
                   const BackwardOptions& options = {});

}  // namespace ebb
