#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <nn/layers/dropout.hpp>
#include <nn/layers/linear.hpp>
#include <nn/layers/residual.hpp>
#include <nn/pass.hpp>
#include <tests/nn/names.hpp>

using namespace ebb;
using nn::Residual, nn::Sequential;

TEST_CASE("residual: the input is added to what the layers make of it") {
  const Residual residual{Sequential{[](const Variable& x) { return 2 * x; }}};
  CHECK(residual(from_vector<float>({1, 2})).value().to_vector<float>() ==
        std::vector<float>{3, 6});
  CHECK(Residual{Sequential{}}(ones({1})).item() == 2);
}

TEST_CASE("residual: its layers get the pass, and the names that they have alone") {
  Residual residual{Sequential{nn::Linear{3, 3}, nn::Dropout{0.5}}};
  CHECK(names(nn::parameters(residual)) == Names{"0.weight", "0.bias"});
  initialize(residual);
  Random random{1};
  nn::Pass pass{random, true};
  const Tensor x = randn({40, 3}, random);
  int kept = 0;
  const std::vector<float> y = residual(x, pass).value().to_vector<float>(),
                           was = x.to_vector<float>();
  for (std::size_t i = 0; i < y.size(); ++i) kept += y[i] == was[i];
  CHECK(kept > 30);
  CHECK(kept < 90);
  const Sequential net{residual, Residual{Sequential{nn::Linear{3, 3}}}};
  CHECK(names(nn::parameters(net)) == Names{"0.0.weight", "0.0.bias", "1.0.weight", "1.0.bias"});
}
