#include <nn/layers/convolution.hpp>
#include <nn/layers/linear.hpp>
#include <nn/layers/recurrent.hpp>
#include <nn/layers/xavier.hpp>
#include <nn/parts.hpp>
#include <nn/start.hpp>
#include <tensor/makers.hpp>
#include <tensor/random.hpp>

namespace ebb::nn {
namespace {

class Xavier final {
 public:
  explicit Xavier(const InitializeOptions& options) : options_(options) {}

  void begin(Module& module) const {
    if (auto* const linear = dynamic_cast<Linear*>(&module)) begin(linear->weight, linear->bias);
    if (auto* const layer = dynamic_cast<ConvolutionLayer*>(&module))
      begin(layer->weight, layer->bias);
    if (auto* const gru = dynamic_cast<GRU*>(&module)) begin(gru->stack);
    if (auto* const lstm = dynamic_cast<LSTM*>(&module)) begin(lstm->stack);
  }

 private:
  void begin(RecurrentStack& stack) const {
    for (RecurrentWeights& layer : stack.weights) {
      begin(layer.weight_ih, layer.bias_ih);
      begin(layer.weight_hh, layer.bias_hh);
    }
  }

  void begin(Parameter& weight, std::optional<Parameter>& bias) const {
    weight.set(first_numbers(xavier_uniform(), weight.path(), weight.shape(),
                             Random{options_.seed}.fork(weight.path()), options_.dtype));
    if (bias) bias->set(zeros(bias->shape(), options_.dtype));
  }

  InitializeOptions options_;
};

}  // namespace

void initialize_xavier(Module& model, const InitializeOptions& options) {
  initialize(model, options);
  const Xavier xavier(options);
  for (const Part& part : Parts(model).named)
    if (part.module != nullptr) xavier.begin(*part.module);
}

}  // namespace ebb::nn
