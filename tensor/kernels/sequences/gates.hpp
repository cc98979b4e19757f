// What one step of a recurrent layer does to one unit, and the same on the way back, as formulas:
// read on SIMD vectors each is one fused loop (gates.cpp), read on double it is the reference of
// the tests, and a step read on Variables is differentiable to any order.
//
// The first arguments are results. x… came from the input and h… from the last state, each through
// its weights and with its bias.
#pragma once

#include <tensor/kernels/activations.hpp>
#include <tensor/kernels/formula_names.hpp>

namespace ebb::kernels {

// Cho et al., EMNLP 2014, with the product before the reset, as cuDNN and PyTorch have it:
// r = σ(xr + hr);  z = σ(xz + hz);  n = tanh(xn + r hn);  h' = (1 - z) n + z h. m is hn, kept with
// the gates for the way back.
struct GruStep {
  static constexpr int outputs = 5, inputs = 7;
  void operator()(auto& next, auto& r, auto& z, auto& n, auto& m, const auto& xr, const auto& xz,
                  const auto& xn, const auto& hr, const auto& hz, const auto& hn,
                  const auto& h) const {
    r = logistic(xr + hr);
    z = logistic(xz + hz);
    n = tanh(xn + r * hn);
    m = hn;
    next = n + z * (h - n);
  }
};

// The gradient of h' is dy + carried + later: what arrives from outside, what came past the gates
// of the step behind and what came through them. `carry` goes past the gates of this one. The
// gates' gradients are those of x… and of h…, which are the same but for n's.
struct GruStepBack {
  static constexpr int outputs = 7, inputs = 8;
  void operator()(auto& carry, auto& xr, auto& xz, auto& xn, auto& hr, auto& hz, auto& hn,
                  const auto& dy, const auto& carried, const auto& later, const auto& r,
                  const auto& z, const auto& n, const auto& m, const auto& h) const {
    const auto dh = dy + carried + later;
    carry = dh * z;
    xn = dh * (1 - z) * (1 - n * n);
    xz = dh * (h - n) * (z * (1 - z));
    xr = xn * m * (r * (1 - r));
    hn = xn * r;
    hz = xz;
    hr = xr;
  }
};

// Hochreiter and Schmidhuber, Neural Computation 1997, with forget gates (Gers et al., 2000):
// i = σ(xi + hi);  f = σ(xf + hf);  g = tanh(xg + hg);  o = σ(xo + ho);  c' = f c + i g;
// h' = o tanh(c').
struct LstmStep {
  static constexpr int outputs = 6, inputs = 9;
  void operator()(auto& next, auto& cell, auto& i, auto& f, auto& g, auto& o, const auto& xi,
                  const auto& xf, const auto& xg, const auto& xo, const auto& hi, const auto& hf,
                  const auto& hg, const auto& ho, const auto& c) const {
    i = logistic(xi + hi);
    f = logistic(xf + hf);
    g = tanh(xg + hg);
    o = logistic(xo + ho);
    cell = f * c + i * g;
    next = o * tanh(cell);
  }
};

// As GruStepBack. Nothing of h' goes past the gates; of c' it is `carry`. `c` came into the step
// and `cell` left it.
struct LstmStepBack {
  static constexpr int outputs = 6, inputs = 11;
  void operator()(auto& past, auto& carry, auto& di, auto& df, auto& dg, auto& do_, const auto& dy,
                  const auto& passed, const auto& dcell, const auto& carried, const auto& later,
                  const auto& i, const auto& f, const auto& g, const auto& o, const auto& c,
                  const auto& cell) const {
    const auto dh = dy + passed + later, t = tanh(cell);
    const auto dc = dcell + carried + dh * o * (1 - t * t);
    past = like(dh, 0);
    carry = dc * f;
    di = dc * g * (i * (1 - i));
    df = dc * c * (f * (1 - f));
    dg = dc * i * (1 - g * g);
    do_ = dh * t * (o * (1 - o));
  }
};

}  // namespace ebb::kernels
