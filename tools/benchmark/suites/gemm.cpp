// Matrix products of the shapes that training asks for, and squares, against the machine's peak,
// the naive loop, and the other libraries that were built.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <memory>
#include <stdexcept>
#include <tensor/machine/storage.hpp>
#include <tensor/matmul/tasks.hpp>
#include <tools/benchmark/machine/pinned.hpp>
#include <tools/benchmark/peers/peer_process.hpp>
#include <tools/benchmark/suites/peak.hpp>
#include <tools/benchmark/suites/product_summary.hpp>
#include <tools/benchmark/suites/suites.hpp>

namespace ebb::tools::benchmark {
namespace {

// Ebb's product in its own memory.
class Ours final {
 public:
  explicit Ours(const ProductShape& shape)
      : shape_(shape),
        a_(floats(shape.m * shape.k)),
        b_(floats(shape.k * shape.n)),
        c_(floats(shape.m * shape.n)) {
    fill(static_cast<float*>(a_->data()), shape.m * shape.k, seed_of_a);
    fill(static_cast<float*>(b_->data()), shape.k * shape.n, seed_of_b);
  }

  void multiply() const {
    const ProductShape& s = shape_;
    ebb::matmul_blocks(ebb::DType::float32, s.m, s.n, s.k,
                       {a_->data(), s.a_transposed ? 1 : s.k, s.a_transposed ? s.m : 1},
                       {b_->data(), s.b_transposed ? 1 : s.n, s.b_transposed ? s.k : 1}, nullptr,
                       c_->data(), s.n);
  }

  double sum() const {
    multiply();
    return check_sum(static_cast<const float*>(c_->data()), shape_.m, shape_.n);
  }

 private:
  static std::shared_ptr<ebb::Storage> floats(std::int64_t n) {
    return ebb::allocate(static_cast<std::size_t>(n) * sizeof(float));
  }
  ProductShape shape_;
  std::shared_ptr<ebb::Storage> a_, b_, c_;
};

// The naive loop takes as long for each row: a few of them tell its speed.
ProductShape few_rows(ProductShape shape) {
  const double rows = 4e6 / (shape.flops() / static_cast<double>(shape.m));
  shape.m = std::clamp<std::int64_t>(static_cast<std::int64_t>(rows), 1, shape.m);
  return shape;
}

void compare_sums(const std::string& product, const std::string& peer, double ours, double theirs,
                  const ProductShape& shape) {
  const double bound = 3e-6 * std::sqrt(static_cast<double>(shape.m * shape.n)) *
                       std::max(4.0, static_cast<double>(shape.k));
  if (!(std::abs(ours - theirs) <= bound))
    throw std::runtime_error(
        fmt::format("gemm: {}: {} computes {}, Ebb {}", product, peer, theirs, ours));
}

// Ebb, the naive loop and the libraries in turn.
void compare(const Context& context, const Product& product, std::deque<PeerProcess>& peers,
             const Effort& effort, Turns& turns) {
  const Ours ours(product.shape);
  const double sum = ours.sum();
  std::vector<Way> ways = {way("Ebb", [&] { ours.multiply(); })};
  for (PeerProcess& peer : peers) {
    const ProductShape shape = &peer == &peers[0] ? few_rows(product.shape) : product.shape;
    const double other = peer.prepare(shape);
    if (shape.m == product.shape.m) compare_sums(product.name, peer.name(), sum, other, shape);
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
  constexpr double none = std::numeric_limits<double>::infinity();
  Timing best = {none, none};
  for (std::size_t i = 2; i < times.size(); ++i) {
    line.emplace_back(flops / times[i].minimum);
    best.minimum = std::min(best.minimum, times[i].minimum);
    best.median = std::min(best.median, times[i].median);
  }
  const bool alone = times.size() == 2;
  const double ratio = alone ? std::nan("") : best.minimum / times[0].minimum;
  if (!alone) line.insert(line.end(), {ratio, best.median / times[0].median});
  summary.add(product, share, ratio);
  context.report.add(line);
}

// One line about the libraries that are not there.
void note_missing(Report& report, const std::vector<PeerProgram>& programs) {
  std::string libraries, packages;
  int count = 0;
  for (const PeerProgram& program : programs)
    if (!program.built()) {
      libraries += (count > 0 ? ", " : "") + program.library;
      packages += " " + program.package;
      ++count;
    }
  if (count > 0)
    report.note("libraries missing", count,
                fmt::format("not compared with {}: install{} and run EBB_BUILD=build-peers "
                            "EBB_MESON_OPTIONS=-Dpeers=true tools/bench",
                            libraries, packages));
}

}  // namespace

void run_gemm(Context& context) {
  const std::vector<Product> list = products(context.options.quick, context.options.only);
  if (list.empty()) return;
  const std::vector<PeerProgram> programs = peer_programs(context.isa);
  std::vector<Column> columns = {
      {"product", 0, 24}, {"GFLOP/s", 1}, {"(median)", 1}, {"of peak", 2, 7}, {"naive x", 1, 7}};
  std::deque<PeerProcess> peers;
  for (const PeerProgram& program : programs)
    if (program.built() || &program == &programs[0]) {
      peers.emplace_back(program.path, context.isa, context.threads);
      if (peers.size() > 1) columns.push_back({peers.back().name(), 1, 8});
    }
  if (peers.size() > 1) columns.insert(columns.end(), {{"of best", 3, 7}, {"of best (median)", 3}});
  peak(context);  // measured before the table begins
  context.report.begin_table("matrix products", columns);
  ProductSummary summary;
  // In several passes: so a minute in which the machine has other work spoils no line.
  const int passes = context.options.quick ? 1 : 3;
  Effort effort = context.effort;
  effort.rounds = (effort.rounds + passes - 1) / passes;
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
