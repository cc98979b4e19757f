#include <autograd/joint.hpp>
#include <autograd/labels.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>

namespace ebb {

Variable log_softmax_at(const Variable& x, const Tensor& labels) {
  const auto plain = [labels](const Variable& logits) {
    return squeeze(gather(log_softmax(logits, -1), -1, unsqueeze(labels, -1)), -1);
  };
  const LabelTerms terms = log_softmax_at(x.value(), labels);
  const auto rule = [plain, labels, terms, x = saved(x)](const Variable& dy) -> Variable {
    const Variable& logits = x;
    if (recording()) return gradients_of(plain, {logits}, dy)[0];
    return log_softmax_at_back(logits.value(), labels, terms, dy.value());
  };
  return record("log_softmax_at", terms.y, Wrt{x, rule}, Constant{labels});
}

}  // namespace ebb
