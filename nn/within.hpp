// Computing inside a module: what goes wrong there names the module.
#pragma once

#include <autograd/scopes.hpp>
#include <nn/module.hpp>

namespace ebb::nn {

// Returns f(). Shapes that do not fit get "; in encoder.hidden" added to their message, and anomaly
// mode knows where an operation was recorded.
//     return within(*this, [&] { return linear(x, weight, bias); });
template <class F>
auto within(const Module& module, const F& f) {
  const ModuleScope scope(module.path());
  try {
    return f();
  } catch (const ShapeError& error) {
    if (module.path().empty()) throw;
    throw ShapeError(text(error.what(), "; in ", module.path()));
  }
}

}  // namespace ebb::nn
