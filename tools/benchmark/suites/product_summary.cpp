#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tools/benchmark/measure.hpp>
#include <tools/benchmark/suites/product_summary.hpp>

namespace ebb::tools::benchmark {

void ProductSummary::add(const Product& product, double share, double ratio) {
  if (product.wide) shares_.push_back(share);
  if (std::isnan(ratio)) return;
  auto group = std::find_if(groups_.begin(), groups_.end(),
                            [&](const Group& each) { return each.name == product.group; });
  if (group == groups_.end()) group = groups_.insert(groups_.end(), Group{product.group});
  group->ratios.push_back(ratio);
  group->at_peak.push_back(ratio / share);
  if (ratio < group->least) group->least = ratio, group->worst = product.name;
}

void ProductSummary::report(Report& report) const {
  const Group* worst = nullptr;
  for (const Group& group : groups_) {
    const double mean = geometric_mean(group.ratios);
    report.note(group.name, mean,
                fmt::format("{}: {:.3f} of the best other library (geometric mean of {}; at peak "
                            "it would be {:.3f}), least {:.3f}: {}",
                            group.name, mean, group.ratios.size(), geometric_mean(group.at_peak),
                            group.least, group.worst));
    if (!worst || group.least < worst->least) worst = &group;
  }
  if (worst)
    report.note("least", worst->least,
                fmt::format("least of all {:.3f}: {}", worst->least, worst->worst));
  if (!shares_.empty()) {
    const double mean = geometric_mean(shares_);
    report.note("of peak", mean,
                fmt::format("784-256 and 784-512 at batch 128: {:.1f} % of peak (geometric mean "
                            "of {}), least {:.1f} %",
                            100 * mean, shares_.size(),
                            100 * *std::min_element(shares_.begin(), shares_.end())));
  }
}

}  // namespace ebb::tools::benchmark
