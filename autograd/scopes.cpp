#include <autograd/gradients.hpp>
#include <autograd/scopes.hpp>

namespace ebb {

bool recording() { return detail::scopes.records; }
NoGrad::NoGrad(bool active) : before_(recording()) { detail::scopes.records = before_ && !active; }
NoGrad::~NoGrad() { detail::scopes.records = before_; }

}  // namespace ebb
