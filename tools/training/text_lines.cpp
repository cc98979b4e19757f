#include <algorithm>
#include <nn/files/printable.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/makers.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>
#include <tools/training/text_lines.hpp>

namespace ebb::tools {

std::vector<std::string> lines_of(const Tensor& tokens, const nn::Vocabulary& vocabulary) {
  const std::vector<std::int32_t> all = tokens.to_vector<std::int32_t>();
  const auto steps = static_cast<std::size_t>(tokens.size(1));
  std::vector<std::string> lines;
  for (std::int64_t row = 0; row < tokens.size(0); ++row) {
    const auto first = static_cast<std::size_t>(row) * steps;
    lines.push_back(nn::printable(vocabulary.decode(std::span(all).subspan(first, steps))));
  }
  return lines;
}

Tensor codes_between(const Tensor& two, std::int64_t steps) {
  std::vector<float> shares;
  for (std::int64_t step = 0; step < steps; ++step)
    shares.push_back(static_cast<float>(step) /
                     static_cast<float>(std::max<std::int64_t>(1, steps - 1)));
  const Tensor share = from_vector(shares, {steps, 1});
  return slice(two, 0, 0, 1) * (1 - share) + slice(two, 0, 1, 2) * share;
}

}  // namespace ebb::tools
