// Lines of text as examples.
#pragma once

#include <nn/data/dataset.hpp>
#include <nn/data/text/vocabulary.hpp>
#include <vector>

namespace ebb::nn {

struct TextOptions {
  std::int64_t longest = 1000;  // tokens of an example; longer lines become several examples
  std::uint64_t memory = std::uint64_t{1} << 40;  // tokens that take more are made when asked for
};

// A batch holds tokens: inputs int32 [n, steps], each example with its end behind it, filled up
// with ends to the longest; mask [n, steps] is 1 up to the first end, lengths count those.
//     const nn::Lines lines = nn::Lines::open("names.txt");
//     const nn::TextDataset names(lines, nn::Vocabulary::bytes());
// Shares lines and vocabulary.
class [[nodiscard]] TextDataset final : public Dataset {
 public:
  TextDataset(Lines lines, Vocabulary vocabulary, const TextOptions& options = {});

  std::int64_t count() const override { return static_cast<std::int64_t>(parts_->size()); }
  Batch gather(std::span<const std::int64_t> indices) const override;
  Examples examples() const override;
  std::vector<std::int32_t> lengths() const override;
  const Vocabulary& vocabulary() const { return *vocabulary_; }
  // Of all tokens but ends, the part that is unknown.
  double unknown_share() const { return unknown_share_; }
  // How many more examples there are than lines, of which the longest were cut.
  std::int64_t cut() const { return count() - lines_.count(); }
  std::vector<std::int64_t> lines() const;  // of each example the line that it is a part of

 private:
  // An example: tokens of a line.
  struct Part {
    std::int64_t line;
    std::int32_t first, count;
  };
  std::vector<std::int32_t> tokens_of(const Part& part) const;

  Lines lines_;
  std::shared_ptr<const Vocabulary> vocabulary_;
  std::int64_t longest_;
  double unknown_share_ = 0;
  std::shared_ptr<const std::vector<Part>> parts_;
  std::shared_ptr<const std::vector<std::vector<std::int32_t>>> tokens_;  // of lines, if they fit
};

}  // namespace ebb::nn
