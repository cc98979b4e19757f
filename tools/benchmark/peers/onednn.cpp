// oneDNN has two ways to multiply matrices, sgemm and the matmul primitive, and two to convolve, in
// given layouts and in its own. Which is quicker depends on the shape, so both are tried when a
// shape is new.
#include <dnnl.h>

#include <algorithm>
#include <dnnl.hpp>
#include <tools/benchmark/peers/peer.hpp>
#include <tools/common/clock.hpp>
#include <unordered_map>
#include <vector>

namespace ebb::tools::benchmark {
namespace {

using Memory = dnnl::memory;
using Arguments = std::unordered_map<int, Memory>;
using Steps = std::vector<std::pair<dnnl::primitive, Arguments>>;

dnnl::engine engine(dnnl::engine::kind::cpu, 0);
dnnl::stream stream(engine);

std::function<void()> doing(const Steps& steps) {
  return [steps] {
    for (const auto& [step, arguments] : steps) step.execute(stream, arguments);
    stream.wait();
  };
}

// Seconds of a call, the best of a few that take some milliseconds together.
double seconds_of(const std::function<void()>& call) {
  const double begin = seconds_now();
  double best = 1e9;
  for (int i = 0; i < 3 || (i < 1000 && seconds_now() - begin < 0.005); ++i) {
    const double start = seconds_now();
    call();
    best = std::min(best, seconds_now() - start);
  }
  return best;
}

std::function<void()> quicker(const std::function<void()>& one,
                              const std::function<void()>& other) {
  return seconds_of(one) < seconds_of(other) ? one : other;
}

Steps matmul(const ProductShape& shape, float* a, float* b, float* c) {
  const auto matrix = [](std::int64_t rows, std::int64_t columns, bool transposed) {
    return Memory::desc({rows, columns}, Memory::data_type::f32,
                        transposed ? Memory::format_tag::ba : Memory::format_tag::ab);
  };
  const Memory of_a(matrix(shape.m, shape.k, shape.a_transposed), engine, a),
      of_b(matrix(shape.k, shape.n, shape.b_transposed), engine, b),
      of_c(matrix(shape.m, shape.n, false), engine, c);
  const dnnl::matmul::primitive_desc description(
      {of_a.get_desc(), of_b.get_desc(), of_c.get_desc()}, engine);
  return {{dnnl::matmul(description),
           {{DNNL_ARG_SRC, of_a}, {DNNL_ARG_WEIGHTS, of_b}, {DNNL_ARG_DST, of_c}}}};
}

// A product of three arrays, whose names are its arguments: steps into the layouts that it wants,
// itself, and the step back of array number `result`.
template <class Product>
Steps with_reorders(const typename Product::primitive_desc& description,
                    const std::array<Memory, 3>& arrays, const std::array<int, 3>& names,
                    std::size_t result) {
  Steps before, after;
  Arguments all;
  for (std::size_t i = 0; i < 3; ++i) {
    const Memory::desc wanted = description.query_md(dnnl::query::exec_arg_md, names[i]);
    const Memory& given = arrays[i];
    const bool same = given.get_desc() == wanted;
    const Memory own = all[names[i]] = same ? given : Memory(wanted, engine);
    if (same) continue;
    const Memory &from = i == result ? own : given, &to = i == result ? given : own;
    (i == result ? after : before)
        .push_back({dnnl::reorder(from, to), {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}}});
  }
  before.push_back({Product(description), all});
  before.insert(before.end(), after.begin(), after.end());
  return before;
}

// One of the products of a convolution, in the layouts that oneDNN chooses, or in the given ones.
Steps convolution(const ConvolutionShape& s, float* const (&from)[3], bool chosen) {
  using Tag = Memory::format_tag;
  const Memory::dims shapes[] = {{s.batch, s.in, s.width, s.width},
                                 {s.out, s.in, s.kernel, s.kernel},
                                 {s.batch, s.out, s.across(), s.across()}};
  const Memory::dims stride(2, s.stride), padding(2, s.padding);
  const auto layout = [&](std::size_t i, bool any) {
    return Memory::desc(shapes[i], Memory::data_type::f32, any ? Tag::any : Tag::abcd);
  };
  const auto array = [&](std::size_t i) { return Memory(layout(i, false), engine, from[i]); };
  const std::array<Memory, 3> arrays = {array(0), array(1), array(2)};
  const Memory::desc x = layout(0, chosen), w = layout(1, chosen || s.product < 2),
                     y = layout(2, chosen);
  constexpr auto direct = dnnl::algorithm::convolution_direct;
  using Forward = dnnl::convolution_forward;
  using Back = dnnl::convolution_backward_data;
  using Weight = dnnl::convolution_backward_weights;
  const Forward::primitive_desc forward(
      {dnnl::prop_kind::forward_training, direct, x, w, y, stride, padding, padding}, engine);
  if (s.product == 0)
    return with_reorders<Forward>(forward, arrays, {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST},
                                  2);
  if (s.product == 1)
    return with_reorders<Back>({{direct, x, w, y, stride, padding, padding}, engine, forward},
                               arrays, {DNNL_ARG_DIFF_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_DST}, 0);
  return with_reorders<Weight>({{direct, x, w, y, stride, padding, padding}, engine, forward},
                               arrays, {DNNL_ARG_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_DST}, 1);
}

}  // namespace

const char* peer_name() { return "oneDNN"; }

std::function<void()> peer_prepare(const ProductShape& shape, float* a, float* b, float* c) {
  const auto sgemm = [=] {
    dnnl_sgemm(shape.a_transposed ? 'T' : 'N', shape.b_transposed ? 'T' : 'N', shape.m, shape.n,
               shape.k, 1, a, shape.a_transposed ? shape.m : shape.k, b,
               shape.b_transposed ? shape.k : shape.n, 0, c, shape.n);
  };
  return quicker(sgemm, doing(matmul(shape, a, b, c)));
}

std::function<void()> peer_prepare(const ConvolutionShape& shape, float* x, float* w, float* y) {
  return quicker(doing(convolution(shape, {x, w, y}, false)),
                 doing(convolution(shape, {x, w, y}, true)));
}

}  // namespace ebb::tools::benchmark
