#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <nn/layers/linear.hpp>
#include <nn/layers/recurrent.hpp>
#include <nn/optimizers/adam.hpp>
#include <nn/pass.hpp>
#include <tests/nn/layers/waves.hpp>
#include <tests/nn/names.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::GRU, nn::LSTM, nn::Pass;

namespace {

Tensor gradient(const nn::Module& model, const Gradients& all, const char* name) {
  return all[parameter(model, name)];
}

}  // namespace

// Literals: PyTorch 2.x, torch.nn.GRU and torch.nn.LSTM in float64 with the same waves.
TEST_CASE("gru layer: PyTorch's numbers") {
  GRU gru{3, 2, {.batch_first = true}};
  fill_with_waves(gru);
  const Variable x = leaf(wave({2, 4, 3}, 0.3));
  const auto [output, state] = gru(x);
  CHECK(output.shape() == Shape{2, 4, 2});
  CHECK(state.shape() == Shape{1, 2, 2});
  CHECK(close_to(output.value(),
                 {0.300192638, -0.456122021, 0.697841353, -0.752737484, 0.439617371, -0.866398443,
                  0.397062462, -0.818240620, -0.037397609, -0.205106610, -0.201749958, -0.442423648,
                  0.540280092, -0.646219994, 0.649125662, -0.842994874}));
  CHECK(close_to(state.value(), {0.397062462, -0.818240620, 0.649125662, -0.842994874}));
  const Gradients all =
      backward(sum(output * wave(output.shape(), 0.4)) + sum(state * wave(state.shape(), 1.4)));
  CHECK(close_to(
      all[x], {0.110621395,  0.322278767,  0.417688910,  0.355518482,  0.614446781,  0.651741691,
               0.083316735,  -0.094359657, -0.238000147, -0.015575026, -0.147987935, -0.227021009,
               0.124923098,  0.177537219,  0.166112962,  0.151627208,  0.083097148,  -0.015406382,
               -0.149651360, -0.312912520, -0.363304893, 0.033046592,  0.051432066,  0.051265790}));
  CHECK(
      close_to(gradient(gru, all, "weight_hh_l0"),
               {-0.052384449, 0.055353112, -0.032431514, 0.058151939, 0.219985125, -0.343669143,
                0.133827412, -0.029513038, 0.400276230, -0.386924176, 0.108201245, -0.157372514}));
  CHECK(close_to(gradient(gru, all, "bias_hh_l0"),
                 {-0.084111407, -0.002101076, 0.219334841, 0.011541174, 0.850269538, 0.048300832}));
  CHECK(close_to(gradient(gru, all, "weight_ih_l0"),
                 {-0.058947469, -0.037059856, -0.010156365, -0.039242318, -0.012310039, 0.016288347,
                  0.119876024, -0.070388669, -0.251126585, 0.545183454, 0.493577496, 0.375168140,
                  0.707411617, 0.595917688, 0.403769095, 0.244598991, 0.139974522, 0.016405158}));
}

TEST_CASE("lstm layer: PyTorch's numbers") {
  LSTM lstm{3, 2, {.batch_first = true}};
  fill_with_waves(lstm);
  const Variable x = leaf(wave({2, 4, 3}, 0.3));
  const auto [output, state, cell] = lstm(x);
  const Variable last = state + 2 * cell;
  CHECK(close_to(output.value(),
                 {0.020141923, -0.373839505, 0.010315486, -0.563760133, 0.022523544, -0.249136690,
                  -0.003673421, -0.047520490, -0.303824599, -0.020479009, -0.109957931,
                  -0.168275121, 0.009173000, -0.553125677, 0.010756794, -0.521579907}));
  CHECK(close_to(last.value(), {-0.025135826, -3.071487218, 1.950686629, -3.968492770}));
  const Gradients all =
      backward(sum(output * wave(output.shape(), 0.4)) + sum(last * wave(last.shape(), 1.4)));
  CHECK(close_to(all[x], {0.270389366,  0.261186930,  0.157773332,  0.222023778,  0.073270309,
                          -0.101912052, 1.507894332,  1.189142423,  0.441462129,  0.317440374,
                          -0.657197733, -1.394782011, -0.043818606, -0.048492474, -0.035674914,
                          -0.009441350, 0.066638967,  0.118682345,  0.339273704,  0.426991846,
                          0.360692337,  0.531314982,  0.308144924,  -0.026174230}));
  CHECK(close_to(gradient(lstm, all, "weight_hh_l0"),
                 {-0.010120734, 0.095309579, 0.006015283, 0.194557288, 0.035358230, -0.421559449,
                  -0.006370968, 0.776048472, -0.009308066, -1.414901261, 0.008756248, -0.176975635,
                  -0.023132490, -0.012810347, -0.052708337, 0.191711404}));
  CHECK(close_to(gradient(lstm, all, "bias_hh_l0"),
                 {-0.472547810, -0.676085662, 0.708232558, -1.996391017, 3.200593186, 0.637251881,
                  0.122332748, -0.367815920}));
  CHECK(close_to(
      gradient(lstm, all, "weight_ih_l0"),
      {0.468863192,  0.653894213,  0.750423719,  0.040662426,  0.150287829,  0.239572480,
       0.511475859,  0.263694820,  -0.019776075, -0.591086987, -0.203431692, 0.211757128,
       1.949460286,  1.456981889,  0.767307829,  -0.175526274, -0.330508034, -0.440757081,
       -0.047304015, -0.024040846, 0.002476139,  -0.320793113, -0.209057760, -0.069027420}));
}

TEST_CASE("gru layer: two layers in both directions over packed sequences, as PyTorch has them") {
  GRU gru{3, 2, {.layers = 2, .bidirectional = true}};
  fill_with_waves(gru);
  const Variable x = leaf(wave({4, 2, 3}, 0.3));
  const auto [output, state] =
      gru(x, {.state = wave({4, 2, 2}, 0.2), .lengths = from_vector({4, 2})});
  CHECK(output.shape() == Shape{4, 2, 4});
  CHECK(state.shape() == Shape{4, 2, 2});
  CHECK(
      close_to(output.value(),
               {0.123774360,  0.021349007,  -0.270495365, -0.934154013, 0.257686114,  -0.080094699,
                -0.491070338, -0.633327122, 0.189045545,  0.162150934,  -0.447592158, -0.899172970,
                0.621526741,  -0.016165008, -0.716806316, -0.499246305, 0.341527102,  0.210526883,
                -0.611351616, -0.874916716, 0.000000000,  0.000000000,  0.000000000,  0.000000000,
                0.359883947,  0.306901267,  -0.706686427, -0.955938959, 0.000000000,  0.000000000,
                0.000000000,  0.000000000}));
  CHECK(close_to(state.value(),
                 {0.580642683, -0.808077362, 0.532377423, -0.696085317, -0.821102514, -0.566048920,
                  -0.719973305, 0.349931662, 0.359883947, 0.306901267, 0.621526741, -0.016165008,
                  -0.270495365, -0.934154013, -0.491070338, -0.633327122}));
  const Gradients all =
      backward(sum(output * wave(output.shape(), 0.4)) + sum(state * wave(state.shape(), 1.4)));
  CHECK(close_to(
      all[x], {-0.114697262, -0.086526260, -0.027144893, 0.119910168, 0.189490240, 0.190720431,
               -0.062495344, -0.040544986, -0.003969890, 0.112656616, 0.129011456, 0.098831352,
               -0.014705175, 0.046131570,  0.090328474,  0.000000000, 0.000000000, 0.000000000,
               0.116307492,  0.259745314,  0.309491972,  0.000000000, 0.000000000, 0.000000000}));
  CHECK(close_to(gradient(gru, all, "weight_hh_l0"),
                 {-0.004099098, -0.007734898, -0.013592818, 0.021959460, 0.033246715, 0.125702925,
                  0.079953850, 0.070070911, 0.306825538, 0.317065480, 0.092486146, 0.024140529}));
  CHECK(close_to(gradient(gru, all, "bias_hh_l0"), {-0.000456529, -0.031718954, -0.100731686,
                                                    0.186644452, 0.372581451, 0.146441028}));
  CHECK(close_to(
      gradient(gru, all, "weight_ih_l1_reverse"),
      {0.001079566,  -0.002428368, -0.002725263, 0.003932494,  -0.005650158, 0.021471666,
       0.001350800,  -0.027697209, -0.055387336, 0.048009029,  0.106581080,  -0.027402303,
       0.042679018,  -0.022143281, -0.066153695, -0.024797189, 0.013362527,  -0.029297824,
       -0.043320285, 0.028078695,  0.020819378,  -0.066300753, -0.008692142, 0.080851222}));
}

TEST_CASE("lstm layer: two layers in both directions over packed sequences, as PyTorch has them") {
  LSTM lstm{3, 2, {.layers = 2, .bidirectional = true}};
  fill_with_waves(lstm);
  const Variable x = leaf(wave({4, 2, 3}, 0.3));
  const auto [output, state, cell] = lstm(x, {.state = wave({4, 2, 2}, 0.2),
                                              .cell = wave({4, 2, 2}, 0.9),
                                              .lengths = from_vector({4, 2})});
  const Variable last = state + 2 * cell;
  CHECK(
      close_to(output.value(),
               {-0.040018517, -0.183012699, -0.037021892, -0.226661021, 0.209483830,  -0.067385859,
                0.004465206,  -0.212517132, 0.136678806,  -0.060005838, -0.055111528, -0.186270872,
                0.198833861,  0.002864122,  -0.000127045, -0.036693834, 0.184099556,  0.063499026,
                -0.046956253, -0.151013798, 0.000000000,  0.000000000,  0.000000000,  0.000000000,
                0.209472776,  0.153454306,  -0.002325035, -0.118560989, 0.000000000,  0.000000000,
                0.000000000,  0.000000000}));
  CHECK(close_to(last.value(),
                 {1.391365472, -3.788824968, 0.361678959, -2.131389325, -1.687243826, 0.053024347,
                  -1.974855611, 0.831385461, 0.914187766, 0.871717867, 0.738470054, 0.016808574,
                  -0.968284804, -3.523287339, 0.111078169, -2.191327678}));
  const Gradients all =
      backward(sum(output * wave(output.shape(), 0.4)) + sum(last * wave(last.shape(), 1.4)));
  CHECK(close_to(
      all[x], {0.033660591,  0.127860449,  0.175940536,  1.064878024, 1.096891733,  0.733252247,
               0.429379094,  0.315380034,  0.087622145,  0.269876319, -0.042314967, -0.339243076,
               -0.041080133, -0.343292885, -0.521678533, 0.000000000, 0.000000000,  0.000000000,
               0.787550754,  0.615247162,  0.221021481,  0.000000000, 0.000000000,  0.000000000}));
  CHECK(close_to(gradient(lstm, all, "weight_hh_l0"),
                 {-0.033666181, 0.243501043, 0.002862301, 0.155688408, 0.321556843, 0.315335521,
                  0.176277961, 0.289282678, 1.064216915, 1.337131536, 0.078324825, -0.057547460,
                  -0.034818964, -0.052325442, 0.150149231, 0.151649423}));
  CHECK(close_to(gradient(lstm, all, "bias_hh_l0"),
                 {-0.560473022, -0.646188848, 0.294273333, -1.099536582, 2.612643555, 0.576026229,
                  -0.036695976, -0.108587449}));
  CHECK(close_to(gradient(lstm, all, "weight_ih_l1_reverse"),
                 {-0.011117415, 0.062784445,  0.047425606, 0.010422104,  -0.013449002, 0.058435940,
                  0.067771049,  -0.072491173, 0.000121579, -0.056368591, -0.064348250, 0.015813949,
                  -0.004514477, 0.040089042,  0.053049793, -0.029451921, 0.085409047,  0.088932306,
                  0.190353701,  0.020806466,  0.010786883, -0.068881724, -0.086406284, 0.060090239,
                  0.013032308,  0.000566181,  0.002751690, -0.023348468, 0.024676113,  0.035459106,
                  0.102513134,  -0.073087320}));
}

TEST_CASE("recurrent layers: parameters have PyTorch's names, shapes and first numbers") {
  GRU gru{3, 25, {.layers = 2, .bidirectional = true}};
  CHECK(names(nn::parameters(gru)) ==
        Names{"weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "weight_ih_l0_reverse",
              "weight_hh_l0_reverse", "bias_ih_l0_reverse", "bias_hh_l0_reverse", "weight_ih_l1",
              "weight_hh_l1", "bias_ih_l1", "bias_hh_l1", "weight_ih_l1_reverse",
              "weight_hh_l1_reverse", "bias_ih_l1_reverse", "bias_hh_l1_reverse"});
  CHECK(parameter(gru, "weight_ih_l0").shape() == Shape{75, 3});
  CHECK(parameter(gru, "weight_ih_l1").shape() == Shape{75, 50});
  initialize(gru);
  for (const auto& [name, weight] : nn::parameters(gru)) {
    CHECK(amax(abs(weight->value())).item() <= 0.2);
    CHECK(amax(abs(weight->value())).item() > 0.17);
  }
  LSTM lstm{3, 5, {.bias = false}};
  CHECK(names(nn::parameters(lstm)) == Names{"weight_ih_l0", "weight_hh_l0"});
  CHECK(parameter(lstm, "weight_hh_l0").shape() == Shape{20, 5});
}

TEST_CASE("recurrent layers: without biases they are as with biases of 0") {
  LSTM with{3, 4}, without{3, 4, {.bias = false}};
  initialize(with, {.seed = 3});
  initialize(without, {.seed = 3});
  with.stack.weights[0].bias_ih->set(zeros({16}));
  with.stack.weights[0].bias_hh->set(zeros({16}));
  Random random{1};
  const Tensor x = randn({5, 2, 3}, random);
  CHECK(same_bits(with(x).output.value(), without(x).output.value()));
}

TEST_CASE("recurrent layers: a state carries a sequence on") {
  GRU gru{3, 4, {.layers = 2}};
  LSTM lstm{3, 4, {.layers = 2}};
  initialize(gru);
  initialize(lstm);
  Random random{1};
  const Tensor x = randn({6, 2, 3}, random), first = slice(x, 0, 0, 2), rest = slice(x, 0, 2, 6);
  CHECK(same_bits(gru(rest, {.state = gru(first).state}).output.value(),
                  contiguous(slice(gru(x).output.value(), 0, 2, 6))));
  const auto [output, state, cell] = lstm(first);
  CHECK(same_bits(lstm(rest, {.state = state, .cell = cell}).output.value(),
                  contiguous(slice(lstm(x).output.value(), 0, 2, 6))));
}

TEST_CASE("recurrent layers: one example needs no axis of its own") {
  LSTM lstm{3, 4, {.bidirectional = true}};
  initialize(lstm);
  Random random{1};
  const Tensor x = randn({6, 3}, random), h = randn({2, 4}, random);
  const auto alone = lstm(x, {.state = h});
  const auto batch = lstm(unsqueeze(x, 1), {.state = unsqueeze(h, 1)});
  CHECK(alone.output.shape() == Shape{6, 8});
  CHECK(alone.state.shape() == Shape{2, 4});
  CHECK(same_bits(alone.output.value(), squeeze(batch.output.value(), 1)));
  CHECK(same_bits(alone.cell.value(), squeeze(batch.cell.value(), 1)));
}

TEST_CASE("recurrent layers: what stands behind the end of an example is not looked at") {
  GRU gru{2, 3, {.bidirectional = true}};
  initialize(gru);
  Random random{1};
  const Tensor x = randn({3, 2, 2}, random);
  const Tensor there = from_vector({1, 1, 1, 1, 1, 0}, {3, 2, 1});  // lengths 3 and 2
  const Variable broken = leaf(where(there, x, std::numeric_limits<double>::quiet_NaN()));
  const nn::RecurrentStart start = {.lengths = from_vector({3, 2})};
  const Variable y = gru(broken, start).output;
  CHECK(same_bits(y.value(), gru(x, start).output.value()));
  CHECK(y.value()[2][1].to_vector<float>() == std::vector<float>(6, 0));
  const Gradients all = backward(sum(square(y)));
  for (const auto& [name, weight] : nn::parameters(gru)) {
    const double total = sum(abs(all[*weight])).item();
    CHECK(total == total);
  }
  CHECK(all[broken][2][1].to_vector<float>() == std::vector<float>{0, 0});
}

TEST_CASE("recurrent layers: dropout is between layers, in a training pass") {
  GRU gru{3, 40, {.layers = 2, .dropout = 0.5}}, one{3, 40, {.dropout = 0.5}};
  initialize(gru);
  initialize(one);
  Random random{1};
  const Tensor x = randn({4, 2, 3}, random);
  Pass training{random, true}, sampling{random};
  CHECK(same_bits(gru(x, sampling).output.value(), gru(x).output.value()));
  CHECK_FALSE(same_bits(gru(x, training).output.value(), gru(x).output.value()));
  CHECK(same_bits(one(x, training).output.value(), one(x).output.value()));
  LSTM lstm{3, 4, {.layers = 2, .dropout = 0.5}};
  initialize(lstm);
  CHECK_FALSE(same_bits(lstm(x, training).output.value(), lstm(x).output.value()));
}

TEST_CASE("recurrent layers: what does not fit is refused") {
  GRU gru{3, 4};
  LSTM lstm{3, 4, {.batch_first = true}};
  initialize(gru);
  initialize(lstm);
  CHECK(
      message_of([&] {
        return gru(zeros({5, 2, 4}));
      }) ==
      "gru: input [5, 2, 4] does not fit 3 inputs; it must be [steps, batch, 3] or [steps, 3], try "
      "reshape");
  CHECK(message_of([&] { return lstm(zeros({5})); }) ==
        "lstm: input [5] does not fit 3 inputs; it must be [batch, steps, 3] or [steps, 3], try "
        "reshape");
  CHECK(message_of([&] {
          return gru(zeros({5, 2, 3}), {.state = zeros({2, 4})});
        }) == "gru: an initial state [2, 4] must be [1, 2, 4]; try unsqueeze");
  CHECK(message_of([&] {
          return gru(zeros({5, 2, 3}), {.cell = zeros({1, 2, 4})});
        }) == "gru: an initial cell [1, 2, 4]; it has none, try the initial state alone");
  CHECK(message_of([&] {
          return gru(zeros({5, 2, 3}), {.lengths = from_vector({6, 1})});
        }) == "gru: a length of 6 among 5 steps; try one from 0 to 5");
  CHECK(message_of([&] {
          return gru(zeros({5, 2, 3}), {.lengths = from_vector({1})});
        }) == "gru: lengths int32 [1] for a batch of 2; they must be int32 [2]");
  CHECK(message_of([] {
          return GRU{3, 0};
        }) == "gru: 3 inputs, 0 units and 1 layers; try 1 or more of each");
  CHECK_THROWS_AS((LSTM{3, 4, {.dropout = 1}}), Error);
}

// 1 or -1 in the first step, noise after it: what was it?
TEST_CASE("recurrent layers: they learn to remember") {
  LSTM lstm{1, 8, {.bidirectional = true}};
  GRU gru{16, 8};
  nn::Linear last{8, 1};
  Random random{3};
  initialize(lstm);
  initialize(gru);
  initialize(last);
  nn::Parameters all = parameters(lstm);
  (all += gru) += last;
  nn::Adam adam{all, {.learning_rate = 0.03}};
  double first = 0, loss = 0;
  for (int i = 0; i < 60; ++i) {
    const Tensor sign = where(rand({1, 32, 1}, random) < 0.5, ones({}), -1);
    const Tensor x = cat({sign, 0.3 * randn({7, 32, 1}, random)});
    const Variable y = last(squeeze(gru(slice(lstm(x).output, 0, 4, 8)).state, 0));
    const Variable wrong = mean(square(y - sign[0]));
    loss = wrong.item();
    if (i == 0) first = loss;
    adam.step(backward(wrong));
  }
  CHECK(first > 0.7);
  CHECK(loss < 0.1);
}
