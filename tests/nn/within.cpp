#include <doctest/doctest.h>

#include <autograd/anomaly.hpp>
#include <autograd/elementwise.hpp>
#include <nn/within.hpp>

using namespace ebb;

namespace {

// A module of the user's that wants inputs of one shape, and may divide by zero.
struct Inverse final : nn::Module {
  nn::Parameter scale{{2}};
  Variable operator()(const Variable& x) const {
    return nn::within(*this, [&] { return scale / x; });
  }
  void visit(nn::Visitor& v) override { v("scale", scale); }
};

struct Outer final : nn::Module {
  Inverse inner;
  void visit(nn::Visitor& v) override { v("inner", inner); }
};

}  // namespace

TEST_CASE("within: shapes that do not fit name the module, where it has a name") {
  Outer outer;
  const std::string rule =
      "divide: shapes [2] and [3] do not broadcast: aligned at the last axis, lengths must be "
      "equal or 1; try reshape or unsqueeze";
  nn::initialize(outer);
  CHECK_THROWS_WITH_AS(outer.inner(ones({3})), (rule + "; in inner").c_str(), ShapeError);
  Inverse alone;
  nn::initialize(alone);
  CHECK_THROWS_WITH_AS(alone(ones({3})), rule.c_str(), ShapeError);
}

TEST_CASE("within: returns what the function returns, and other errors as they are") {
  Outer outer;
  nn::initialize(outer);
  outer.inner.scale.set(from_vector<float>({3, 4}));
  CHECK(outer.inner(full({2}, 2)).value().to_vector<float>() == std::vector<float>{1.5, 2});
  CHECK_THROWS_WITH_AS(outer.inner(ones({2}, DType::float64)),
                       "divide: float32 [2] meets float64 [2]; dtypes must agree, try cast",
                       DTypeError);
}

TEST_CASE("within: anomaly mode names the module") {
  Outer outer;
  nn::initialize(outer);
  outer.inner.scale.set(ones({2}));
  const AnomalyMode anomaly;
  CHECK_THROWS_WITH_AS(outer.inner(zeros({2})),
                       "divide: the first NaN or infinity is in its result [2] of [2]; in inner",
                       AnomalyError);
}
