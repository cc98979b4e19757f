// What each optimizer does to one weight, as a formula: w is the weight, g its gradient, the others
// are what the optimizer remembers of it, 0 at the beginning unless it says otherwise.
//
// As the formulas beside this file they are generic over what they compute with: read on a SIMD
// vector each is one fused pass over the weights (update.cpp), read on double it is a plain step.
// Their constants are numbers of the whole step; what depends on its number alone is computed by
// the caller.
//
// must_fit(states…), where there is one, has to be at most the largest number of the dtype: what
// would overflow, or is NaN, is refused, because it would not show in the weight. The step may know
// a slower way for such weights, `large`.
#pragma once

#include <tensor/kernels/formulas.hpp>

namespace ebb::kernels {

// w ← w - rate (g + decay w)
struct SGD {
  static constexpr int states = 0;
  double rate, decay;
  void operator()(auto& w, const auto& g) const { w = w - rate * (g + decay * w); }
};

// v ← momentum v + (g + decay w);  w ← w - rate v
struct MomentumSGD {
  static constexpr int states = 1;
  double rate, momentum, decay;
  void operator()(auto& w, const auto& g, auto& v) const {
    v = momentum * v + (g + decay * w);
    w = w - rate * v;
  }
};

// It looks ahead: to where the momentum v leads next (Sutskever et al., 2013).
struct NesterovSGD {
  static constexpr int states = 1;
  double rate, momentum, decay;
  void operator()(auto& w, const auto& g, auto& v) const {
    const auto slope = g + decay * w;
    v = momentum * v + slope;
    w = w - rate * (slope + momentum * v);
  }
};

// m ← b1 m + (1 - b1) g;  s ← b2 s + (1 - b2) g²;  w ← w - rate m / (sqrt(correction s) + epsilon),
// where rate is learning_rate / (1 - b1^t) and correction 1 / (1 - b2^t) in step t = 1, 2, ….
struct Moments {
  static constexpr int states = 2;
  double rate, beta1, beta2, correction, epsilon;

  void move(auto& w, const auto& g, auto& m, auto& s) const {
    m = beta1 * m + (1 - beta1) * g;
    s = beta2 * s + (1 - beta2) * (g * g);
    w = w - rate * m / (sqrt(s * correction) + epsilon);
  }
  auto must_fit(const auto&, const auto& s) const { return s * correction; }
  // Where g² overflows, (1 - b2) g² is the square of sqrt(1 - b2) g, and the root of correction s a
  // product of two roots.
  void move_far(auto& w, const auto& g, auto& m, auto& s) const {
    m = beta1 * m + (1 - beta1) * g;
    const auto part = sqrt(like(g, 1 - beta2)) * g;
    s = beta2 * s + part * part;
    w = w - rate * m / (sqrt(s) * sqrt(like(s, correction)) + epsilon);
  }
};

// The decay is a part of the gradient.
struct Adam : Moments {
  double decay;
  void operator()(auto& w, const auto& g, auto& m, auto& s) const { move(w, g + decay * w, m, s); }
  void large(auto& w, const auto& g, auto& m, auto& s) const { move_far(w, g + decay * w, m, s); }
};

// The weight decays by itself: keep = 1 - learning_rate weight_decay.
struct AdamW : Moments {
  double keep;
  void operator()(auto& w, const auto& g, auto& m, auto& s) const {
    w = keep * w;
    move(w, g, m, s);
  }
  void large(auto& w, const auto& g, auto& m, auto& s) const {
    w = keep * w;
    move_far(w, g, m, s);
  }
};

// s ← alpha s + (1 - alpha) g²;  w ← w - rate g / (sqrt(s) + epsilon), with g + decay w for g.
// Centered, it subtracts the square of the mean gradient from s; with momentum,
// v ← momentum v + g / (…) and w ← w - rate v. It remembers s, the mean, v, as far as it has them.
template <bool centered, bool heavy>
struct RMSprop {
  static constexpr int states = 1 + centered + heavy;
  double rate, alpha, epsilon, momentum, decay;

  void operator()(auto& w, const auto& g, auto& s, auto&... more) const {
    const auto slope = g + decay * w;
    s = alpha * s + (1 - alpha) * (slope * slope);
    const auto move = slope / (sqrt(variance(slope, s, more...)) + epsilon);
    w = w - rate * with_momentum(move, more...);
  }
  auto must_fit(const auto& s, const auto&...) const { return s; }

 private:
  auto variance(const auto&, const auto& s, auto&...) const requires(!centered) { return s; }
  // Rounding could take the difference below 0.
  auto variance(const auto& slope, const auto& s, auto& mean, auto&...) const requires centered {
    mean = mean + (1 - alpha) * (slope - mean);
    return max(s - mean * mean, like(s, 0));
  }
  auto with_momentum(const auto& move, auto&...) const requires(!heavy) { return move; }
  auto with_momentum(const auto& move, auto& v) const requires heavy {
    v = momentum * v + move;
    return v;
  }
  auto with_momentum(const auto& move, auto&, auto& v) const requires heavy {
    return with_momentum(move, v);
  }
};

// s ← s + g²;  w ← w - rate g / (sqrt(s) + epsilon), with g + decay w for g.
struct Adagrad {
  static constexpr int states = 1;
  double rate, epsilon, decay;
  void operator()(auto& w, const auto& g, auto& s) const {
    const auto slope = g + decay * w;
    s = s + slope * slope;
    w = w - rate * slope / (sqrt(s) + epsilon);
  }
  auto must_fit(const auto& s) const { return s; }
};

// w ← keep w - rate sign(b1 m + (1 - b1) g);  m ← b2 m + (1 - b2) g, where
// keep = 1 - rate weight_decay.
struct Lion {
  static constexpr int states = 1;
  double rate, beta1, beta2, keep;
  void operator()(auto& w, const auto& g, auto& m) const {
    const auto pull = beta1 * m + (1 - beta1) * g;
    w = keep * w - select(pull == 0, like(g, 0), copysign(like(g, rate), pull));
    m = beta2 * m + (1 - beta2) * g;
  }
  auto must_fit(const auto& m) const { return abs(m); }
};

// An exponential moving average: a ← a + rest (x - a). What does not change stays exactly.
struct MovingAverage {
  static constexpr int states = 0;
  double rest;
  void operator()(auto& a, const auto& x) const { a = a + rest * (x - a); }
};

// Every step has a compiled loop, in this order.
using AllSteps =
    List<Adagrad, Adam, AdamW, Lion, MovingAverage, MomentumSGD, NesterovSGD, RMSprop<false, false>,
         RMSprop<false, true>, RMSprop<true, false>, RMSprop<true, true>, SGD>;

}  // namespace ebb::kernels
