#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <nn/data/split.hpp>
#include <nn/data/tensor_dataset.hpp>
#include <nn/data/text/text_dataset.hpp>
#include <numeric>
#include <tensor/makers.hpp>
#include <tests/support.hpp>
#include <tools/training/scoring/ngrams.hpp>

using namespace ebb;
using namespace ebb::tools;

namespace {

double log_p(const Ngrams& ngrams, std::span<const std::int32_t> text) {
  return ngrams.log_probabilities(text).back();
}

}  // namespace

// By hand. One text, 1: p(1) = p(end) = (1 + 2/3) / 4; p(1|end) = p(end|1) = (1 + p(1)) / 2.
TEST_CASE("ngrams: counts and what is left for tokens that were not seen") {
  const std::int32_t seen[] = {1}, other[] = {2};
  Ngrams one(1, 3), two(2, 3);
  one.learn(seen);
  two.learn(seen);
  CHECK(log_p(one, seen) == doctest::Approx(2 * std::log(5.0 / 12)).epsilon(1e-14));
  CHECK(log_p(one, other) ==
        doctest::Approx(std::log(1.0 / 6) + std::log(5.0 / 12)).epsilon(1e-14));
  CHECK(log_p(two, seen) == doctest::Approx(2 * std::log(17.0 / 24)).epsilon(1e-14));
  // 2 was never seen, so what follows it is as after nothing.
  CHECK(log_p(two, other) ==
        doctest::Approx(std::log(1.0 / 12) + std::log(5.0 / 12)).epsilon(1e-14));
  CHECK(message_of<Error>([] { return log_p(Ngrams(0, 3), {}); }) ==
        "ngrams: order 0 of 3 tokens; try 5");
}

TEST_CASE("ngrams: of a lower order they are as those that learned no longer histories") {
  Ngrams five(5, 4), two(2, 4);
  for (const auto& text : std::vector<std::vector<std::int32_t>>{{1, 2, 1, 3}, {2, 2}, {}}) {
    five.learn(text);
    two.learn(text);
  }
  const std::int32_t text[] = {2, 1, 2, 2, 3};
  const std::vector<double> all = five.log_probabilities(text);
  REQUIRE(all.size() == 5);
  CHECK(all[1] == log_p(two, text));
}

TEST_CASE("ngrams: all texts of up to two tokens, and what is left for longer ones") {
  Ngrams ngrams(3, 4);
  for (const auto& text : std::vector<std::vector<std::int32_t>>{{1, 2, 1, 3}, {2, 2}, {}})
    ngrams.learn(text);
  // p(a b end) / p(end|a b) is p(a b), of which all tokens c make p(a b c).
  double total = std::exp(log_p(ngrams, {}));
  for (std::int32_t a = 1; a < 4; ++a) {
    const std::int32_t one[] = {a};
    total += std::exp(log_p(ngrams, one));
    for (std::int32_t b = 1; b < 4; ++b) {
      const std::int32_t two[] = {a, b};
      total += std::exp(log_p(ngrams, two));
      for (std::int32_t c = 1; c < 4; ++c) {
        const std::int32_t three[] = {a, b, c}, history[] = {b, c};
        total += std::exp(log_p(ngrams, three)) / ngrams.probability(history, 0);
      }
    }
  }
  CHECK(total == doctest::Approx(1).epsilon(1e-12));
}

// Another implementation on another split of the same names: 2.816, 2.444 and 2.021.
TEST_CASE("ngrams: on given names as good as others found") {
  const char* const folder = std::getenv("EBB_DATA");
  if (!folder || !std::filesystem::exists(std::string(folder) + "/text/names.txt"))
    return skip("EBB_DATA names no folder with text/");
  const nn::Lines lines = nn::Lines::open(std::string(folder) + "/text/names.txt");
  std::vector<std::int64_t> all(static_cast<std::size_t>(lines.count()));
  std::iota(all.begin(), all.end(), 0);
  const nn::TextDataset names(lines, nn::Vocabulary::characters(lines, all));
  const auto [train, rest] = nn::split(names, {0.8, 0.2}, 0);
  const std::vector<double> nats = ngram_nats_per_token(train, rest);
  REQUIRE(nats.size() == 5);
  CHECK(nats[0] == doctest::Approx(2.816).epsilon(0.005));
  CHECK(nats[1] == doctest::Approx(2.444).epsilon(0.005));
  CHECK(nats[4] == doctest::Approx(2.021).epsilon(0.01));
}

TEST_CASE("ngrams: as many of the first texts as so many tokens hold") {
  const std::int32_t lengths[] = {3, 4, 5};
  CHECK(texts_within(lengths, 12) == 3);
  CHECK(texts_within(lengths, 11) == 2);
  CHECK(texts_within(lengths, 1) == 1);
  CHECK(texts_within({}, 1) == 0);
}

TEST_CASE("ngrams: what is no text is refused") {
  const nn::TensorDataset numbers(ones({2, 3}));
  CHECK(message_of<Error>([&] { return ngram_nats_per_token(numbers, numbers); }) ==
        "ngrams: examples of shape [3] are no text");
}
