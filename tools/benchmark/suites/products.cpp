#include <fmt/format.h>

#include <cmath>
#include <tools/benchmark/suites/products.hpp>

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

}  // namespace ebb::tools::benchmark
