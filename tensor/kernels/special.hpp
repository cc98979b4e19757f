// Formulas of the gamma function's family.
//
// Between 1 and 8 each is a quotient of polynomials, fitted for this file so that its error stays
// below a rounding of float64; from 8 on the series of Stirling. Smaller arguments are led there by
// f(x + 1) = f(x) + …, negative ones by the reflection at 1/2. (Abramowitz and Stegun, 6.1 to 6.4.)
#pragma once

#include <tensor/kernels/functions.hpp>

namespace ebb::kernels {

// How far x is from the nearest whole number, exactly: in [-1/2, 1/2].
inline auto fraction(const auto& x) { return x - nearbyint(x); }
// sin(π r) / r for r² in [0, 1/4].
inline auto sine_quotient(const auto& r2) {
  return polynomial(r2, 3.14159265358979324, -5.16771278004996953, 2.55016403987729395,
                    -0.599264529318738549, 0.0821458865698967985, -0.0073704304787904573,
                    0.000466299688874804521, -2.19031856078863495e-5, 7.69472868898086752e-7);
}
// 1 / r - π cot(π r), and π cot(π r) for r near ±1/2, where the two terms would both be 2 and their
// difference small.
inline auto cotangent_rest(const auto& r) {
  const auto r2 = r * r;
  const auto above = polynomial(r2, 3.28986813369645287, -2.39533855206891718, 0.427073007095617035,
                                -0.020968150248684211, 0.000147141885809663957);
  const auto below = polynomial(r2, 1, -1.38606923869852921, 0.423341212376591736,
                                -0.0380839202661063454, 0.000811946820372242072);
  return r * (above / below);
}
inline auto far_cotangent(const auto& r) {
  const auto v = copysign(0.5 - abs(r), r), v2 = v * v;
  const auto above = polynomial(v2, 9.86960440108935881, -12.4959766219279296, 2.69757988730536769,
                                -0.0710087420194945269);
  const auto below =
      polynomial(v2, 1, -4.55597527579714419, 2.27400106036503616, -0.20039975636747704);
  return v * (above / below);
}

// log|Γ(x)| over (x - 1) (x - 2) where x = 1 + t is from 1 to 8.
inline auto log_gamma_quotient(const auto& t) {
  const auto above = polynomial(t, 0.577215664901532843, 1.78701181378148193, 2.17918070932594091,
                                1.33755817653858144, 0.439563515545787317, 0.0764602531123154321,
                                0.00656987908039054176, 2.40102784270930804e-4,
                                2.65467173557057304e-6, 1.71064972415595715e-9);
  const auto below =
      polynomial(t, 1, 3.52080393149194947, 5.00199249868402348, 3.69393413943352493,
                 1.52662918130686713, 0.355550043057112586, 0.0449291853854628021,
                 0.00282240796891475113, 7.42132682637577276e-5, 5.47897251362011795e-7);
  return above / below;
}
// Σ B(2k) / (2k (2k - 1) x^(2k - 1)), the end of Stirling's series, for x of at least 8.
inline auto stirling_rest(const auto& x) {
  const auto y = 1 / x;
  return y * polynomial(y * y, 0.0833333333333333333, -0.00277777777777777778,
                        7.93650793650793651e-4, -5.95238095238095238e-4, 8.41750841750841751e-4,
                        -0.00191752691752691753, 0.00641025641025641026, -0.0295506535947712418);
}

// log|Γ(x)|. Down to -17 the recurrence leads to [1, 2): near a zero of the function the product is
// near 1 and its logarithm small, where a reflection would subtract two large logarithms. Further
// left there are no zeros: they lie closer to the poles than any number of a dtype.
inline auto log_gamma(const auto& x) {
  auto z = x, product = like(x, 1);
  for (int step = 0; step < 18 && any(z < 1); ++step) {
    product = select(z < 1, product * z, product);
    z = select(z < 1, z + 1, z);
  }
  const auto size = abs(x);
  const auto is_near = x < 8 && x > -17;
  const auto log_size = log(select(is_near, abs(product), size));
  const auto near =
      (z - 1) * (z - 2) * log_gamma_quotient(z - 1) - select(x < 1, log_size, like(x, 0));
  const auto far = (size - 0.5) * (log_size - 1) + 0.418938533204672742 + stirling_rest(size);
  auto all = select(is_near, near, far);
  if (any(x <= -17)) {
    const auto r = fraction(x);
    const auto left = log(3.14159265358979324 / (size * abs(r * sine_quotient(r * r)))) - far;
    all = select(x <= -17, select(r == 0, like(x, infinity), left), all);
  }
  return select(size == infinity, size, all);
}

// ψ(x), the derivative of log Γ(x).
inline auto digamma(const auto& x) {
  const auto z = select(x < 0, 1 - x, select(x < 1, 1 + x, x));
  const auto t = z - 1;
  const auto above = polynomial(t, -0.57721566490153286, 0.259672533410343647, 1.50329638660505995,
                                1.18877335927616636, 0.407488137027652981, 0.0701812406952212697,
                                0.00612699561573136506, 2.51600416463987745e-4,
                                4.01973932441154278e-6, 1.5293907486053317e-8);
  const auto below =
      polynomial(t, 1, 2.39990287455936286, 2.15227822331703739, 0.95126633148751349,
                 0.226369890860625408, 0.0294238933947870983, 0.00200924208106924969,
                 6.50563686865884043e-5, 8.02094992169553935e-7, 2.13835240937718873e-9);
  const auto y = 1 / z, y2 = y * y;
  const auto rest =
      polynomial(y2, 0.0833333333333333333, -0.00833333333333333333, 0.00396825396825396825,
                 -0.00416666666666666667, 0.00757575757575757576, -0.0210927960927960928,
                 0.0833333333333333333, -0.443259803921568627);
  const auto right = select(z < 8, above / below, log(z) - (0.5 * y + y2 * rest));
  const auto r = fraction(x);
  const auto is_far = x < 0 && abs(r) > 0.375;
  const auto pole = 1 / select(x < 0, select(r == 0, like(x, nan), r), x);
  const auto left = select(x < 0, cotangent_rest(r), like(x, 0));
  return select(is_far, right - far_cotangent(r), select(x < 1, right - pole, right) + left);
}

// ψ'(x).
inline auto trigamma(const auto& x) {
  const auto z = select(x < 0, 1 - x, select(x < 1, 1 + x, x));
  const auto t = z - 1;
  const auto above = polynomial(t, 1.64493406684822643, 5.06301897176169707, 6.79409697954707533,
                                5.13202244317441958, 2.35686646951087861, 0.659755507631786399,
                                0.104708244943112909, 0.0073165645261148644);
  const auto below = polynomial(t, 1, 4.53947238893791837, 8.79095145118566026, 9.5290457095606079,
                                6.36106234951355993, 2.69516504913195478, 0.71271934408729023,
                                0.108366527195402019, 0.00731656452631618594);
  const auto y = 1 / z, y2 = y * y;
  const auto rest = polynomial(y2, 0.166666666666666667, -0.0333333333333333333,
                               0.0238095238095238095, -0.0333333333333333333, 0.0757575757575757576,
                               -0.253113553113553114, 1.16666666666666667, -7.09215686274509804);
  const auto right = select(z < 8, above / below, y + y2 * (0.5 + y * rest));
  const auto r = fraction(x);
  const auto s = 3.14159265358979324 / (r * sine_quotient(r * r));
  return select(x < 0, s * s - right, select(x < 1, right + 1 / (x * x), right));
}

// log|Γ(x + n) / Γ(x)|, for whole n the logarithm of x (x + 1) … (x + n - 1). From 8 on the large
// logarithms of Stirling's series cancel before they are added up, and cost no digits. Many n are 0
// where x is near 0: dark pixels.
inline auto log_rising(const auto& x, const auto& n) {
  const auto is_far = x >= 8 && x + n >= 8, is_still = n == 0;  // which no NaN is
  auto y = x - x;                                               // NaN where x is no number
  if (any(!(is_far || is_still))) y = select(is_still, y, log_gamma(x + n) - log_gamma(x));
  if (any(is_far)) {
    const auto from = select(is_far, x, like(x, 8)), by = select(is_far, n, like(x, 0));
    const auto to = from + by;
    const auto far = by * (log(from) - 1) + (to - 0.5) * log1p(by / from) + stirling_rest(to) -
                     stirling_rest(from);
    y = select(is_far, far, y);
  }
  return y;
}

// clang-format off

struct Lgamma        { auto operator()(const auto& x) const { return log_gamma(x); } };
struct LgammaSlope   { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const { return dy * digamma(x); } };
struct Digamma       { auto operator()(const auto& x) const { return digamma(x); } };
struct DigammaSlope  { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const { return dy * trigamma(x); } };
struct Trigamma      { auto operator()(const auto& x) const { return trigamma(x); } };
struct LogRising       { auto operator()(const auto& x, const auto& n) const { return log_rising(x, n); } };
struct LogRisingSlopeX { using reads = Reads<0, 1>; auto operator()(const auto& x, const auto& n, const auto& dy) const { return dy * (digamma(x + n) - digamma(x)); } };
struct LogRisingSlopeN { using reads = Reads<0, 1>; auto operator()(const auto& x, const auto& n, const auto& dy) const { return dy * digamma(x + n); } };

// clang-format on

}  // namespace ebb::kernels
