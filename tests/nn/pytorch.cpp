// Covers: nn/layers/linear.cpp, nn/layers/convolution.cpp, nn/layers/normalization.cpp,
// nn/layers/embedding.cpp, nn/layers/recurrent.cpp, nn/layers/attention.cpp,
// nn/layers/transformer.cpp
//
// Modules that PyTorch has saved, with an input and what PyTorch computes from it: the files of
// tests/nn/pytorch, which make.py there has written.
#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <nn/checkpoint.hpp>
#include <nn/files/safetensors.hpp>
#include <nn/layers/activations.hpp>
#include <nn/layers/convolution.hpp>
#include <nn/layers/embedding.hpp>
#include <nn/layers/linear.hpp>
#include <nn/layers/normalization.hpp>
#include <nn/layers/recurrent.hpp>
#include <nn/layers/transformer.hpp>
#include <nn/parts.hpp>
#include <nn/pass.hpp>
#include <tensor/compare.hpp>
#include <tensor/random.hpp>
#include <tests/paths.hpp>
#include <tests/support.hpp>

using namespace ebb;

namespace {

// What PyTorch has computed: tensors by name.
class Expected final {
 public:
  explicit Expected(const std::string& path) : all_(nn::read_safetensors(path)) {}
  const Tensor& operator[](const std::string& name) const {
    for (const auto& [key, tensor] : all_)
      if (key == name) return tensor;
    throw Error("no " + name);
  }
  bool has(const std::string& name) const {
    for (const auto& [key, tensor] : all_)
      if (key == name) return true;
    return false;
  }

 private:
  nn::NamedTensors all_;
};

void check_close(const Tensor& found, const Tensor& expected, const std::string& what) {
  INFO(what);
  REQUIRE(found.shape() == expected.shape());
  CHECK(allclose(found, expected, {.rtol = 1e-5, .atol = 1e-5}));
}

// Loads the module, runs it, and compares output, gradients and buffers; then saves it and finds
// the same names, shapes and numbers in the file.
template <class Module, class Call>
void check_against_pytorch(const std::string& name, Module module, const Call& call) {
  INFO(name);
  const std::string path = source_folder + "/tests/nn/pytorch/" + name + ".safetensors";
  const Expected expected(path);
  nn::load(module, path, {.prefix = "module."});

  const bool differentiable = expected.has("gradient.input");
  const Variable x = differentiable ? leaf(expected["input"]) : Variable(expected["input"]);
  Random noise{1};
  nn::Pass pass{noise, true};
  const Variable y = call(module, x, pass);
  check_close(y.value(), expected["output"], "output");
  pass.apply();

  const Gradients found = backward(sum(y * expected["weight"]));
  if (differentiable) check_close(*found.find(x), expected["gradient.input"], "input");
  for (const auto& [path_of, parameter] : nn::Parts(module).parameters)
    check_close(*found.find(parameter->leaf()), expected["gradient." + path_of], path_of);

  const TemporaryFolder folder;
  const std::string saved = folder.path() / "module.safetensors";
  nn::save(module, saved);
  for (const auto& [key, tensor] : nn::read_safetensors(saved)) {
    const bool changed = expected.has("after." + key);
    check_close(cast(tensor, DType::float64),
                cast(expected[(changed ? "after." : "module.") + key], DType::float64), key);
  }
}

const auto use = [](auto& module, const Variable& x, nn::Pass&) { return module(x); };
const auto learn = [](auto& module, const Variable& x, nn::Pass& pass) { return module(x, pass); };

}  // namespace

TEST_CASE("pytorch: linear layers and convolutions compute the same from its files") {
  check_against_pytorch("linear", nn::Linear{3, 4}, use);
  check_against_pytorch(
      "conv1d", nn::Conv1d{4, 6, 3, {.stride = 2, .padding = 2, .dilation = 2, .groups = 2}}, use);
  check_against_pytorch("conv2d",
                        nn::Conv2d{2, 3, {3, 2}, {.stride = {2, 1}, .padding = Pair{1, 0}}}, use);
  check_against_pytorch(
      "conv_transpose1d",
      nn::ConvTranspose1d{4, 6, 3, {.stride = 2, .padding = 1, .output_padding = 1, .groups = 2}},
      use);
  check_against_pytorch("conv_transpose2d",
                        nn::ConvTranspose2d{2, 3, 4, {.stride = 2, .padding = 1}}, use);
}

TEST_CASE("pytorch: normalizations compute the same from its files") {
  check_against_pytorch("batch_norm1d", nn::BatchNorm1d{3}, learn);
  check_against_pytorch("batch_norm2d", nn::BatchNorm2d{3}, use);
  check_against_pytorch("layer_norm", nn::LayerNorm{Shape{3, 4}}, use);
  check_against_pytorch("group_norm", nn::GroupNorm{2, 6}, use);
  check_against_pytorch("instance_norm2d", nn::InstanceNorm2d{3, {.affine = true}}, use);
}

TEST_CASE("pytorch: what reads sequences computes the same from its files") {
  check_against_pytorch("embedding", nn::Embedding{7, 3, {.padding_index = 2}}, use);
  check_against_pytorch("gru",
                        nn::GRU{3, 4, {.layers = 2, .batch_first = true, .bidirectional = true}},
                        [](auto& gru, const Variable& x, nn::Pass&) { return gru(x).output; });
  check_against_pytorch("lstm", nn::LSTM{3, 4, {.layers = 2, .bidirectional = true}},
                        [](auto& lstm, const Variable& x, nn::Pass&) { return lstm(x).output; });
  check_against_pytorch("multihead_attention", nn::MultiheadAttention{8, 2, {.batch_first = true}},
                        use);
  const nn::TransformerEncoderOptions options = {
      .feedforward = 12, .dropout = 0, .batch_first = true};
  check_against_pytorch("transformer_encoder_layer", nn::TransformerEncoderLayer{8, 2, options},
                        use);
  nn::TransformerEncoderOptions first = options;
  first.activation = nn::GELU{}, first.norm_first = true;
  check_against_pytorch(
      "transformer_encoder_layer_norm_first", nn::TransformerEncoderLayer{8, 2, first},
      [](auto& layer, const Variable& x, nn::Pass&) { return layer(x, {.causal = true}); });
}
