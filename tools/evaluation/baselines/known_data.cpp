#include <algorithm>
#include <cmath>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/parts.hpp>
#include <tools/evaluation/baselines/compressors.hpp>
#include <tools/evaluation/baselines/independent_pixels.hpp>
#include <tools/evaluation/baselines/known_data.hpp>
#include <tools/evaluation/code_figures.hpp>
#include <tools/evaluation/measures/frechet.hpp>
#include <tools/evaluation/sample_figures.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::int64_t widest = 4096;

Moments moments_of(const PreparedExamples& examples, bool as_they_are = false) {
  MomentSums sums;
  for (std::int64_t i = 0; i < examples.batches(); ++i) {
    stop_if_interrupted();
    sums.add((as_they_are ? examples.original(i) : examples.batch(i)).inputs);
  }
  return sums.moments();
}

// Does the recipe change the training images before the model sees them?
bool is_prepared(const PreparedExamples& examples) {
  return !equal(examples.original(0).inputs, examples.batch(0).inputs);
}

PixelHistograms histograms_of(const PreparedExamples& examples) {
  PixelHistograms histograms;
  for (std::int64_t i = 0; i < examples.batches(); ++i) histograms.add(examples.batch(i).inputs);
  return histograms;
}

std::string all_bytes(const PreparedExamples& examples) {
  std::vector<Tensor> images;
  for (std::int64_t i = 0; i < examples.batches(); ++i) images.push_back(examples.batch(i).inputs);
  return bytes_of(cat(images));
}

std::string pca_name(const char* kind, std::int64_t width) {
  return std::string(kind) + "-" + std::to_string(width);
}

// Components, or as many as vary at all: probabilistic ones leave one for the noise.
std::int64_t fitting(const KnownData& known, std::int64_t width) {
  const Tensor& variances = known.components.variances;
  const double varying = sum(cast(variances > 1e-6 * amax(variances), DType::float64)).item();
  return std::min({width, static_cast<std::int64_t>(varying), variances.count() - 1});
}

}  // namespace

std::optional<KnownData> know(const Subject& subject, Progress& progress) {
  const nn::Examples examples = subject.data.train->examples();
  if (std::holds_alternative<nn::TextExample>(examples.kind)) return std::nullopt;
  if (examples.shape().count() > widest || subject.data.train->count() < 2) return std::nullopt;
  if (progress.due()) progress.show("principal components");
  const PreparedExamples train = subject.train(), test = subject.test();
  KnownData known;
  known.binary = is_binary(train.batch(0).inputs);
  known.train = moments_of(train);
  known.test = moments_of(test);
  known.components = principal_components(known.train);
  const bool prepared = is_prepared(train);
  known.original = prepared ? moments_of(train, true) : known.train;
  known.original_components = prepared ? principal_components(known.original) : known.components;
  return known;
}

void add_code_references(const Subject& subject, const KnownData& known, std::int64_t width,
                         Json& figures) {
  const std::int64_t k = fitting(known, width);
  if (k < 1) return;
  const auto encode = [&](const nn::Batch& batch) {
    return codes_of(known.components, k, batch.inputs);
  };
  const CodeAccuracy accuracy = code_accuracy(subject, collect_codes(subject.train(), encode),
                                              collect_codes(subject.test(), encode));
  if (!std::isnan(accuracy.neighbors)) {
    add_reference(figures, "knn_accuracy", pca_name("PCA", k), accuracy.neighbors);
    add_reference(figures, "linear_probe_accuracy", pca_name("PCA", k), accuracy.linear_probe);
  }
  if (figures["references"].contains("squared_error")) {
    add_reference(figures, "squared_error", pca_name("PCA", k),
                  squared_error(known.components, k, known.test));
    add_reference(figures, "squared_error", "mean image",
                  squared_error(known.components, 0, known.test));
  }
  if (subject.recipe->claim() == Claim::density && noise_variance(known.components, k) > 0)
    add_reference(figures, "bound", pca_name("pPCA", k),
                  log_density(known.components, k, known.test));
}

void add_likelihood_references(const Subject& subject, const KnownData& known, Json& figures) {
  const Claim claim = subject.recipe->claim();
  const char* const pixels = "independent pixels";
  const double alone = bernoulli_pixels(known.train.mean, known.train.count, known.test.mean);
  if (claim == Claim::cross_entropy) add_reference(figures, "distortion", pixels, -alone);
  if (claim != Claim::probability) return;
  const double nats =
      known.binary ? alone
                   : histograms_of(subject.train()).log_probability(histograms_of(subject.test()));
  add_reference(figures, "bound", pixels, nats);
  const auto dimensions = static_cast<double>(known.train.mean.count());
  add_reference(figures, "bits_per_dimension", pixels, -nats / (dimensions * std::log(2.0)));
  const std::string bytes = all_bytes(subject.test());
  const double values = dimensions * static_cast<double>(known.test.count);
  const auto bits = [&](std::size_t size) { return 8 * static_cast<double>(size) / values; };
  add_reference(figures, "bits_per_dimension", "bzip2 -9", bits(bzip2_size(bytes)));
  add_reference(figures, "bits_per_dimension", "xz -9e", bits(xz_size(bytes)));
}

void add_sample_references(const Subject& subject, const KnownData& known, std::int64_t width,
                           Json& figures) {
  if (figures["frechet_pca50"].is_null()) return;
  const PrincipalComponents& components = known.original_components;
  const std::int64_t shown = components_shown(components), k = fitting(known, width);
  const Tensor basis = first_components(components, shown);
  const Moments train = projected(known.original, components.mean, basis);
  const auto add = [&](const std::string& name, const Moments& others) {
    add_reference(figures, "frechet_pca50", name, frechet_distance(train, others));
  };
  add(std::to_string(known.test.count) + " test images",
      projected(known.test, components.mean, basis));
  if (k > 0) {
    add(pca_name("pPCA", k), model_moments(components, k, shown));
    add(pca_name("pPCA", k) + " without its noise", model_moments(components, k, shown, false));
  }
  // Pixels that the model draws as zeros and ones are compared with such.
  Moments pixels = known.original;
  const Tensor diagonal = eye(pixels.mean.count(), DType::float64);
  pixels.covariance = diagonal * (subject.recipe->likelihood() == "bernoulli"
                                      ? pixels.mean * (1 - pixels.mean)
                                      : sum(pixels.covariance * diagonal, 0));
  add("independent pixels", projected(pixels, components.mean, basis));
}

}  // namespace ebb::tools
