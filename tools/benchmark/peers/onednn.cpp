// oneDNN has two ways to multiply matrices, sgemm and the matmul primitive, and two to convolve, in
// given layouts and in its own. Which is quicker depends on the shape, so both are tried when a
// shape is new.
#include <dnnl.h>

#include <algorithm>
#include <dnnl.hpp>
#include <optional>
#include <tools/benchmark/peers/peer.hpp>
#include <tools/common/clock.hpp>
#include <unordered_map>
#include <vector>

namespace ebb::tools::benchmark {
namespace {

using Memory = dnnl::memory;

void sgemm(const ProductShape& shape, const float* a, const float* b, float* c) {
  dnnl_sgemm(shape.a_transposed ? 'T' : 'N', shape.b_transposed ? 'T' : 'N', shape.m, shape.n,
             shape.k, 1, a, shape.a_transposed ? shape.m : shape.k, b,
             shape.b_transposed ? shape.k : shape.n, 0, c, shape.n);
}

// Seconds of a call, the best of a few that take some milliseconds together.
template <class Call>
double seconds_of(Call call) {
  const double begin = seconds_now();
  double best = 1e9;
  for (int i = 0; i < 3 || (i < 1000 && seconds_now() - begin < 0.005); ++i) {
    const double start = seconds_now();
    call();
    best = std::min(best, seconds_now() - start);
  }
  return best;
}

struct Primitive {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  dnnl::matmul matmul;
  Memory a, b, c;
  bool quicker;

  Primitive(const ProductShape& shape, const float* from_a, const float* from_b, float* to_c) {
    const auto matrix = [](std::int64_t rows, std::int64_t columns, bool transposed) {
      return Memory::desc({rows, columns}, Memory::data_type::f32,
                          transposed ? Memory::format_tag::ba : Memory::format_tag::ab);
    };
    const Memory::desc of_a = matrix(shape.m, shape.k, shape.a_transposed),
                       of_b = matrix(shape.k, shape.n, shape.b_transposed),
                       of_c = matrix(shape.m, shape.n, false);
    matmul =
        dnnl::matmul(dnnl::matmul::primitive_desc(dnnl::matmul::desc(of_a, of_b, of_c), engine));
    a = Memory(of_a, engine, const_cast<float*>(from_a));
    b = Memory(of_b, engine, const_cast<float*>(from_b));
    c = Memory(of_c, engine, to_c);
    const double of_sgemm = seconds_of([&] { sgemm(shape, from_a, from_b, to_c); });
    quicker = seconds_of([&] { multiply(); }) < of_sgemm;
  }

  void multiply() {
    matmul.execute(stream, {{DNNL_ARG_SRC, a}, {DNNL_ARG_WEIGHTS, b}, {DNNL_ARG_DST, c}});
    stream.wait();
  }
};

std::optional<Primitive> primitive;  // for the shape of now

// One of the products of a convolution, in the layouts that oneDNN chooses, with what it takes to
// get there and back, or in the given ones.
struct Convolving {
  using Arguments = std::unordered_map<int, Memory>;
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  std::vector<std::pair<dnnl::primitive, Arguments>> steps;

  Convolving(const ConvolutionShape& s, float* const (&arrays)[3], bool chosen) {
    using Tag = Memory::format_tag;
    const Memory::dims shapes[] = {{s.batch, s.in, s.width, s.width},
                                   {s.out, s.in, s.kernel, s.kernel},
                                   {s.batch, s.out, s.across(), s.across()}};
    const Memory::dims stride(2, s.stride), padding(2, s.padding);
    const auto layout = [&](int i, bool any) {
      return Memory::desc(shapes[i], Memory::data_type::f32, any ? Tag::any : Tag::abcd);
    };
    const bool w_chosen = chosen || s.product < 2;
    const Memory::desc x = layout(0, chosen), w = layout(1, w_chosen), y = layout(2, chosen);
    constexpr auto direct = dnnl::algorithm::convolution_direct;
    using Forward = dnnl::convolution_forward;
    using Back = dnnl::convolution_backward_data;
    using Weight = dnnl::convolution_backward_weights;
    const Forward::primitive_desc forward(
        {dnnl::prop_kind::forward_training, direct, x, w, y, stride, padding, padding}, engine);
    Memory given[3];
    for (int i = 0; i < 3; ++i) given[i] = Memory(layout(i, false), engine, arrays[i]);
    if (s.product == 0) {
      add(Forward(forward), given, 2,
          {forward.src_desc(), forward.weights_desc(), forward.dst_desc()},
          {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST});
    } else if (s.product == 1) {
      const Back::primitive_desc d({direct, x, w, y, stride, padding, padding}, engine, forward);
      add(Back(d), given, 0, {d.diff_src_desc(), d.weights_desc(), d.diff_dst_desc()},
          {DNNL_ARG_DIFF_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_DST});
    } else {
      const Weight::primitive_desc d({direct, x, w, y, stride, padding, padding}, engine, forward);
      add(Weight(d), given, 1, {d.src_desc(), d.diff_weights_desc(), d.diff_dst_desc()},
          {DNNL_ARG_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_DST});
    }
  }

  // The product, and before and behind it what brings its operands and its result into the wanted
  // layouts and out of them.
  void add(const dnnl::primitive& product, const Memory (&given)[3], int result,
           const Memory::desc (&wanted)[3], const int (&names)[3]) {
    Arguments all;
    std::vector<std::pair<dnnl::primitive, Arguments>> after;
    for (int i = 0; i < 3; ++i) {
      const bool same = given[i].get_desc() == wanted[i];
      const Memory own = all[names[i]] = same ? given[i] : Memory(wanted[i], engine);
      if (same) continue;
      const Memory &from = i == result ? own : given[i], &to = i == result ? given[i] : own;
      (i == result ? after : steps)
          .push_back({dnnl::reorder(from, to), {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}}});
    }
    steps.push_back({product, all});
    steps.insert(steps.end(), after.begin(), after.end());
  }

  void run() {
    for (auto& [step, arguments] : steps) step.execute(stream, arguments);
    stream.wait();
  }
};

std::optional<Convolving> convolving;  // the quicker way for the shape of now

}  // namespace

const char* peer_name() { return "oneDNN"; }

std::map<std::string, std::string> peer_environment(const std::string& isa, int threads) {
  return {{"DNNL_MAX_CPU_ISA", isa == "avx512" ? "AVX512_CORE"
                               : isa == "avx2" ? "AVX2"
                                               : "SSE41"},
          {"OMP_NUM_THREADS", std::to_string(threads)}};
}

void peer_prepare(const ProductShape& shape, const float* a, const float* b, float* c) {
  primitive.reset();
  primitive.emplace(shape, a, b, c);
}

void peer_prepare(const ConvolutionShape& shape, float* x, float* w, float* y) {
  Convolving chosen(shape, {x, w, y}, true), given(shape, {x, w, y}, false);
  const bool quicker = seconds_of([&] { given.run(); }) < seconds_of([&] { chosen.run(); });
  convolving.emplace(std::move(quicker ? given : chosen));
}

void peer_convolve() { convolving->run(); }

void peer_multiply(const ProductShape& shape, const float* a, const float* b, float* c) {
  if (primitive->quicker)
    primitive->multiply();
  else
    sgemm(shape, a, b, c);
}

}  // namespace ebb::tools::benchmark
