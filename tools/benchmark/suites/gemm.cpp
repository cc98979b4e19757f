// Matrix products of the shapes that training asks for, and squares, against the machine's peak,
// the naive loop, and the other libraries that were built.
#include <cmath>
#include <deque>
#include <tensor/makers.hpp>
#include <tensor/matmul/tasks.hpp>
#include <tensor/shape.hpp>
#include <tools/benchmark/peers/peer_process.hpp>
#include <tools/benchmark/suites/gemm.hpp>
#include <tools/benchmark/suites/peak.hpp>

namespace ebb::tools::benchmark {
namespace {

// The forward product of a layer with W [out, in], and the two of its backward pass.
void add_layer(std::vector<Product>& list, std::int64_t batch, std::int64_t in, std::int64_t out) {
  const std::string layer = fmt::format("b{} {}-{}", batch, in, out);
  const std::string group = fmt::format("batch {}", batch);
  const bool wide = batch == 128 && in == 784 && (out == 256 || out == 512);
  list.push_back({layer + " y = x W'", group, {batch, out, in, false, true}, wide});
  list.push_back({layer + " dx = dy W", group, {batch, in, out, false, false}, wide});
  list.push_back({layer + " dW = dy' x", group, {out, in, batch, true, false}, wide});
}

// The naive loop takes as long for each row: a few of them tell its speed.
ProductShape few_rows(ProductShape shape) {
  const double rows = 4e6 / (shape.flops() / static_cast<double>(shape.m));
  shape.m = std::clamp<std::int64_t>(static_cast<std::int64_t>(rows), 1, shape.m);
  return shape;
}

// Ebb, the naive loop and the libraries in turn.
void compare(const Context& context, const Product& product, std::deque<PeerProcess>& peers,
             const Effort& effort, Turns& turns) {
  const ProductShape& s = product.shape;
  const Tensor a = numbers({s.m * s.k}, seeds[0]), b = numbers({s.k * s.n}, seeds[1]);
  Tensor result = empty({s.m * s.n});
  float* const c = result.writable_data<float>();
  std::vector<Way> ways = {way("Ebb", [&, of_a = a.data<float>(), of_b = b.data<float>()] {
    matmul_blocks(DType::float32, s.m, s.n, s.k, {of_a, s.a().row, s.a().column},
                  {of_b, s.b().row, s.b().column}, nullptr, c, s.n);
  })};
  ways[0].calls(1);
  for (PeerProcess& peer : peers) {
    const ProductShape shape = &peer == &peers[0] ? few_rows(s) : s;
    if (shape.m == s.m)
      peer.compare("gemm: " + product.name, s, c);
    else
      peer.prepare(shape);
    ways.push_back(peer.way());
  }
  const Pinned pinned = pin_own_threads(context.threads);
  take_turns(ways, effort, turns);
}

void add_line(Context& context, const Product& product, const std::vector<Timing>& times,
              ProductSummary& summary) {
  const double flops = product.shape.flops() * 1e-9, speed = flops / times[0].minimum;
  const double share = speed / peak(context).gflops;
  const double naive = few_rows(product.shape).flops() * 1e-9 / times[1].minimum;
  std::vector<Cell> line = {product.name, speed, flops / times[0].median, share, speed / naive};
  double best = none, best_median = none;
  for (std::size_t i = 2; i < times.size(); ++i) {
    line.emplace_back(flops / times[i].minimum);
    best = std::fmin(best, times[i].minimum);
    best_median = std::fmin(best_median, times[i].median);
  }
  const double ratio = best / times[0].minimum;
  if (times.size() > 2) line.insert(line.end(), {ratio, best_median / times[0].median});
  summary.add(product, share, ratio);
  context.report.add(line);
}

// One line about the libraries that are not there.
void note_missing(Report& report, const std::vector<PeerProgram>& programs) {
  std::vector<std::string> libraries;
  std::string packages;
  for (const PeerProgram& program : programs) {
    if (program.built()) continue;
    libraries.push_back(program.library);
    packages += " " + program.package;
  }
  if (libraries.empty()) return;
  report.note("libraries missing", static_cast<double>(libraries.size()),
              fmt::format("not compared with {}: install{} and run EBB_BUILD=build-peers "
                          "EBB_MESON_OPTIONS=-Dpeers=true tools/bench",
                          fmt::join(libraries, ", "), packages));
}

}  // namespace

std::vector<Product> products(bool quick, const std::string& only) {
  constexpr std::int64_t layers[][2] = {{784, 256}, {784, 400}, {784, 512}, {784, 500},
                                        {400, 40},  {20, 400},  {200, 200}, {200, 50}};
  std::vector<Product> list;
  for (std::int64_t batch : {1, 20, 32, 100, 128, 512})
    for (const auto& [in, out] : layers)
      if (!quick || (batch == 32 && in == 200)) add_layer(list, batch, in, out);
  for (std::int64_t n : {64, 128, 256, 512, 768, 1024, 1536, 2048})
    if (!quick || n <= 128)
      list.push_back(
          {fmt::format("square {}", n), n >= 256 ? "squares" : "small squares", {n, n, n}});
  std::erase_if(list,
                [&](const Product& each) { return each.name.find(only) == std::string::npos; });
  return list;
}

void ProductSummary::add(const Product& product, double share, double ratio) {
  if (product.wide) shares_.add(share);
  if (std::isnan(ratio)) return;
  // Products of a group come one after the other.
  if (groups_.empty() || groups_.back().name != product.group) groups_.push_back({product.group});
  groups_.back().ratios.add(ratio, product.name);
  groups_.back().at_peak.add(ratio / share);
  all_.add(ratio, product.name);
}

void ProductSummary::report(Report& report) const {
  for (const auto& [name, ratios, at_peak] : groups_)
    report.note(name, ratios.mean(),
                fmt::format("{}: {:.3f} of the best other library (geometric mean of {}; at peak "
                            "it would be {:.3f}), least {:.3f}: {}",
                            name, ratios.mean(), ratios.all.size(), at_peak.mean(), ratios.least,
                            ratios.worst));
  if (!all_.all.empty())
    report.note("least", all_.least,
                fmt::format("least of all {:.3f}: {}", all_.least, all_.worst));
  if (!shares_.all.empty())
    report.note("of peak", shares_.mean(),
                fmt::format("784-256 and 784-512 at batch 128: {:.1f} % of peak (geometric mean "
                            "of {}), least {:.1f} %",
                            100 * shares_.mean(), shares_.all.size(), 100 * shares_.least));
}

void run_gemm(Context& context) {
  const std::vector<Product> list = products(context.options.quick, context.options.only);
  if (list.empty()) return;
  const std::vector<PeerProgram> programs = peer_programs(context.isa);
  Columns columns = {"product", "GFLOP/s:1", "(median):1", "of peak", "naive x:1"};
  std::deque<PeerProcess> peers;
  for (const PeerProgram& program : programs)
    if (program.built() || &program == &programs[0]) {
      peers.emplace_back(program.path, context.isa, context.threads);
      if (peers.size() > 1) columns.push_back(peers.back().name() + ":1");
    }
  if (peers.size() > 1) columns.insert(columns.end(), {"of best:3", "of best (median):3"});
  peak(context);  // measured before the table begins
  context.report.begin_table("matrix products", columns);
  ProductSummary summary;
  // In several passes: so a minute in which the machine has other work spoils no line.
  const int passes = context.options.quick ? 1 : 3;
  Effort effort = context.effort;
  effort.rounds = static_cast<int>(divide_up(effort.rounds, passes));
  std::vector<Turns> turns(list.size());
  for (int pass = 1; pass <= passes; ++pass) {
    peak_again(context);
    for (std::size_t i = 0; i < list.size(); ++i) {
      compare(context, list[i], peers, effort, turns[i]);
      if (pass == passes) add_line(context, list[i], timings(turns[i]), summary);
    }
  }
  summary.report(context.report);
  note_missing(context.report, programs);
}

}  // namespace ebb::tools::benchmark
