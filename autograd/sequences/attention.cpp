#include <autograd/elementwise.hpp>
#include <autograd/matmul.hpp>
#include <autograd/reduce.hpp>
#include <autograd/sequences/attention.hpp>
#include <limits>

namespace ebb {
namespace {

constexpr double nothing = -std::numeric_limits<double>::infinity();

// The definition. Where all is hidden the scores are replaced before and behind softmax, so that
// derivatives meet no NaN.
Variable plain(const Variable& q, const Variable& k, const Variable& v, const Variable& mask,
               const detail::Attention& of) {
  const Tensor bias = whole_bias(of);
  const Tensor hidden = logsumexp(bias, -1, true) == nothing;
  const bool learns = mask.value().storage() != nullptr;
  const Variable added = learns ? where(bias == nothing, nothing, mask) : Variable(bias);
  const Variable scores = matmul(q, transpose(k)) * of.scale + added;
  const Variable weights = where(hidden, 0, softmax(where(hidden, 0, scores)));
  if (of.dropout == 0) return matmul(weights, v);
  Random noise = of.noise;
  const Tensor stays = rand(weights.shape(), noise, weights.dtype()) >= of.dropout;
  return matmul(where(stays, weights / (1 - of.dropout), 0), v);
}

Variable under(const Variable& x, const Shape& shape) {
  return x.shape() == shape ? x : expand(x, shape);
}

// `mask` is without a value where it has no gradient.
Variable attend(const Variable& q, const Variable& k, const Variable& v, const Variable& mask,
                const AttentionOptions& options) {
  const detail::Attention of = detail::attention(q.value(), k.value(), v.value(), options);
  const Variable a = under(q, of.q.shape()), b = under(k, of.k.shape()), c = under(v, of.v.shape());
  const auto rule = [of, a = saved(a), b = saved(b), c = saved(c), d = saved(mask)](
                        const Variable& dy, const Wanted& wanted) {
    const Variable x[] = {a, b, c, d};
    const auto definition = [&of](const auto&... operands) { return plain(operands..., of); };
    if (recording()) return gradients_of(definition, x, dy, wanted);
    std::vector<Tensor> dx = detail::attend_back(of, dy.value(), wanted);
    std::vector<Variable> found(std::make_move_iterator(dx.begin()),
                                std::make_move_iterator(dx.end()));
    const Wanted last = {false, false, false, true};
    found.push_back(wanted[3] ? gradients_of(definition, x, dy, last)[3] : Variable());
    return found;
  };
  const bool constant = options.mask && !mask.wants_gradient();
  const Input shown = constant ? Input(*options.mask) : Input(0);
  return record({"scaled_dot_product_attention",
                 {{"causal", of.causal}, {"scale", of.scale}, {"dropout", of.dropout}}},
                detail::attend(of), Wrt{{a, b, c, mask}, rule}, Constant{shown});
}

}  // namespace

Variable scaled_dot_product_attention(const Variable& q, const Variable& k, const Variable& v,
                                      const AttentionOptions& options) {
  return attend(q, k, v, {}, options);
}

Variable scaled_dot_product_attention(const Variable& q, const Variable& k, const Variable& v,
                                      const Variable& mask, const AttentionOptions& options) {
  if (options.mask)
    throw Error(text("scaled_dot_product_attention: a mask ", mask.shape(), " and one ",
                     options.mask->shape(), " in the options; try their sum"));
  AttentionOptions with_mask = options;
  with_mask.mask = mask.value();
  return attend(q, k, v, mask.wants_gradient() ? mask : Variable(), with_mask);
}

}  // namespace ebb
