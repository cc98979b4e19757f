// oneDNN has two ways to multiply matrices, sgemm and the matmul primitive. Which is quicker
// depends on the shape, so both are tried when a shape is new.
#include <dnnl.h>

#include <algorithm>
#include <dnnl.hpp>
#include <optional>
#include <tools/benchmark/peers/peer.hpp>
#include <tools/common/clock.hpp>

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

void peer_multiply(const ProductShape& shape, const float* a, const float* b, float* c) {
  if (primitive->quicker)
    primitive->multiply();
  else
    sgemm(shape, a, b, c);
}

}  // namespace ebb::tools::benchmark
