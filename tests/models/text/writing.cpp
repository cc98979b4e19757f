#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <models/text/writing.hpp>
#include <nn/pass.hpp>
#include <tensor/makers.hpp>
#include <tensor/parts.hpp>
#include <tensor/random.hpp>
#include <tests/support.hpp>

using namespace ebb;
using models::LanguageModel;
using Text = std::vector<std::int32_t>;

namespace {

LanguageModel begun(const std::string& network, std::int64_t latent = 0) {
  LanguageModel model({.vocabulary = 3,
                       .network = network,
                       .width = 8,
                       .layers = 2,
                       .heads = 2,
                       .longest = 40,
                       .latent = latent});
  nn::initialize(model, {.seed = 3, .dtype = DType::float64});
  return model;
}

double nats(const LanguageModel& model, const Text& text, const Variable& code = {}) {
  Random noise;
  nn::Pass pass{noise};
  const Shape shape = {1, static_cast<std::int64_t>(text.size())};
  return model.log_probability(from_vector(text, shape), ones(shape), pass, code).item();
}

// Rows up to their first end.
std::vector<Text> texts_of(const Tensor& written) {
  const Text all = written.to_vector<std::int32_t>();
  std::vector<Text> texts;
  for (std::int64_t row = 0; row < written.size(0); ++row) {
    Text& text = texts.emplace_back();
    for (std::int64_t step = 0; step < written.size(1); ++step) {
      const auto token = all[static_cast<std::size_t>(row * written.size(1) + step)];
      if (token == 0) break;
      text.push_back(token);
    }
  }
  return texts;
}

Text with_end(Text text) {
  text.push_back(0);
  return text;
}

// The most probable of all texts of at most three tokens.
std::pair<Text, double> most_probable(const LanguageModel& model, const Variable& code) {
  std::pair<Text, double> best = {{}, nats(model, {0}, code)};
  const auto see = [&](const Text& text) {
    const double found = nats(model, with_end(text), code);
    if (found > best.second) best = {text, found};
  };
  for (std::int32_t a = 1; a < 3; ++a) {
    see({a});
    for (std::int32_t b = 1; b < 3; ++b) {
      see({a, b});
      for (std::int32_t c = 1; c < 3; ++c) see({a, b, c});
    }
  }
  return best;
}

}  // namespace

TEST_CASE("write: texts come as often as they are probable") {
  const std::int64_t n = 20'000;
  for (const std::string network : {"gru", "lstm", "transformer"}) {
    const LanguageModel model = begun(network);
    Random noise{5};
    std::map<Text, double> seen;
    for (const Text& text : texts_of(models::write(model, n, noise, {.longest = 3}))) ++seen[text];
    for (const Text& text : {Text{}, Text{1}, Text{2, 1}}) {
      const double p = std::exp(nats(model, with_end(text)));
      CHECK(std::fabs(seen[text] / n - p) < 4 * std::sqrt(p * (1 - p) / n));
    }
  }
}

TEST_CASE("write: cold, the most probable token each time") {
  const LanguageModel model = begun("gru", 2);
  Random noise{1};
  const Variable codes = randn({3, 2}, noise, DType::float64);
  const Tensor cold = models::write(model, 3, noise, {.temperature = 0, .longest = 5}, codes);
  const Tensor again = models::write(model, 3, noise, {.top_p = 1e-9, .longest = 5}, codes);
  CHECK(texts_of(cold) == texts_of(again));
  models::ReadingState state = model.begin(3, codes);
  const auto logits = model.read(zeros({3}, DType::int32), state).value().to_vector<double>();
  for (std::size_t row = 0; row < 3; ++row) {
    const auto first = logits.begin() + static_cast<std::ptrdiff_t>(3 * row);
    const auto best = static_cast<std::int32_t>(std::max_element(first, first + 3) - first);
    const Text text = texts_of(cold)[row];
    CHECK((text.empty() ? 0 : text[0]) == best);
  }
}

TEST_CASE("write: a nucleus leaves out what is improbable, and nothing else") {
  const LanguageModel model = begun("gru");
  models::ReadingState state = model.begin(1);
  std::vector<double> p;
  for (const double logit : model.read(from_vector({0}), state).value().to_vector<double>())
    p.push_back(std::exp(logit));
  const double total = p[0] + p[1] + p[2];
  std::vector<std::size_t> order = {0, 1, 2};
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return p[a] > p[b]; });
  // The two most probable make up more than this, the first does not.
  const double top_p = (p[order[0]] + p[order[1]] / 2) / total;
  Random noise{2};
  std::vector<double> seen(3);
  for (const Text& text :
       texts_of(models::write(model, 4000, noise, {.top_p = top_p, .longest = 1})))
    ++seen[static_cast<std::size_t>(text.empty() ? 0 : text[0])];
  CHECK(seen[order[2]] == 0);
  const double share = p[order[0]] / (p[order[0]] + p[order[1]]);
  CHECK(seen[order[0]] / 4000 == doctest::Approx(share).epsilon(0.05));
}

TEST_CASE("write: texts end after so many tokens") {
  const LanguageModel model = begun("lstm");
  Random noise{1};
  const Tensor none = models::write(model, 4, noise, {.longest = 0});
  CHECK(none.to_vector<std::int32_t>() == Text{0, 0, 0, 0});
  CHECK(models::write(model, 0, noise).size(0) == 0);
  for (const Text& text : texts_of(models::write(model, 50, noise, {.longest = 2})))
    CHECK(text.size() <= 2);
}

TEST_CASE("beam search: wide enough it finds the most probable text") {
  for (const std::string network : {"gru", "lstm", "transformer"})
    for (const std::int64_t latent : {0, 2}) {
      const LanguageModel model = begun(network, latent);
      Random noise{7};
      const Variable code =
          latent > 0 ? Variable(randn({1, latent}, noise, DType::float64)) : Variable();
      const std::vector<models::FoundText> found = models::beam_search(model, 50, 3, code);
      const std::pair<Text, double> best = most_probable(model, code);
      REQUIRE(found.size() == 15);  // all texts of at most three tokens
      CHECK(found[0].tokens == best.first);
      for (const models::FoundText& one : found)
        CHECK(one.log_probability ==
              doctest::Approx(nats(model, with_end(one.tokens), code)).epsilon(1e-5));
      CHECK(models::beam_search(model, 1, 3, code).size() <= 1);
    }
}

// Models of which some end soon: short texts are the most probable ones there, so that a search
// that may go on finds what one finds that may not, and no more.
TEST_CASE("beam search: it ends where all that is open is less probable") {
  int ended = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    LanguageModel model({.vocabulary = 3, .width = 8, .longest = 40});
    nn::initialize(model, {.seed = seed, .dtype = DType::float64});
    const std::vector<models::FoundText> some = models::beam_search(model, 10, 40);
    if (some.size() < 10) continue;
    ++ended;
    const std::vector<models::FoundText> all = models::beam_search(model, 2000, 6);
    for (std::size_t i = 0; i < 3; ++i) CHECK(some[i].tokens == all[i].tokens);
    for (std::size_t i = 1; i < some.size(); ++i)
      CHECK(some[i].log_probability <= some[i - 1].log_probability);
  }
  CHECK(ended >= 3);
}

TEST_CASE("write: a beam's most probable texts, one for each code or all of one search") {
  Random noise{7};
  const LanguageModel plain = begun("gru"), told = begun("lstm", 2);
  const std::vector<Text> found =
      texts_of(models::write(plain, 4, noise, {.longest = 5, .beam = 30}));
  const std::vector<models::FoundText> best = models::beam_search(plain, 30, 5);
  REQUIRE(found.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) CHECK(found[i] == best[i].tokens);
  CHECK(models::write(plain, 9, noise, {.longest = 5, .beam = 1}).size(0) == 1);
  const Variable codes = randn({3, 2}, noise, DType::float64);
  const std::vector<Text> each =
      texts_of(models::write(told, 3, noise, {.longest = 5, .beam = 6}, codes));
  REQUIRE(each.size() == 3);
  for (std::int64_t i = 0; i < 3; ++i)
    CHECK(each[static_cast<std::size_t>(i)] ==
          models::beam_search(told, 6, 5, slice(codes.value(), 0, i, i + 1))[0].tokens);
  CHECK(models::write(plain, 0, noise, {.beam = 2}).size(0) == 0);
}

TEST_CASE("write: where no text of a beam ends in time, the greedy one is cut") {
  const LanguageModel model = begun("gru", 2);
  Random noise{7};
  const Variable codes = randn({3, 2}, noise, DType::float64);
  std::vector<Text> cut, greedy;
  for (const std::int64_t beam : {1, 0})
    (beam > 0 ? cut : greedy) = texts_of(
        models::write(model, 3, noise, {.temperature = 0, .longest = 1, .beam = beam}, codes));
  CHECK(cut == greedy);
}

TEST_CASE("write: wrong options are named") {
  const LanguageModel model = begun("gru");
  Random noise;
  CHECK(message_of<Error>([&] { return models::write(model, 1, noise, {.temperature = -1}); }) ==
        "write: a temperature of -1; try 1");
  CHECK(message_of<Error>([&] { return models::write(model, 1, noise, {.top_p = 0}); }) ==
        "write: top_p is 0; it must be above 0 and at most 1");
  CHECK(message_of<Error>([&] { return models::write(model, 1, noise, {.beam = -1}); }) ==
        "write: a beam of -1; try 5, or 0");
  CHECK(message_of<Error>([&] { return models::beam_search(model, 0).size(); }) ==
        "beam_search: 0 beginnings at a time; try 5");
}
