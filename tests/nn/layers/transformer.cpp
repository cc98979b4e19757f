#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <nn/layers/transformer.hpp>
#include <nn/pass.hpp>
#include <tests/nn/layers/waves.hpp>
#include <tests/nn/names.hpp>

using namespace ebb;
using nn::Pass, nn::TransformerEncoderLayer;

namespace {

Variable gelu_of(const Variable& x) { return 0.5 * x * (1 + erf(x / std::sqrt(2.0))); }

}  // namespace

// Literals: PyTorch 2.x, torch.nn.TransformerEncoderLayer(4, 2, 6) in float64 with the same waves.
TEST_CASE("transformer encoder layer: PyTorch's numbers") {
  TransformerEncoderLayer layer{4, 2, {.feedforward = 6}};
  fill_with_waves(layer);
  const Variable x = leaf(wave({3, 2, 4}, 0.3));
  const Variable y = layer(x, {.causal = true});
  CHECK(close_to(y.value(), {-0.184187099, -0.663589888, 0.508790726,  1.444834310,  -0.035517382,
                             -0.674850808, 0.501903086,  1.459339908,  0.066302799,  -0.587487929,
                             0.494688550,  1.528000024,  -0.164601747, -0.679203396, 0.508116442,
                             1.436880403,  -0.256041348, -0.623285858, 0.511270250,  1.459902901,
                             -0.226013235, -0.513792532, 0.507476698,  1.536261625}));
  const Gradients all = backward(sum(y * wave(y.shape(), 0.4)));
  CHECK(close_to(all[x], {0.241051378,  0.189464465,  -0.078564339, -0.203353808, 0.080614454,
                          0.037235558,  -0.102428724, -0.024735033, -0.164206680, -0.291235654,
                          -0.077248867, 0.026237150,  -0.134085756, -0.048877307, 0.105625927,
                          0.110773487,  0.034355097,  0.075687224,  -0.024115567, -0.037425196,
                          0.087066350,  0.054413559,  -0.106686966, -0.044322264}));
  CHECK(
      close_to(all[*layer.norm1.weight], {-0.108400242, -0.024372651, 0.557782942, -0.790085934}));
  CHECK(
      close_to(all[layer.linear1.weight],
               {0.000000000,  0.000000000,  0.000000000, 0.000000000,  0.038912844,  0.016044825,
                0.135634202,  -0.029741280, 0.000000000, 0.000000000,  0.000000000,  0.000000000,
                0.184720051,  0.107977274,  0.332974275, -0.105637230, -0.262392372, -0.247738661,
                -0.203061397, 0.138597094,  0.000000000, 0.000000000,  0.000000000,  0.000000000}));
}

TEST_CASE("transformer encoder layer: PyTorch's numbers, normalized first, with gelu") {
  TransformerEncoderLayer layer{
      4, 2, {.feedforward = 6, .activation = gelu_of, .batch_first = true, .norm_first = true}};
  fill_with_waves(layer);
  const Variable x = leaf(wave({3, 2, 4}, 0.3));
  const Variable y = layer(x, {.causal = true});
  CHECK(close_to(y.value(), {0.129524999,  0.522679595,  1.281019498,  -1.364757169, 0.170340401,
                             1.341056068,  0.648057190,  -2.094057509, -1.204791983, 0.881083401,
                             -1.750286046, -2.465683245, -2.751326052, 0.023201468,  -0.303360502,
                             -3.810159140, -0.150191079, 0.122028111,  1.101276418,  -1.500554483,
                             0.185375289,  1.391098780,  1.054359579,  -1.935745317}));
  const Gradients all = backward(sum(y * wave(y.shape(), 0.4)));
  CHECK(close_to(
      all[x], {0.589489001,  0.455228517,  0.648911576,  1.298710456,  1.093674541,  0.643251887,
               0.235867586,  0.407129731,  -0.545848466, -0.181188950, -0.694915014, -1.138804016,
               -1.632486862, -0.552579615, 0.145117164,  -0.804350326, 0.210877414,  0.276531517,
               0.488397510,  1.069155468,  1.695740109,  0.692379360,  -0.032304451, 0.859324658}));
  CHECK(
      close_to(all[*layer.norm1.weight], {-1.562923121, -0.102649929, 0.197697397, -1.643686612}));
  CHECK(
      close_to(all[layer.linear1.weight],
               {-0.201876298, -0.118193016, 0.148850780,  0.059836886,  0.167880182, 0.185358195,
                0.022617617,  0.103524779,  -0.057258960, -0.069482168, 0.040271457, 0.009030822,
                -0.072768312, -0.025170734, 0.027833553,  -0.002745670, 0.141501452, 0.052189182,
                -0.082276208, -0.017318668, -0.052502053, -0.021427078, 0.037404152, 0.014219512}));
}

TEST_CASE("transformer encoder layer: in pieces it is what it is at once") {
  for (const bool norm_first : {true, false}) {
    TransformerEncoderLayer layer{
        4, 2, {.feedforward = 6, .batch_first = true, .norm_first = norm_first}};
    fill_with_waves(layer);
    const Variable x = leaf(wave({3, 4, 4}, 0.3));
    nn::AttentionMemory memory;
    const Variable begun = layer.next(slice(x, 1, 0, 3), memory);
    const Variable y = cat({begun, layer.next(slice(x, 1, 3, 4), memory)}, 1);
    const Variable once = layer(x, {.causal = true});
    CHECK(sum(abs(y - once)).item() < 1e-12);
    // Its derivatives go through the memory, too.
    const auto slope = [&](const Variable& of) {
      return backward(sum(of * wave(of.shape(), 0.4)))[x];
    };
    CHECK(sum(abs(slope(y) - slope(once))).item() < 1e-11);
  }
}

TEST_CASE("transformer encoder layer: parameters have PyTorch's names") {
  const TransformerEncoderLayer layer{4, 2}, plain{4, 2, {.bias = false}};
  CHECK(names(nn::parameters(layer)) ==
        Names{"self_attn.in_proj_weight", "self_attn.in_proj_bias", "self_attn.out_proj.weight",
              "self_attn.out_proj.bias", "linear1.weight", "linear1.bias", "linear2.weight",
              "linear2.bias", "norm1.weight", "norm1.bias", "norm2.weight", "norm2.bias"});
  CHECK(names(nn::parameters(plain)) == Names{"self_attn.in_proj_weight",
                                              "self_attn.out_proj.weight", "linear1.weight",
                                              "linear2.weight", "norm1.weight", "norm2.weight"});
  CHECK(layer.linear1.weight.shape() == Shape{2048, 4});
}

TEST_CASE("transformer encoder layer: dropout in a training pass, in its four places") {
  TransformerEncoderLayer layer{4, 2, {.feedforward = 6, .dropout = 0.5}};
  initialize(layer);
  Random random{1};
  const Tensor x = randn({5, 3, 4}, random);
  Pass training{random, true}, sampling{random};
  const std::uint64_t before = random.position;
  CHECK(same_bits(layer(x, sampling).value(), layer(x).value()));
  CHECK(random.position == before);
  CHECK_FALSE(same_bits(layer(x, training).value(), layer(x).value()));
  CHECK(random.position == before + 152 + 60 + 92 + 60);  // weights, branch, between, branch
  TransformerEncoderLayer two = layer;
  const nn::Sequential net{layer, two};
  CHECK(net(x).shape() == x.shape());
}
