#include <doctest/doctest.h>

#include <cmath>
#include <tensor/makers.hpp>
#include <tools/training/metrics.hpp>

using namespace ebb;
using namespace ebb::tools;
using Json = nlohmann::ordered_json;

TEST_CASE("metrics: numbers per example give a mean and its standard error") {
  Metrics metrics;
  metrics.add("bound", from_vector({-100.f, -110.f}));
  metrics.add("bound", from_vector({-120.f}));
  CHECK(metrics.mean("bound") == -110);
  // a standard deviation of 10 over the root of 3
  CHECK(metrics.standard_error("bound") == doctest::Approx(10 / std::sqrt(3)).epsilon(1e-12));
  CHECK(metrics.examples() == 3);
}

TEST_CASE("metrics: of a batch's mean no error is known") {
  Metrics metrics;
  metrics.add("loss", 2.0, 3);
  metrics.add("loss", 6.0, 1);
  CHECK(metrics.mean("loss") == 3);
  CHECK(std::isnan(metrics.standard_error("loss")));
  CHECK(metrics.examples() == 4);
}

TEST_CASE("metrics: nothing was added, or one example alone") {
  Metrics metrics;
  CHECK(metrics.examples() == 0);
  CHECK(std::isnan(metrics.mean("loss")));
  CHECK(std::isnan(metrics.standard_error("loss")));
  metrics.add("kl", from_vector({4.f}));
  CHECK(metrics.mean("kl") == 4);
  CHECK(std::isnan(metrics.standard_error("kl")));
}

TEST_CASE("metrics: equal numbers have no error, whatever rounding leaves") {
  Metrics metrics;
  metrics.add("kl", full({1000}, 0.1f));
  CHECK(metrics.standard_error("kl") < 1e-9);
}

TEST_CASE("metrics: batches add up to what one after the other gives") {
  Metrics a, b, both;
  a.add("loss", 2.0, 2);
  a.add("kl", from_vector({1.f, 2.f}));
  b.add("loss", 5.0, 1);
  b.add("kl", from_vector({6.f}));
  a.add(b);
  both.add("loss", 2.0, 2);
  both.add("loss", 5.0, 1);
  both.add("kl", from_vector({1.f, 2.f, 6.f}));
  Json one, other;
  a.report("train_", one);
  both.report("train_", other);
  CHECK(one == other);
  CHECK(one.dump() == other.dump());
  CHECK(one.size() == 3);
  CHECK(one["train_loss"] == 3);
  CHECK(one["train_kl"] == 3);
  CHECK(one["train_kl_standard_error"].get<double>() ==
        doctest::Approx(std::sqrt(7. / 3)).epsilon(1e-12));  // (4 + 1 + 9) / 2 / 3
}

TEST_CASE("metrics: what is counted gives a perplexity over all batches, not their mean") {
  Metrics a, b;
  a.count("codes", from_vector({2.f, 2.f, 0.f, 0.f}));  // 2 alone
  b.count("codes", from_vector({0.f, 0.f, 4.f, 0.f}));  // 1 alone
  a.add(b);
  REQUIRE(a.counted().size() == 1);
  const Counts& codes = a.counted()[0];
  CHECK(codes.counts == std::vector<double>{2, 2, 4, 0});
  CHECK(codes.perplexity() == doctest::Approx(2 * std::sqrt(2)).epsilon(1e-14));  // 1.5 bits
  CHECK(codes.unused() == 1);
  a.add("loss", 1.0, 8);
  Json line;
  a.report("test_", line);
  CHECK(line == Json{{"test_loss", 1.0},
                     {"test_codes_perplexity", codes.perplexity()},
                     {"test_codes_unused", 1}});
  Metrics equal, none;
  equal.count("codes", full({512}, 3));
  CHECK(equal.counted()[0].perplexity() == doctest::Approx(512).epsilon(1e-12));
  none.count("codes", zeros({3}));
  CHECK(none.counted()[0].perplexity() == 0);
  CHECK(none.counted()[0].unused() == 3);
}

TEST_CASE("metrics: nats per token are of all tokens, not the mean of texts") {
  Metrics a, b;
  a.per_token(from_vector({6.f, 1.f}), from_vector({3, 1}));
  b.per_token(from_vector({5.f}), from_vector({2}));
  a.add(b);
  CHECK(a.rate().per_token() == doctest::Approx(2).epsilon(1e-14));
  CHECK(a.rate().perplexity() == doctest::Approx(7.38905609893065).epsilon(1e-14));  // e²
  Json line, none;
  a.report("test_", line);
  CHECK(line == Json{{"test_nats_per_token", 2.0}, {"test_perplexity", a.rate().perplexity()}});
  Metrics().report("test_", none);
  CHECK(none.empty());
}

TEST_CASE("metrics: as tensors and back they go on to the same numbers") {
  Metrics all;
  all.add("loss", 0.1, 3);
  all.add("kl", from_vector({1.f, 2.f, 6.f}));
  all.count("codes", from_vector({2.f, 0.f, 1.f}));
  all.per_token(from_vector({6.f, 1.f}), from_vector({3, 1}));
  nn::NamedTensors tensors = all.to_tensors();
  tensors.emplace_back("other", ones({2}));
  Metrics again = Metrics::from_tensors(tensors);
  for (Metrics* const metrics : {&all, &again}) {
    metrics->add("loss", 0.3, 2);
    metrics->add("kl", from_vector({4.f, 5.f}));
    metrics->count("codes", from_vector({0.f, 1.f, 1.f}));
    metrics->per_token(from_vector({1.f}), from_vector({3}));
  }
  Json one, other;
  all.report("train_", one);
  again.report("train_", other);
  CHECK(one.dump() == other.dump());
  CHECK(again.examples() == 5);
  CHECK(Metrics::from_tensors({}).examples() == 0);
  for (const Tensor& wrong : {ones({4}), ones({3}, DType::float64)})
    CHECK_THROWS_AS(Metrics::from_tensors({{"sums.loss", wrong}}), FormatError);
  CHECK_THROWS_WITH_AS(
      Metrics::from_tensors({{"counts.codes", ones({2, 2}, DType::float64)}}),
      "metrics: counts.codes is [2, 2] float64, which holds no metrics; take another checkpoint",
      FormatError);
}
