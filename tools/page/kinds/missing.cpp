#include <algorithm>
#include <map>
#include <tools/page/encoding.hpp>
#include <tools/page/kinds/missing.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::size_t most_patterns = 12;

std::vector<double> shares_missing(const RowCells& cells) {
  std::vector<double> shares(cells.width);
  for (std::size_t i = 0; i < cells.known.size(); ++i)
    shares[i % cells.width] += cells.known[i] == 0 ? 1 : 0;
  for (double& share : shares) share /= static_cast<double>(cells.count());
  return shares;
}

using Pattern = std::vector<std::size_t>;  // missing columns

std::vector<std::pair<Pattern, std::int64_t>> patterns_in(const RowCells& cells) {
  std::map<Pattern, std::int64_t> times;
  for (std::size_t row = 0; row < cells.count(); ++row) {
    Pattern pattern;
    for (std::size_t j = 0; j < cells.width; ++j)
      if (!cells.knows(row, j)) pattern.push_back(j);
    ++times[pattern];
  }
  times.erase(Pattern());
  std::vector<std::pair<Pattern, std::int64_t>> all(times.begin(), times.end());
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return all;
}

}  // namespace

Json missing_in(const RowCells& train, const RowCells& test) {
  const std::vector<double> shares = shares_missing(train), others = shares_missing(test);
  const auto some = [](double share) { return share > 0; };
  if (std::none_of(shares.begin(), shares.end(), some) &&
      std::none_of(others.begin(), others.end(), some))
    return nullptr;
  const auto patterns = patterns_in(train);
  auto complete = static_cast<std::int64_t>(train.count());
  for (const auto& pattern : patterns) complete -= pattern.second;
  Json found = {{"rows", train.count()},        {"complete", complete},
                {"train", rounded(shares, 4)},  {"test", rounded(others, 4)},
                {"different", patterns.size()}, {"patterns", Json::array()}};
  for (std::size_t i = 0; i < std::min(most_patterns, patterns.size()); ++i)
    found["patterns"].push_back({{"columns", patterns[i].first}, {"rows", patterns[i].second}});
  return found;
}

}  // namespace ebb::tools
