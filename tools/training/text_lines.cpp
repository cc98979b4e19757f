#include <nn/files/printable.hpp>
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

}  // namespace ebb::tools
