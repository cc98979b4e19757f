#include <doctest/doctest.h>

#include <algorithm>
#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <models/vector_quantizer.hpp>
#include <nn/checkpoint.hpp>
#include <nn/data/digits.hpp>
#include <nn/data/loader.hpp>
#include <nn/parts.hpp>
#include <nn/pass.hpp>
#include <set>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>
#include <tests/support.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;
using models::VectorQuantizer;

namespace {

using Rows = std::vector<std::vector<double>>;

Rows rows_of(const Tensor& x) {
  const std::vector<double> all = cast(x, DType::float64).to_vector<double>();
  const auto width = static_cast<std::size_t>(x.size(-1));
  Rows rows;
  for (std::size_t at = 0; at < all.size(); at += width)
    rows.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(at),
                      all.begin() + static_cast<std::ptrdiff_t>(at + width));
  return rows;
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

std::size_t nearest(const std::vector<double>& z, const Rows& codes) {
  std::size_t best = 0;
  for (std::size_t k = 1; k < codes.size(); ++k)
    if (distance(z, codes[k]) < distance(z, codes[best])) best = k;
  return best;
}

VectorQuantizer begun(const models::VectorQuantizerOptions& options, DType dtype = DType::float64) {
  VectorQuantizer quantizer(options);
  nn::initialize(quantizer, {.seed = 4, .dtype = dtype});
  return quantizer;
}

// A training pass whose notes are applied.
models::Quantized step(VectorQuantizer& quantizer, const Tensor& z, Random& noise) {
  nn::Pass pass{noise, true};
  const models::Quantized found = quantizer(z, pass);
  pass.apply();
  return found;
}

void learn(VectorQuantizer& quantizer, const Tensor& z, Random& noise) {
  static_cast<void>(step(quantizer, z, noise));
}

}  // namespace

TEST_CASE("vector quantizer: the nearest code is that of all distances, and its vector is exact") {
  for (const DType dtype : {DType::float32, DType::float64}) {
    VectorQuantizer quantizer = begun({.codes = 7, .width = 3}, dtype);
    Random random{1};
    quantizer.codebook.set(randn({7, 3}, random, dtype));
    const Tensor z = 3 * randn({2, 5, 3}, random, dtype);
    nn::Pass pass{random};
    const models::Quantized found = quantizer(z, pass);
    const Rows codes = rows_of(quantizer.codebook.value()), rows = rows_of(z);
    CHECK(found.codes.shape() == Shape{2, 5});
    CHECK(found.codes.dtype() == DType::int32);
    const auto numbers = found.codes.to_vector<std::int32_t>();
    const Rows vectors = rows_of(found.vectors.value());
    const auto distances = cast(found.distances.value(), DType::float64).to_vector<double>();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      CHECK(static_cast<std::size_t>(numbers[i]) == nearest(rows[i], codes));
      CHECK(vectors[i] == codes[static_cast<std::size_t>(numbers[i])]);  // not z + (code - z)
      CHECK(distances[i] ==
            doctest::Approx(distance(rows[i], codes[nearest(rows[i], codes)])).epsilon(1e-5));
    }
    CHECK(same_bits(quantizer.vectors(found.codes), found.vectors.value()));
    CHECK(quantizer.nearest(slice(reshape(z, {30}), 0, 0, 3)).rank() == 0);  // one vector alone
  }
}

TEST_CASE("vector quantizer: far from 0 the nearest code is still that of all distances") {
  VectorQuantizer quantizer = begun({.codes = 2, .width = 1}, DType::float32);
  quantizer.codebook.set(from_vector<float>({10'000, 10'001}, {2, 1}));
  const Tensor z = from_vector<float>({9'999, 10'000.25f, 10'000.75f, 10'002}, {4, 1});
  CHECK(quantizer.nearest(z).to_vector<std::int32_t>() == std::vector<std::int32_t>{0, 0, 1, 1});
}

TEST_CASE("vector quantizer: of equal codes the first is taken") {
  VectorQuantizer quantizer = begun({.codes = 3, .width = 1});
  quantizer.codebook.set(from_vector<double>({5, 2, 2}, {3, 1}));
  CHECK(quantizer.nearest(from_vector<double>({1, 9}, {2, 1})).to_vector<std::int32_t>() ==
        std::vector<std::int32_t>{1, 0});
}

TEST_CASE("vector quantizer: gradients go straight through, and distances pull z alone") {
  VectorQuantizer quantizer = begun({.codes = 4, .width = 2});
  Random random{3};
  quantizer.codebook.set(randn({4, 2}, random, DType::float64));
  const Variable z = leaf(randn({5, 2}, random, DType::float64));
  const Tensor weights = randn({5, 2}, random, DType::float64);
  nn::Pass pass{random, true};
  const models::Quantized found = quantizer(z, pass);
  CHECK(same_bits(gradients(sum(weights * found.vectors), z).value(), weights));
  const Rows dz = rows_of(gradients(sum(found.distances), z).value());
  const Rows from = rows_of(z.value()), to = rows_of(found.vectors.value());
  for (std::size_t i = 0; i < dz.size(); ++i)
    for (std::size_t j = 0; j < 2; ++j)
      CHECK(dz[i][j] == doctest::Approx(2 * (from[i][j] - to[i][j])).epsilon(1e-14));
  pass.discard();
  // Where no step of the checker leads to another code.
  check_gradients([&](auto x) { return quantizer(x[0], pass).distances; }, {z.value()},
                  {.order = 2});
  pass.discard();
}

// From the definition: exponential means of counts and of sums, and their quotient.
TEST_CASE("vector quantizer: the codebook is a mean over the steps, as computed by hand") {
  constexpr double decay = 0.8;
  VectorQuantizer quantizer = begun({.codes = 3, .width = 2, .decay = decay, .restart = 0});
  quantizer.codebook.set(from_vector<double>({1, 0, -1, 0, 90, 90}, {3, 2}));
  Rows codes = rows_of(quantizer.codebook.value()), sums(3, {0, 0});
  std::vector<double> counts(3, 0);
  Random random{8};
  for (int i = 0; i < 4; ++i) {
    const Tensor z = randn({2, 4, 2}, random, DType::float64);
    Rows batch(3, {0, 0});
    std::vector<double> used(3, 0);
    for (const std::vector<double>& row : rows_of(z)) {
      const std::size_t k = nearest(row, codes);
      ++used[k];
      for (std::size_t j = 0; j < 2; ++j) batch[k][j] += row[j];
    }
    for (std::size_t k = 0; k < 3; ++k) {
      counts[k] = decay * counts[k] + (1 - decay) * used[k];
      for (std::size_t j = 0; j < 2; ++j)
        sums[k][j] = decay * sums[k][j] + (1 - decay) * batch[k][j];
      if (counts[k] > 0) codes[k] = {sums[k][0] / counts[k], sums[k][1] / counts[k]};
    }
    learn(quantizer, z, random);
    const Rows found = rows_of(quantizer.codebook.value());
    const auto found_counts = quantizer.counts.value().to_vector<double>();
    for (std::size_t k = 0; k < 3; ++k) {
      CHECK(found_counts[k] == doctest::Approx(counts[k]).epsilon(1e-13));
      for (std::size_t j = 0; j < 2; ++j)
        CHECK(found[k][j] == doctest::Approx(codes[k][j]).epsilon(1e-12));
    }
  }
  CHECK(counts[2] == 0);  // the one far away was never used, and stayed
  CHECK(codes[2] == std::vector<double>{90, 90});
}

// Lloyd, "Least squares quantization in PCM", IEEE Transactions on Information Theory 1982.
TEST_CASE("vector quantizer: without a memory it is k-means, on patches of digits") {
  const nn::ImageDataset digits = nn::draw_digits({.train = 40, .test = 0}).train;
  const Tensor images =
      nn::Loader(digits, {.batch_size = 40, .shuffle = false}).epoch(0).batch(0).inputs;
  const Tensor patches = reshape(
      permute(reshape(cast(images, DType::float64), {40, 7, 4, 7, 4}), {0, 1, 3, 2, 4}), {-1, 16});
  VectorQuantizer quantizer = begun({.codes = 8, .width = 16, .decay = 0, .restart = 0});
  Random random{5};
  const Tensor first = cast(1960 * rand({8}, random, DType::float64), DType::int32);
  quantizer.codebook.set(index_select(patches, 0, first));

  const Rows rows = rows_of(patches);
  Rows centers = rows_of(quantizer.codebook.value());
  double before = 1e300;
  for (int i = 0; i < 12; ++i) {
    Rows sums(8, std::vector<double>(16, 0));
    std::vector<double> used(8, 0);
    double by_hand = 0;
    for (const std::vector<double>& row : rows) {
      const std::size_t k = nearest(row, centers);
      by_hand += distance(row, centers[k]);
      ++used[k];
      for (std::size_t j = 0; j < 16; ++j) sums[k][j] += row[j];
    }
    for (std::size_t k = 0; k < 8; ++k)
      for (std::size_t j = 0; j < 16 && used[k] > 0; ++j) centers[k][j] = sums[k][j] / used[k];

    const models::Quantized found = step(quantizer, patches, random);
    const double distortion = sum(found.distances.value()).item();
    CHECK(distortion == doctest::Approx(by_hand).epsilon(1e-10));
    CHECK(distortion <= before * (1 + 1e-12));
    CHECK(quantizer.counts.value().to_vector<double>() == used);
    const Rows codes = rows_of(quantizer.codebook.value());
    double worst = 0;
    for (std::size_t k = 0; k < 8; ++k) worst = std::max(worst, distance(codes[k], centers[k]));
    CHECK(worst < 1e-20);
    before = distortion;
  }
}

TEST_CASE("vector quantizer: codes that are hardly used become vectors of the batch") {
  VectorQuantizer quantizer = begun({.codes = 4, .width = 2, .restart = 0.2});
  quantizer.codebook.set(from_vector<double>({0, 0, 9, 9, 50, 50, -50, 50}, {4, 2}));
  quantizer.counts.set(from_vector<double>({4, 4, 0.1, 2}));
  const Tensor z = from_vector<double>({1, 0, 0, 1, 9, 8}, {3, 2});
  Random noise{2}, same{2};
  learn(quantizer, z, noise);
  const auto counts = quantizer.counts.value().to_vector<double>();
  const double least = 0.2 * (0.99 * 10.1 + 0.01 * 3) / 4;
  CHECK(counts[0] == doctest::Approx(0.99 * 4 + 0.01 * 2).epsilon(1e-14));
  CHECK(counts[2] == doctest::Approx(least).epsilon(1e-14));  // it was .1, the others are above
  CHECK(counts[3] == doctest::Approx(0.99 * 2).epsilon(1e-14));
  const Rows codes = rows_of(quantizer.codebook.value()), rows = rows_of(z);
  CHECK(std::count(rows.begin(), rows.end(), codes[2]) == 1);
  CHECK(codes[3] == std::vector<double>{-50, 50});
  // As many numbers are drawn in each step, and the same ones give the same codebook.
  static_cast<void>(rand({4}, same, DType::float64));
  CHECK(noise.position == same.position);
  learn(quantizer, z, noise);
  CHECK(noise.position == 2 * same.position);
  VectorQuantizer never = begun({.codes = 4, .width = 2, .restart = 0});
  learn(never, z, same);
  CHECK(noise.position == 2 * same.position);
}

TEST_CASE("vector quantizer: the first step spreads the codes over the vectors") {
  Random noise{6};
  VectorQuantizer quantizer = begun({.codes = 32, .width = 2});
  const Tensor z = 20 + 5 * randn({500, 2}, noise, DType::float64);
  learn(quantizer, z, noise);
  const auto used = quantizer.nearest(z).to_vector<std::int32_t>();
  CHECK(std::set<std::int32_t>(used.begin(), used.end()).size() >= 28);
}

TEST_CASE("vector quantizer: without training nothing is learned and nothing drawn") {
  VectorQuantizer quantizer = begun({.codes = 4, .width = 2});
  const Tensor before = quantizer.codebook.value();
  Random noise{2};
  nn::Pass pass{noise};
  static_cast<void>(quantizer(ones({3, 2}, DType::float64), pass));
  pass.apply();
  CHECK(noise.position == 0);
  CHECK(same_bits(quantizer.codebook.value(), before));
  CHECK(quantizer.counts.value().to_vector<double>() == std::vector<double>(4, 0));
}

TEST_CASE("vector quantizer: one code, one vector, more codes than vectors, no vectors") {
  Random noise{2};
  VectorQuantizer one = begun({.codes = 1, .width = 2, .decay = 0});
  const Tensor z = from_vector<double>({1, 2, 3, 5, 5, 8}, {3, 2});
  CHECK(step(one, z, noise).codes.to_vector<std::int32_t>() == std::vector<std::int32_t>(3, 0));
  CHECK(one.codebook.value().to_vector<double>() == std::vector<double>{3, 5});  // the mean
  VectorQuantizer many = begun({.codes = 50, .width = 2});
  for (int i = 0; i < 3; ++i) learn(many, slice(z, 0, 0, 1), noise);
  for (const std::vector<double>& code : rows_of(many.codebook.value()))
    CHECK(distance(code, {1, 2}) < 1e-25);  // all that there is
  learn(many, z, noise);
  CHECK(all(isfinite(many.codebook.value())).item() == 1);
  const Tensor before = many.codebook.value();
  const models::Quantized none = step(many, zeros({0, 3, 2}, DType::float64), noise);
  CHECK(none.codes.shape() == Shape{0, 3});
  CHECK(none.distances.shape() == Shape{0, 3});
  CHECK(same_bits(many.codebook.value(), before));
}

TEST_CASE("vector quantizer: codebook and counts are saved and loaded") {
  Random noise{2};
  VectorQuantizer quantizer = begun({.codes = 4, .width = 2}, DType::float32);
  learn(quantizer, randn({30, 2}, noise), noise);
  const TemporaryFolder place;
  const std::string path = place.path() / "quantizer.safetensors";
  nn::save(quantizer, path);
  VectorQuantizer other({.codes = 4, .width = 2});
  nn::load(other, path);
  CHECK(same_bits(other.codebook.value(), quantizer.codebook.value()));
  CHECK(same_bits(other.counts.value(), quantizer.counts.value()));
  CHECK(nn::Parts(quantizer).parameters.empty());
}

TEST_CASE("vector quantizer: any number of threads learns the same codebook, bit for bit") {
  Random data{7};
  const Tensor z = randn({20'000, 16}, data);
  CHECK(same_on_any_number_of_threads([&] {
    VectorQuantizer quantizer = begun({.codes = 100, .width = 16}, DType::float32);
    Random noise{1};
    for (int i = 0; i < 3; ++i) learn(quantizer, z, noise);
    return quantizer.codebook.value();
  }));
}

TEST_CASE("vector quantizer: what does not fit is refused") {
  CHECK(message_of([] { return VectorQuantizer({.codes = 0}); }) ==
        "vector_quantizer: 0 codes of width 64; it takes at least 1 of each");
  CHECK(message_of([] { return VectorQuantizer({.decay = 1}); }) ==
        "vector_quantizer: a decay of 1; it must be from 0 to less than 1, try 0.99");
  CHECK(message_of([] { return VectorQuantizer({.restart = -1}); }) ==
        "vector_quantizer: restarts below -1 of the mean count; it must be from 0 to less than 1, "
        "try 0.05");
  const VectorQuantizer quantizer = begun({.codes = 4, .width = 2});
  CHECK(
      message_of<ShapeError>([&] {
        return quantizer.nearest(ones({2, 3}, DType::float64));
      }) ==
      "vector_quantizer: input [2, 3]; its last axis must be 2, the width of a code, try permute");
  CHECK(message_of([&] { return quantizer.vectors(full({1}, 4, DType::int32)); }).find("4") !=
        std::string::npos);
}
