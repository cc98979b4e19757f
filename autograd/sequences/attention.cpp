#include <autograd/elementwise.hpp>
#include <autograd/matmul.hpp>
#include <autograd/reduce.hpp>
#include <autograd/sequences/attention.hpp>
#include <limits>

namespace ebb {
namespace {

// The definition. Where all is hidden the scores are replaced before and behind softmax, so that
// derivatives meet no NaN.
Variable plain(const Variable& q, const Variable& k, const Variable& v,
               const detail::Attention& of) {
  const Tensor bias = whole_bias(of);
  const Tensor hidden = logsumexp(bias, -1, true) == -std::numeric_limits<double>::infinity();
  const Variable scores = matmul(q, transpose(k)) * of.scale + bias;
  const Variable weights = where(hidden, 0, softmax(where(hidden, 0, scores)));
  if (of.dropout == 0) return matmul(weights, v);
  Random noise = of.noise;
  const Tensor stays = rand(weights.shape(), noise, weights.dtype()) >= of.dropout;
  return matmul(where(stays, weights / (1 - of.dropout), 0), v);
}

Variable under(const Variable& x, const Shape& shape) {
  return x.shape() == shape ? x : expand(x, shape);
}

}  // namespace

Variable scaled_dot_product_attention(const Variable& q, const Variable& k, const Variable& v,
                                      const AttentionOptions& options) {
  const detail::Attention of = detail::attention(q.value(), k.value(), v.value(), options);
  const Variable a = under(q, of.q.shape()), b = under(k, of.k.shape()), c = under(v, of.v.shape());
  const auto rule = [of, a = saved(a), b = saved(b), c = saved(c)](const Variable& dy,
                                                                   const Wanted& wanted) {
    const Variable x[] = {a, b, c};
    const auto definition = [&of](const auto&... operands) { return plain(operands..., of); };
    if (recording()) return gradients_of(definition, x, dy, wanted);
    std::vector<Tensor> dx = detail::attend_back(of, dy.value(), wanted);
    return std::vector<Variable>(std::make_move_iterator(dx.begin()),
                                 std::make_move_iterator(dx.end()));
  };
  const Input mask = options.mask ? Input(*options.mask) : Input(0);
  return record({"scaled_dot_product_attention", {{"causal", of.causal}, {"scale", of.scale}, {"dropout", of.dropout}}},
                detail::attend(of), Wrt{{a, b, c}, rule}, Constant{mask});
}

}  // namespace ebb
