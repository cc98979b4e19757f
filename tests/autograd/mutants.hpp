// Derivatives that are wrong on purpose, each beside its correct twin: what the checker must find.
#pragma once

#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <string>
#include <tensor/reduce.hpp>
#include <vector>

struct Mutant {
  std::string name;
  ebb::Function right, wrong;
  std::vector<ebb::Tensor> at;
  int order = 1;      // the lowest in which it shows; the twin passes this one and the next
  bool kink = false;  // a point without a second derivative: the twin passes the first alone
};

using V = const ebb::Variable&;
using T = const ebb::Tensor&;
using OneInput = ebb::Tensor (*)(T x);
using TwoInputs = ebb::Tensor (*)(T a, T b);
using Rule1 = ebb::Variable (*)(V x, V y, V dy);
using Rule2 = ebb::Variable (*)(V a, V b, V y, V dy);

// An operation as a user would record it.
inline ebb::Function recorded(OneInput value, Rule1 rule) {
  return [=](std::span<const ebb::Variable> in) {
    const ebb::Variable& x = in[0];
    return record("mutant", value(x.value()),
                  ebb::Wrt{x, [rule, x = saved(x)](V y, V dy) { return rule(x, y, dy); }});
  };
}

inline ebb::Function recorded(TwoInputs value, Rule2 rule_a, Rule2 rule_b) {
  return [=](std::span<const ebb::Variable> in) {
    const ebb::Variable &a = in[0], &b = in[1];
    return record("mutant", value(a.value(), b.value()),
                  ebb::Wrt{a, [rule_a, a = saved(a), b = saved(b)](
                                  V y, V dy) { return rule_a(a, b, y, dy); }},
                  ebb::Wrt{b, [rule_b, a = saved(a), b = saved(b)](V y, V dy) {
                             return rule_b(a, b, y, dy);
                           }});
  };
}

// The same number without a graph: what makes second derivatives silently wrong.
inline ebb::Variable constant(V x) { return x.value(); }

std::vector<Mutant> elementwise_mutants();
std::vector<Mutant> array_mutants();
