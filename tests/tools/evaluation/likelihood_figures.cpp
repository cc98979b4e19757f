#include <doctest/doctest.h>

#include <tensor/compare.hpp>
#include <tensor/machine/parallel.hpp>
#include <tests/tools/evaluation/linear_gaussian.hpp>
#include <tools/evaluation/likelihood_figures.hpp>

using namespace ebb;
using namespace ebb::tools;
using Json = nlohmann::ordered_json;

namespace {

Json figures_of(const Subject& subject, std::int64_t samples) {
  Json figures = no_figures();
  Progress silent(true);
  measure_likelihood(subject, samples, silent, figures);
  return figures;
}

}  // namespace

TEST_CASE("effective sample size: one draw that decides, equal ones, and two of four") {
  const Tensor log_weights = log(from_vector(
      {{1.f, 2.f, 1.f, 5e30f}, {0.f, 2.f, 1.f, 0.f}, {0.f, 2.f, 0.f, 0.f}, {0.f, 2.f, 0.f, 0.f}}));
  CHECK(allclose(effective_sample_sizes(log_weights), from_vector({1.f, 4.f, 2.f, 1.f})));
  CHECK(allclose(effective_sample_sizes(log(from_vector({{3.f}, {1.f}}))), from_vector({1.6f})));
}

TEST_CASE("likelihood figures: with the exact posterior every bound is the density itself") {
  for (const std::int64_t samples : {1, 2, 60}) {
    const Json figures = figures_of(linear_subject(true, 9), samples);
    CHECK(figures["elbo"].get<double>() == doctest::Approx(LinearGaussian::log_density));
    CHECK(figures["bound"].get<double>() == doctest::Approx(LinearGaussian::log_density));
    CHECK(figures["bound_standard_error"].get<double>() < 1e-6);
    CHECK(figures["effective_sample_size"].get<double>() ==
          doctest::Approx(static_cast<double>(samples)));
    CHECK(figures["samples"] == samples);
    CHECK(figures["likelihood"] == "gaussian");
    CHECK(figures["unit"] == "nats per image");
    CHECK(figures["bits_per_dimension"].is_null());  // of a density
  }
}

TEST_CASE("likelihood figures: with the prior as proposal the bound rises with the draws") {
  const Subject subject = linear_subject(false, 1100);  // three batches
  const Json few = figures_of(subject, 5), many = figures_of(subject, 500);
  CHECK(few["elbo"] == many["elbo"]);
  const double error = 3 * few["bound_standard_error"].get<double>();
  CHECK(few["elbo"].get<double>() < few["bound"].get<double>() - error);
  CHECK(few["bound"].get<double>() < many["bound"].get<double>() - error);
  CHECK(many["bound"].get<double>() < LinearGaussian::log_density);
  CHECK(many["bound"].get<double>() > LinearGaussian::log_density - 0.1);
  CHECK(many["effective_sample_size"].get<double>() < 250);
  CHECK(-few["rate"].get<double>() - few["distortion"].get<double>() ==
        doctest::Approx(few["elbo"].get<double>()));
}

TEST_CASE("likelihood figures: what is called a bound follows from the claim") {
  const Json probability = figures_of(linear_subject(true, 3, Claim::probability), 2);
  CHECK(probability["bits_per_dimension"].get<double>() ==
        doctest::Approx(-LinearGaussian::log_density / (3 * std::log(2.0))));
  const Json entropy = figures_of(linear_subject(true, 3, Claim::cross_entropy), 2);
  CHECK(entropy["distortion"].is_number());
  CHECK(entropy["rate"].is_number());
  for (const char* key : {"elbo", "bound", "samples", "effective_sample_size", "bits_per_dimension",
                          "elbo_standard_error", "bound_standard_error"})
    CHECK(entropy[key].is_null());
  const Json nothing = figures_of(linear_subject(true, 3, Claim::none), 2);
  CHECK(nothing == no_figures());
}

TEST_CASE("likelihood figures: the same on one thread and on three") {
  const int before = threads();
  set_threads(1);
  const Json one = figures_of(linear_subject(false, 40), 7);
  set_threads(3);
  const Json three = figures_of(linear_subject(false, 40), 7);
  set_threads(before);
  CHECK(one == three);
}
