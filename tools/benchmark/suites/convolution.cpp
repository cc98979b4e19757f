// The three products of a convolution, of the usual sizes, against oneDNN.
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
constexpr const char* product_names[] = {"y = x * w", "dx", "dw"};

std::string name_of(const ConvolutionShape& s) {
  return fmt::format("b{} {}-{} {}x{} /{} on {} {}", s.batch, s.in, s.out, s.kernel, s.kernel,
                     s.stride, s.width, product_names[s.product]);
}

// Ebb's product of the same numbers.
std::function<Tensor()> our_product(const ConvolutionShape& s) {
  const detail::WindowAxis axis = {s.width, s.across(), s.kernel, s.stride, 1, s.padding};
  const detail::Convolution c = {s.batch, 1, s.in, s.out, axis, axis};
  const Tensor x = numbers(c.x_shape(), seeds[0]), w = numbers(c.w_shape(), seeds[1]),
               y = numbers(c.y_shape(), seeds[2]);
  if (s.product == 0) return [=] { return detail::convolve(x, w, nullptr, c); };
  if (s.product == 1) return [=] { return detail::convolve_back(y, w, nullptr, c); };
  return [=] { return detail::correlate(x, y, c); };
}

// A line of the table; the ratio where there is a peer.
void compare(Context& context, const ConvolutionShape& shape, std::optional<PeerProcess>& peer,
             Ratios& ratios) {
  const auto product = our_product(shape);
  std::vector<Way> ways = {way("Ebb", [&] { keep(product()); })};
  if (peer) {
    peer->compare("convolution: " + name_of(shape), shape, product().data<float>());
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
