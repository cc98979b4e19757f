#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <nn/layers/attention.hpp>
#include <nn/pass.hpp>
#include <nn/sequential.hpp>
#include <tests/nn/layers/waves.hpp>
#include <tests/nn/names.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::MultiheadAttention, nn::Pass;

// Literals: PyTorch 2.x, torch.nn.MultiheadAttention(4, 2) in float64 with the same waves.
TEST_CASE("multihead attention: PyTorch's numbers, with padding") {
  MultiheadAttention attention{4, 2};
  fill_with_waves(attention);
  const Variable x = leaf(wave({3, 2, 4}, 0.3));
  const Variable y = attention(x, {.key_padding_mask = from_vector({0, 0, 0, 0, 0, 1}, {2, 3})});
  CHECK(close_to(y.value(), {0.096855282,  0.490515654,  1.871414134,  -2.053393610, -0.390639558,
                             1.176341043,  1.311221258,  -1.883451330, 0.610747353,  0.755188989,
                             0.953199029,  -0.915373634, 1.374244001,  -0.458727648, 2.044118345,
                             -1.367978512, 0.177122183,  0.381927250,  1.957030181,  -2.075594883,
                             -0.411196705, 1.160419883,  1.356100054,  -1.936088382}));
  const Gradients all = backward(sum(y * wave(y.shape(), 0.4)));
  CHECK(close_to(all[x], {-0.123324956, -0.217098087, -0.232563077, -0.164141643, -0.139116291,
                          -0.268312228, -0.300726880, -0.224668155, 0.288002388,  0.396149304,
                          0.361403595,  0.196298177,  0.283573232,  0.475129941,  0.495305398,
                          0.336822234,  -0.117995547, -0.050726108, 0.034840439,  0.107839902,
                          0.002284258,  -0.005436531, -0.011196342, -0.012917588}));
  CHECK(close_to(
      all[attention.in_proj_weight],
      {-0.123348149, -0.122623959, -0.105303191, -0.073730130, 0.042761440,  0.043754728,
       0.038826019,  0.028642391,  -0.005407454, -0.014434355, -0.021507634, -0.025669956,
       -0.006117685, -0.013006744, -0.018135401, -0.020809516, 0.110959213,  0.101730250,
       0.078732575,  0.045078816,  -0.018299572, -0.016617608, -0.012686529, -0.007038387,
       0.002915273,  -0.002789467, -0.008116666, -0.012345312, -0.001014000, 0.024974371,
       0.047582577,  0.063750706,  -2.008783779, -2.411284290, -2.487428784, -2.226911462,
       -1.857786369, -2.107533490, -2.072035839, -1.756097858, -1.050036489, -1.021726956,
       -0.855131474, -0.572797958, 0.123175697,  0.283199349,  0.404893298,  0.471786839}));
  CHECK(close_to(all[*attention.out_proj.bias],
                 {1.168800422, 1.386612502, 1.416753085, 1.255142785}));
}

TEST_CASE("multihead attention: PyTorch's numbers of another sequence, with masks") {
  MultiheadAttention attention{4, 2};
  fill_with_waves(attention);
  const Tensor x = wave({3, 2, 4}, 0.3), memory = wave({5, 2, 4}, 0.8);
  const Tensor hidden = from_vector({0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0}, {3, 5});
  CHECK(close_to(
      attention(x, memory, memory, {.attn_mask = hidden}).value(),
      {-0.085266330, 0.674599029,  1.772324385,  -2.086104473, -0.220033416, 1.158902780,
       1.167254337,  -1.646084821, 0.609692664,  0.965200077,  0.633434396,  -0.636902545,
       1.140310391,  -0.420154559, 2.219126531,  -1.673899427, -0.235931299, 0.793789941,
       1.740909694,  -2.157305347, -0.246956944, 1.073879362,  1.324062224,  -1.800605898}));
  const Tensor added = wave({4, 3, 5}, 0.6);
  CHECK(close_to(
      attention(x, memory, memory, {.attn_mask = added}).value(),
      {-0.282938987, 0.864516903,  1.679872724,  -2.134790377, -0.226242964, 1.116307106,
       1.238534331,  -1.712378633, 1.217713272,  0.079381123,  1.378617754,  -0.889448346,
       1.317560917,  -0.415964955, 2.035475838,  -1.397538648, -0.224567133, 0.810751847,
       1.703634004,  -2.117323776, -0.183857991, 1.043085121,  1.308005489,  -1.745282901}));
}

TEST_CASE("multihead attention: parameters have PyTorch's names, shapes and first numbers") {
  MultiheadAttention attention{64, 4}, plain{64, 4, {.bias = false}};
  CHECK(names(nn::parameters(attention)) ==
        Names{"in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias"});
  CHECK(names(nn::parameters(plain)) == Names{"in_proj_weight", "out_proj.weight"});
  initialize(attention);
  CHECK(attention.in_proj_weight.shape() == Shape{192, 64});
  const double largest = amax(abs(attention.in_proj_weight.value())).item();
  CHECK(largest <= std::sqrt(6.0 / 256));
  CHECK(largest > 0.98 * std::sqrt(6.0 / 256));
  CHECK(amax(abs(attention.out_proj.weight.value())).item() <= 0.125);
  CHECK(sum(abs(attention.out_proj.bias->value())).item() == 0);
  CHECK(sum(abs(attention.in_proj_bias->value())).item() == 0);
}

TEST_CASE(
    "multihead attention: the order of axes is the caller's, and one example needs no batch") {
  MultiheadAttention steps_first{6, 2}, batch_first{6, 2, {.batch_first = true}};
  initialize(steps_first, {.seed = 2});
  initialize(batch_first, {.seed = 2});
  Random random{1};
  const Tensor x = randn({5, 3, 6}, random);
  const Tensor y = steps_first(x, {.causal = true}).value();
  CHECK(y.shape() == x.shape());
  CHECK(same_bits(y, transpose(batch_first(transpose(x, 0, 1), {.causal = true}).value(), 0, 1)));
  const Tensor one = contiguous(slice(x, 1, 1, 2));
  CHECK(
      near(steps_first(squeeze(one, 1), {.causal = true}).value(), doubles(slice(y, 1, 1, 2)), 8));
}

TEST_CASE("multihead attention: a causal query does not see what comes later") {
  MultiheadAttention attention{4, 2, {.batch_first = true}};
  initialize(attention);
  Random random{1};
  const Tensor x = randn({1, 5, 4}, random), start = slice(x, 1, 0, 3);
  const Tensor changed = cat({contiguous(start), randn({1, 2, 4}, random)}, 1);
  const auto first = [&](const Tensor& of) {
    return contiguous(slice(attention(of, {.causal = true}).value(), 1, 0, 3));
  };
  CHECK(same_bits(first(x), first(changed)));
  const Tensor padding = from_vector({0, 0, 0, 1, 1}, {1, 5});
  const auto seen = [&](const Tensor& of) {
    return contiguous(slice(attention(of, {.key_padding_mask = padding}).value(), 1, 0, 3));
  };
  CHECK(same_bits(seen(x), seen(changed)));
  const Tensor none = attention(x, {.key_padding_mask = ones({1, 5}, DType::int32)}).value();
  CHECK(near(none, std::vector<double>(20, 0), 0));  // the output's bias
  const Tensor mask = full({5, 5}, -1);
  CHECK(near(attention(x, {.key_padding_mask = padding, .attn_mask = mask}).value(),
             doubles(attention(x, {.key_padding_mask = padding}).value()), 8));
}

TEST_CASE("multihead attention: dropout drops weights in a training pass, anew in each call") {
  MultiheadAttention attention{4, 2, {.dropout = 0.5}};
  initialize(attention);
  Random random{1};
  const Tensor x = randn({5, 3, 4}, random);
  Random noise{7}, same{7};
  Pass training{noise, true}, again{same, true}, sampling{noise};
  CHECK(same_bits(attention(x, sampling).value(), attention(x).value()));
  const Tensor y = attention(x, training).value();
  CHECK(noise.position == 152);  // one of 3 · 2 · 5 · 5 weights each, in groups of four
  CHECK_FALSE(same_bits(y, attention(x).value()));
  CHECK_FALSE(same_bits(y, attention(x, training).value()));
  CHECK(same_bits(y, attention(x, again).value()));
  const nn::Sequential net{MultiheadAttention{attention}};
  Random third{7};
  Pass last{third, true};
  CHECK(same_bits(y, net(x, last).value()));
  CHECK_FALSE(same_bits(attention(x, x, x, {}, last).value(), attention(x, x, x).value()));
}

TEST_CASE("multihead attention: in pieces it is what it is at once") {
  for (const bool batch_first : {true, false}) {
    MultiheadAttention attention{8, 2, {.batch_first = batch_first}};
    initialize(attention, {.dtype = DType::float64});
    Random random{1};
    const Tensor x = randn({6, 6, 8}, random, DType::float64);
    const int axis = batch_first ? 1 : 0;
    const Tensor all = attention(x, {.causal = true}).value();
    for (const std::vector<std::int64_t>& ends :
         {std::vector<std::int64_t>{1, 2, 3, 4, 5, 6}, {6}, {2, 3, 6}, {1, 5, 6}}) {
      nn::AttentionMemory memory;
      CHECK(memory.steps() == 0);
      std::vector<Tensor> pieces;
      std::int64_t begin = 0;
      for (const std::int64_t end : ends) {
        pieces.push_back(attention.next(slice(x, axis, begin, end), memory).value());
        begin = end;
        CHECK(memory.steps() == end);
      }
      CHECK(sum(abs(cat(pieces, axis) - all)).item() < 1e-12);
    }
    nn::AttentionMemory memory;  // without a batch
    const Tensor one = contiguous(batch_first ? slice(x, 0, 0, 1) : slice(x, 1, 0, 1));
    const Tensor y = attention.next(reshape(one, {6, 8}), memory).value();
    CHECK(sum(abs(y - reshape(attention(one, {.causal = true}).value(), {6, 8}))).item() < 1e-12);
  }
}

TEST_CASE("multihead attention: what does not fit is refused") {
  CHECK(message_of([] {
          return MultiheadAttention{6, 4};
        }) ==
        "multihead_attention: a width of 6 for 4 heads; it must be a multiple of them, try 64");
  MultiheadAttention attention{4, 2, {.batch_first = true}};
  initialize(attention);
  const Tensor x = ones({3, 5, 4});
  CHECK(message_of([&] {
          return attention(ones({3, 5, 3}));
        }) ==
        "multihead_attention: input [3, 5, 3] does not fit a width of 4; it must be [batch, steps, "
        "4] "
        "or [steps, 4], try reshape");
  CHECK(message_of([&] {
          return attention(x, {.key_padding_mask = ones({5, 3}, DType::int32)});
        }) ==
        "multihead_attention: padding [5, 3] for 5 keys and a batch of 3; it must be [3, 5], try "
        "transpose");
  CHECK(
      message_of([&] {
        return attention(x, {.attn_mask = ones({3, 5, 5})});
      }) ==
      "multihead_attention: a mask [3, 5, 5] for 5 queries and 5 keys; it must be [5, 5] or [6, 5, "
      "5]");
  CHECK_THROWS_AS((MultiheadAttention{4, 2, {.dropout = -1}}), Error);
}
