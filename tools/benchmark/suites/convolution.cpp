// The three products of a convolution, of the usual sizes, against oneDNN.
#include <cmath>
#include <tensor/makers.hpp>
#include <tensor/windows/products.hpp>
#include <tools/benchmark/peers/peer_process.hpp>
#include <tools/benchmark/suites/peak.hpp>

namespace ebb::tools::benchmark {
namespace {

// Batch, channels in and out, width, kernel, stride, padding.
constexpr ConvolutionShape sizes[] = {
    {128, 1, 32, 28, 4, 2, 1},  {128, 32, 64, 14, 4, 2, 1},  {128, 1, 16, 28, 5, 1, 2},
    {128, 64, 32, 7, 3, 1, 1},  {128, 32, 32, 14, 3, 1, 1},  {128, 64, 64, 7, 1, 1, 0},
    {128, 32, 1, 28, 3, 1, 1},  {32, 3, 32, 64, 3, 1, 1},    {32, 3, 64, 32, 5, 1, 2},
    {32, 16, 16, 32, 3, 1, 1},  {32, 16, 32, 64, 4, 2, 1},   {32, 64, 64, 28, 3, 1, 1},
    {32, 32, 64, 28, 5, 1, 2},  {32, 64, 128, 28, 4, 2, 1},  {32, 128, 64, 28, 1, 1, 0},
    {32, 64, 128, 14, 1, 1, 0}, {32, 128, 128, 14, 3, 1, 1}, {32, 128, 128, 7, 3, 1, 1},
};
constexpr const char* products[] = {"y = x * w", "dx", "dw"};

std::string name_of(const ConvolutionShape& s) {
  return fmt::format("b{} {}-{} {}x{} /{} on {} {}", s.batch, s.in, s.out, s.kernel, s.kernel,
                     s.stride, s.width, products[s.product]);
}

// Ebb's product of the same numbers.
struct Ours {
  explicit Ours(const ConvolutionShape& s) : shape(s) {
    const detail::WindowAxis axis = {s.width, s.across(), s.kernel, s.stride, 1, s.padding};
    c = {s.batch, 1, s.in, s.out, axis, axis};
    x = filled(c.x_shape(), seed_of_a), w = filled(c.w_shape(), seed_of_b);
    y = filled(c.y_shape(), seed_of_c);
  }
  static Tensor filled(const Shape& shape, std::uint32_t seed) {
    Tensor numbers = empty(shape);
    fill(numbers.writable_data<float>(), numbers.count(), seed);
    return numbers;
  }
  Tensor compute() const {
    return shape.product == 0   ? detail::convolve(x, w, nullptr, c)
           : shape.product == 1 ? detail::convolve_back(y, w, nullptr, c)
                                : detail::correlate(x, y, c);
  }
  ConvolutionShape shape;
  detail::Convolution c;
  Tensor x, w, y;
};

// A line of the table; the ratio where there is a peer.
void compare(Context& context, const ConvolutionShape& shape, std::optional<PeerProcess>& peer,
             Ratios& ratios) {
  const Ours ours(shape);
  std::vector<Way> ways = {way("Ebb", [&] { keep(ours.compute()); })};
  if (peer) {
    const Tensor result = ours.compute();
    const double sum = check_sum(result.data<float>(), 1, result.count()),
                 other = peer->prepare_convolution(shape);
    const auto terms = shape.flops() / static_cast<double>(result.count());
    const double bound = 3e-6 * std::sqrt(static_cast<double>(result.count())) * terms;
    if (!(std::abs(sum - other) <= bound))
      throw std::runtime_error(fmt::format("convolution: {}: {} computes {}, Ebb {}",
                                           name_of(shape), peer->name(), other, sum));
    ways.push_back(peer->way());
  }
  const Pinned pinned = pin_own_threads(context.threads);
  const std::vector<Timing> times = measure(ways, context.effort);
  const double flops = shape.flops() * 1e-9, speed = flops / times[0].minimum;
  std::vector<Cell> line = {name_of(shape), speed, flops / times[0].median,
                            speed / peak(context).gflops};
  if (peer) {
    ratios.add(times[1].minimum / times[0].minimum, name_of(shape));
    line.insert(line.end(),
                {flops / times[1].minimum, ratios.all.back(), times[1].median / times[0].median});
  }
  context.report.add(line);
}

}  // namespace

void run_convolution(Context& context) {
  const PeerProgram program = peer_programs(context.isa)[1];
  std::optional<PeerProcess> peer;
  if (program.built()) peer.emplace(program.path, context.isa, context.threads);
  Columns columns = {"product", "GFLOP/s:1", "(median):1", "of peak"};
  if (peer) columns.insert(columns.end(), {"oneDNN:1", "of oneDNN", "of oneDNN (median)"});
  peak(context);  // measured before the table begins
  context.report.begin_table("convolutions", columns);
  Ratios ratios;
  for (ConvolutionShape shape : sizes)
    for (; shape.product < 3; ++shape.product) {
      if (name_of(shape).find(context.options.only) == std::string::npos) continue;
      if (!context.options.quick || shape.flops() < 1e8) compare(context, shape, peer, ratios);
    }
  if (!ratios.all.empty())
    context.report.note("of oneDNN", ratios.mean(),
                        fmt::format("{:.3f} of oneDNN (geometric mean of {}), least {:.3f}: {}",
                                    ratios.mean(), ratios.all.size(), ratios.least, ratios.worst));
}

}  // namespace ebb::tools::benchmark
