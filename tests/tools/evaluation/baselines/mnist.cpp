// The figures of these measures for MNIST, found with other programs.
// Covers: tools/evaluation/baselines/principal_components.cpp,
// tools/evaluation/measures/frechet.cpp
#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <nn/data/idx.hpp>
#include <nn/data/loader.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/matmul.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>
#include <tests/support.hpp>
#include <tools/evaluation/baselines/compressors.hpp>
#include <tools/evaluation/baselines/independent_pixels.hpp>
#include <tools/evaluation/baselines/principal_components.hpp>
#include <tools/evaluation/measures/frechet.hpp>
#include <tools/evaluation/measures/linear_probe.hpp>

using namespace ebb;
using namespace ebb::tools;

namespace {

// Everything is read once: that takes a second.
struct Mnist {
  explicit Mnist(const std::string& folder) : images(nn::load_mnist(folder)) {
    for (const nn::Batch& batch : batches(images.train)) sums.add(batch.inputs);
    train = sums.moments();
    MomentSums other;
    for (const nn::Batch& batch : batches(images.test)) other.add(batch.inputs);
    test = other.moments();
    pca = principal_components(train);
  }
  static nn::Epoch batches(const nn::ImageDataset& data) {
    return nn::Loader(data, {.batch_size = 1000, .shuffle = false}).epoch(0);
  }
  LabelledCodes codes(const nn::ImageDataset& data, std::int64_t width) const {
    std::vector<Tensor> rows, labels;
    for (const nn::Batch& batch : batches(data)) {
      rows.push_back(codes_of(pca, width, batch.inputs));
      labels.push_back(batch.targets);
    }
    return {cat(rows), cat(labels)};
  }
  Moments shown(const Moments& moments) const {
    return projected(moments, train.mean, first_components(pca, 50));
  }

  nn::ImageSplits images;
  MomentSums sums;
  Moments train, test;
  PrincipalComponents pca;
};

const Mnist* mnist() {
  const char* data = std::getenv("EBB_DATA");
  const std::string folder = data ? std::string(data) + "/mnist" : "";
  if (!std::filesystem::exists(folder)) return nullptr;
  static const Mnist all(folder);
  return &all;
}

const char* const why = "EBB_DATA names no folder with mnist/";

}  // namespace

TEST_CASE("mnist: errors of principal components, and the density that they stand for") {
  const Mnist* const all = mnist();
  if (!all) return skip(why);
  const struct {
    std::int64_t k;
    double train, test;
  } errors[] = {{0, 0.06725132, 0.06747007},  {2, 0.05595270, 0.05566949},
                {10, 0.03442260, 0.03407382}, {20, 0.02396966, 0.02353813},
                {50, 0.01179273, 0.01148502}, {128, 0.00427208, 0.00420533}};
  for (const auto& row : errors) {
    CHECK(std::fabs(squared_error(all->pca, row.k, all->train) - row.train) < 2e-8);
    CHECK(std::fabs(squared_error(all->pca, row.k, all->test) - row.test) < 2e-8);
  }
  const struct {
    std::int64_t k;
    double train, test;
  } densities[] = {
      {2, 12.43, 14.36}, {10, 182.15, 186.02}, {20, 299.76, 306.55}, {50, 507.91, 517.60}};
  for (const auto& row : densities) {
    CHECK(std::fabs(log_density(all->pca, row.k, all->train) - row.train) < 0.006);
    CHECK(std::fabs(log_density(all->pca, row.k, all->test) - row.test) < 0.006);
  }
  CHECK(std::fabs(noise_variance(all->pca, 20) - 0.024597) < 1e-6);
}

TEST_CASE("mnist: Fréchet distances from the training images in 50 components") {
  const Mnist* const all = mnist();
  if (!all) return skip(why);
  const Moments train = all->shown(all->train), test = all->shown(all->test);
  CHECK(std::fabs(frechet_distance(train, test) - 0.169) < 0.001);
  // Reconstructions by 20 components lack the other 30.
  const Tensor keep = cat({ones({20}, DType::float64), zeros({30}, DType::float64)});
  Moments reconstructed = test;
  reconstructed.mean = test.mean * keep;
  reconstructed.covariance = test.covariance * outer(keep, keep);
  CHECK(std::fabs(frechet_distance(train, reconstructed) - 9.65) < 0.01);
  // The figures of 10,000 draws were 9.56 and 16.52.
  CHECK(std::fabs(frechet_distance(train, model_moments(all->pca, 20, 50, false)) - 9.56) < 0.02);
  Moments pixels = all->train;
  pixels.covariance = eye(784, DType::float64) * pixels.mean * (1 - pixels.mean);
  CHECK(std::fabs(frechet_distance(train, all->shown(pixels)) - 16.52) < 0.03);
}

TEST_CASE("mnist: nats of independent pixels, and bits of compressors") {
  const Mnist* const all = mnist();
  if (!all) return skip(why);
  CHECK(std::fabs(bernoulli_pixels(all->train.mean, 60'000, all->test.mean) + 205.82) < 0.03);
  PixelHistograms train, test;
  for (const nn::Batch& batch : Mnist::batches(all->images.train)) train.add(batch.inputs);
  for (const nn::Batch& batch : Mnist::batches(all->images.test)) test.add(batch.inputs);
  CHECK(std::fabs(train.log_probability(test) + 917.59) < 0.01);
  const Tensor gray = Mnist::batches(all->images.test).batch(0).inputs;  // of 1,000
  const std::string bytes = bytes_of(gray);
  CHECK(bzip2_size(bytes) == 140'424);
  CHECK(xz_size(bytes) == 136'772);
  std::vector<Tensor> black;
  for (const nn::Batch& batch : Mnist::batches(all->images.test))
    black.push_back(cast(batch.inputs > 127.5 / 255, DType::float32));
  const std::string bits = bytes_of(cat(black));
  CHECK(std::fabs(8 * double(bzip2_size(bits)) / 7'840'000 - 0.1965) < 5e-5);
  CHECK(std::fabs(8 * double(xz_size(bits)) / 7'840'000 - 0.2269) < 5e-5);
}

TEST_CASE("mnist: digits lie beside their like in 20 components, and a linear probe tells most") {
  const Mnist* const all = mnist();
  if (!all) return skip(why);
  const LabelledCodes train = all->codes(all->images.train, 20);
  const LabelledCodes test = all->codes(all->images.test, 20);
  CHECK(std::fabs(neighbor_accuracy(train, test) - 0.969) < 0.001);
  CHECK(std::fabs(neighbor_accuracy(train, test, 1) - 0.964) < 0.001);
  CHECK(std::fabs(linear_probe_accuracy(train, test, 10) - 0.8806) < 0.0005);
}
