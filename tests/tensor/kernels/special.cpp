// Covers: tensor/kernels/special.hpp
// The gamma function's family where the table of operations does not look: left of 0, at poles, far
// out. Numbers are from mpmath, to 40 digits.
#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <cmath>
#include <limits>
#include <tests/support.hpp>

using namespace ebb;

namespace {

using OnTensors = Tensor (*)(const Tensor&);
struct Known {
  double x, log_gamma, digamma, trigamma;
};
const std::vector<Known> known = {
    {-0.25, 1.58957531255118599, 2.91413912021352783, 18.5418796476716065},
    {-0.5, 1.2655121234846454, 0.0364899739785765206, 8.93480220054467931},
    {-1.5, 0.860047015376481015, 0.703156640645243187, 9.37924664498912375},
    {-2.0625, 2.0274361629312297, 16.7410242809410224, 258.929862319934477},
    {-2.5, -0.0562437164976740507, 1.10315664064524319, 9.53924664498912375},
    {-3.9375, -0.305333222783619217, -14.3016640052522256, 259.09097641543606},
    {-4.0078125, 1.66230353974444472, 129.482142139742188, 16387.0693220914411},
    {-4.5, -2.81308408176931612, 1.61109314858175112, 9.67026201409973096},
    {-5.75, -4.62461241530217259, -1.30794923904359579, 19.5795471369313359},
    {-6.625, -6.55491307954270121, 0.663137406377783091, 11.4228387545516297},
    {-7.25, -7.54188344347575002, 5.18997721495628789, 19.610354539293269},
    {-8.0009765625, -3.6752200546392035, 1026.1375434653405, 1048579.17237578061},
    {-9.5, -12.7958953335543635, 2.30300103429768638, 9.76968744503023189},
    {-11.375, -17.2004475120440242, 3.77602074469648499, 11.4787999209570962},
    {-12.0625, -17.366222567810808, 18.3248327294553834, 259.235831111008583},
    {-16.5, -30.9363850100979493, 2.8333574322286841, 9.81079781299357511},
    {-17.5, -33.7985858910274177, 2.89050028937154125, 9.81406311911602409},
    {-25.25, -57.3232087244614257, 6.39009010385488814, 19.7003787289046643},
    {-40.75, -111.612233392890727, 0.578082943970454696, 19.7149675649550896},
    {0.0078125, 4.84757077588166487, -128.564437472976728, 16385.6263481480317},
    {0.5, 0.572364942924700087, -1.96351002602142348, 4.93480220054467931},
    {0.9375, 0.0393909017345823007, -0.68500067449569777, 1.808971117885678},
    {1.0, 0.0, -0.577215664901532861, 1.64493406684822644},
    {1.5, -0.120782237635245222, 0.0364899739785765206, 0.934802200544679309},
    {1.9375, -0.025147619402988871, 0.381665992170968897, 0.671193340107900227},
    {2.0, 0.0, 0.422784335098467139, 0.644934066848226436},
    {2.5, 0.28468287047291916, 0.703156640645243187, 0.490357756100234865},
    {3.75, 1.48681557859341706, 1.18253738861179623, 0.305339852690253075},
    {5.5, 3.95781396761871629, 1.61109314858175112, 0.199342386989627659},
    {7.9375, 8.39944452512495769, 2.00728565265752434, 0.134252492647317055},
    {8.0, 8.5251613610654143, 2.01564147795561, 0.133137014694031425},
    {8.0625, 8.65139826944507571, 2.02392816193512048, 0.132039894404511513},
    {12.0, 17.5023078458738858, 2.44266167997581202, 0.0869018728717683908},
    {33.5, 83.3024255029500534, 3.49654581672282524, 0.030300712174923453},
    {1000.0, 5905.22042320918121, 6.90725519564881205, 0.00100050016666663333},
    {1048576.0, 13487767.9475233113, 13.8629431343616722, 9.53674771153745447e-7},
    {0.0009765625, 6.93090890241946189, -1024.57561042934062, 1048577.64258939215},
};

template <class T>
double worst_error(OnTensors f, double Known::*right) {
  double worst = 0;
  for (const Known& at : known) {
    const double y = static_cast<double>(*f(full({}, at.x, dtype_of<T>)).template data<T>());
    const double allowed = std::max(1.0, std::abs(at.*right)) * std::numeric_limits<T>::epsilon();
    worst = std::max(worst, std::abs(y - at.*right) / allowed);
  }
  return worst;
}

}  // namespace

TEST_CASE_TEMPLATE("lgamma, digamma, trigamma: to the last digits of max(|y|, 1)", T, float,
                   double) {
  CHECK(worst_error<T>([](const Tensor& x) { return lgamma(x); }, &Known::log_gamma) <= 4);
  CHECK(worst_error<T>([](const Tensor& x) { return digamma(x); }, &Known::digamma) <= 6);
  CHECK(worst_error<T>([](const Tensor& x) { return trigamma(x); }, &Known::trigamma) <= 4);
}

TEST_CASE_TEMPLATE("lgamma, digamma, trigamma: poles, infinities and NaN as in C and PyTorch", T,
                   float, double) {
  const T inf = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
  const Tensor x = from_vector<T>({0, T(-0.0), -1, -18, T(-1e30), inf, -inf, nan});
  const auto same = [](const Tensor& y, const std::vector<T>& right) {
    const std::vector<T> found = y.to_vector<T>();
    for (std::size_t i = 0; i < right.size(); ++i)
      CHECK((found[i] == right[i] || (std::isnan(found[i]) && std::isnan(right[i]))));
  };
  same(lgamma(x), {inf, inf, inf, inf, inf, inf, inf, nan});
  same(digamma(x), {-inf, inf, nan, nan, nan, inf, nan, nan});
  same(trigamma(x), {inf, inf, inf, inf, inf, 0, nan, nan});
}

TEST_CASE("lgamma: its third derivative is an error, not a zero") {
  Variable x = leaf(full({}, 2.5, DType::float64)), y = lgamma(x);
  for (int order = 1; order <= 2; ++order) y = gradients(y, {x}, {.create_graph = true})[0];
  CHECK(y.item() == doctest::Approx(0.490357756100234));
  const std::string message = message_of([&] { return gradients(y, {x})[0]; });
  CHECK_MESSAGE(message.find("trigamma") != std::string::npos, message);
  CHECK_MESSAGE(message.find("elementwise: no formula takes dy [] further: this derivative is the "
                             "last; try record with a rule of your own") != std::string::npos,
                message);
}
