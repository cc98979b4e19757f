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
  gives(nn::Softplus{}, {0.126928011042972496, 0.693147180559945309, 1.701413277982752383});
}

TEST_CASE("activations: they have no parts, and stand in a Sequential") {
  nn::Sequential net{nn::Tanh{}, nn::ReLU{}};
  CHECK(nn::Parts(net).modules.empty());
  CHECK(net(from_vector<double>({-1, 0})).value().to_vector<double>() == std::vector<double>{0, 0});
}
