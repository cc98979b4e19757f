#include <algorithm>
#include <nn/data/text/text_dataset.hpp>
#include <tensor/makers.hpp>

namespace ebb::nn {

TextDataset::TextDataset(Lines lines, Vocabulary vocabulary, const TextOptions& options)
    : lines_(std::move(lines)),
      vocabulary_(std::make_shared<const Vocabulary>(std::move(vocabulary))),
      longest_(options.longest) {
  if (longest_ < 1) throw Error(text("text: examples of at most ", longest_, " tokens; try 1000"));
  auto parts = std::make_shared<std::vector<Part>>();
  auto tokens = std::make_shared<std::vector<std::vector<std::int32_t>>>();
  std::uint64_t bytes = 0;
  std::int64_t all = 0, unknown = 0;
  for (std::int64_t number = 0; number < lines_.count(); ++number) {
    std::vector<std::int32_t> line = vocabulary_->encode(lines_.line(number));
    const auto count = static_cast<std::int64_t>(line.size());
    for (std::int64_t first = 0; first == 0 || first < count; first += longest_)
      parts->push_back({number, static_cast<std::int32_t>(first),
                        static_cast<std::int32_t>(std::min(longest_, count - first))});
    bytes += line.size() * sizeof(std::int32_t);
    all += count;
    if (!vocabulary_->knows_all())
      unknown += std::count(line.begin(), line.end(), Vocabulary::unknown);
    if (bytes <= options.memory) tokens->push_back(std::move(line));
  }
  if (all > 0) unknown_share_ = static_cast<double>(unknown) / static_cast<double>(all);
  parts_ = std::move(parts);
  if (bytes <= options.memory) tokens_ = std::move(tokens);
}

std::vector<std::int32_t> TextDataset::tokens_of(const Part& part) const {
  const auto cut = [&](const std::vector<std::int32_t>& line) {
    if (line.size() < static_cast<std::size_t>(part.first + part.count))
      throw FormatError(text("text: line ", part.line + 1,
                             " became shorter while it was read; try again when nobody writes to "
                             "the file"));
    const auto first = line.begin() + part.first;
    return std::vector<std::int32_t>(first, first + part.count);
  };
  if (tokens_) return cut((*tokens_)[static_cast<std::size_t>(part.line)]);
  return cut(vocabulary_->encode(lines_.line(part.line)));
}

Batch TextDataset::gather(std::span<const std::int64_t> indices) const {
  detail::check_indices("text", indices, count());
  std::int32_t steps = 1;
  for (const std::int64_t i : indices)
    steps = std::max(steps, (*parts_)[static_cast<std::size_t>(i)].count + 1);
  const auto width = static_cast<std::size_t>(steps);
  std::vector<std::int32_t> tokens(indices.size() * width, Vocabulary::end), lengths;
  std::vector<float> mask(indices.size() * width, 0.0f);
  for (std::size_t row = 0; row < indices.size(); ++row) {
    const auto line = tokens_of((*parts_)[static_cast<std::size_t>(indices[row])]);
    std::copy(line.begin(), line.end(), tokens.begin() + static_cast<std::ptrdiff_t>(row * width));
    std::fill_n(mask.begin() + static_cast<std::ptrdiff_t>(row * width), line.size() + 1, 1.0f);
    lengths.push_back(static_cast<std::int32_t>(line.size()) + 1);
  }
  const Shape shape = {static_cast<std::int64_t>(indices.size()), steps};
  return {.inputs = from_vector(tokens, shape),
          .mask = from_vector(mask, shape),
          .lengths = from_vector(lengths, {shape[0]})};
}

Examples TextDataset::examples() const { return {TextExample{vocabulary_, longest_}}; }

std::vector<std::int64_t> TextDataset::lines() const {
  std::vector<std::int64_t> found;
  found.reserve(parts_->size());
  for (const Part& part : *parts_) found.push_back(part.line);
  return found;
}

std::vector<std::int32_t> TextDataset::lengths() const {
  std::vector<std::int32_t> lengths;
  for (const Part& part : *parts_) lengths.push_back(part.count + 1);
  return lengths;
}

}  // namespace ebb::nn
