// Which parameters? Some of a model, to learn together or to be looked at by name.
#pragma once

#include <autograd/gradients.hpp>
#include <functional>
#include <nn/module.hpp>
#include <utility>

namespace ebb::nn {

// Parameters under their full names. A list looks at its model, which stays where it is meanwhile.
class Parameters final {
 public:
  using Entry = std::pair<std::string, Parameter*>;

  Parameters(const Module& model);  // all, each once: wherever a list is wanted, a model will do
  Parameters(const Module&& model) = delete;
  Parameters(const Module& model, const std::function<bool(const Parameter&)>& chosen);

  // One list of two: an optimizer for two models. What both have stays where it was.
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

// The one of that full name, or second name. Throws Error, which tells near ones, where there is
// none.
//     parameter(model, "encoder.hidden.weight").freeze();
Parameter& parameter(Module& model, std::string_view name);
const Parameter& parameter(const Module& model, std::string_view name);
const Parameter& parameter(const Module&& model, std::string_view name) = delete;

}  // namespace ebb::nn

namespace ebb {

// d loss / d parameter for the parameters of this part alone, a model or a list, frozen ones left
// out; an optimizer that takes these gradients expects no others. The rest is as for all leaves.
//     discriminator_adam.step(backward(loss, discriminator));
Gradients backward(const Variable& loss, const nn::Parameters& part,
                   const BackwardOptions& options = {});

}  // namespace ebb
