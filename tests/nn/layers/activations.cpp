#include <doctest/doctest.h>

#include <nn/layers/activations.hpp>
#include <nn/parts.hpp>
#include <nn/sequential.hpp>

using namespace ebb;

// Literals from elsewhere, for the inputs -2, 0 and 1.5.
TEST_CASE("activations: as layers they are the functions of their names") {
  const Variable x = from_vector<double>({-2, 0, 1.5});
  const auto gives = [&](const nn::Layer& layer, const std::vector<double>& expected) {
    const std::vector<double> found = layer(x).value().to_vector<double>();
    for (std::size_t i = 0; i < expected.size(); ++i)
      CHECK(found[i] == doctest::Approx(expected[i]).epsilon(1e-14));
  };
  gives(nn::ReLU{}, {0, 0, 1.5});
  gives(nn::Sigmoid{}, {0.119202922022117560, 0.5, 0.817574476193643660});
  gives(nn::Tanh{}, {-0.964027580075816884, 0, 0.905148253644866438});
  gives(nn::Identity{}, {-2, 0, 1.5});
  gives(nn::LeakyReLU{}, {-0.02, 0, 1.5});
  gives(nn::LeakyReLU{0.5}, {-1, 0, 1.5});
  gives(nn::ELU{}, {-0.864664716763387308, 0, 1.5});
  gives(nn::ELU{.alpha = 0.5}, {-0.432332358381693654, 0, 1.5});
  gives(nn::GELU{}, {-0.045500263896358417, 0, 1.399789198096713});
  gives(nn::GELU{.tanh = true}, {-0.045402305912224938, 0, 1.3995715769802328});
  gives(nn::SiLU{}, {-0.23840584404423509, 0, 1.2263617142904655});
  gives(nn::LogSigmoid{}, {-2.1269280110429727, -0.69314718055994529, -0.20141327798275241});
  gives(nn::Softplus{.beta = 2, .threshold = 2.5},
        {0.0090749639589048688, 0.34657359027997264, 1.5});
  gives(nn::Softmax{}, {0.024093768286848401, 0.17803020550615906, 0.79787602620699261});
  gives(nn::LogSoftmax{.axis = 0},
        {-3.7258020492315995, -1.7258020492315993, -0.22580204923159933});
  gives(nn::Softplus{}, {0.126928011042972496, 0.693147180559945309, 1.701413277982752383});
}

TEST_CASE("activations: they have no parts, and stand in a Sequential") {
  nn::Sequential net{nn::Tanh{}, nn::ReLU{}};
  CHECK(nn::Parts(net).modules.empty());
  CHECK(net(from_vector<double>({-1, 0})).value().to_vector<double>() == std::vector<double>{0, 0});
}
