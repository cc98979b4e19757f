// Another beginning for the layers: Glorot and Bengio's, as Keras has it.
#pragma once

#include <nn/module.hpp>

namespace ebb::nn {

// As initialize(model, options), but for the layers that multiply: the weights of Linear, of all
// convolutions, of GRU and LSTM begin as xavier_uniform() makes them, and their biases with zeros.
// Everything else, a normalization's scale or an embedding say, begins as it does by default. Here,
// too, each weight draws from the stream of its own name. Glorot and Bengio, "Understanding the
// difficulty of training deep feedforward neural networks", AISTATS 2010.
//     nn::initialize_xavier(model, {.seed = 7});
void initialize_xavier(Module& model, const InitializeOptions& options = {});

}  // namespace ebb::nn
