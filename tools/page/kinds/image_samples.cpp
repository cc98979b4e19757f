#include <algorithm>
#include <autograd/gradients.hpp>
#include <cmath>
#include <limits>
#include <tensor/elementwise.hpp>
#include <tensor/matmul.hpp>
#include <tensor/parts.hpp>
#include <tensor/reduce.hpp>
#include <tensor/views.hpp>
#include <tools/evaluation/subject.hpp>
#include <tools/page/encoding.hpp>
#include <tools/page/kinds/image_samples.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::int64_t drawn = 24;

Tensor flat(const Tensor& images) { return reshape(images, {images.size(0), -1}); }

// Of each query the nearest of the training images seen so far.
struct Nearest {
  std::vector<double> squares;
  std::vector<std::int64_t> indices;

  // Rows first, first + 1, … of the training images.
  void see(const Tensor& queries, const Tensor& rows, std::int64_t first) {
    const Tensor lengths = sum(square(rows), 1);
    const Tensor far = lengths - 2.0f * matmul(queries, transpose(rows));
    const std::vector<float> least = amin(far, 1).to_vector<float>();
    const std::vector<std::int32_t> places = argmin(far, 1).to_vector<std::int32_t>();
    for (std::size_t i = 0; i < least.size(); ++i)
      if (least[i] < squares[i]) squares[i] = least[i], indices[i] = first + places[i];
  }
};

Nearest nearest_to(const Tensor& images, const PreparedExamples& train) {
  const Tensor queries = flat(images);
  const auto count = static_cast<std::size_t>(queries.size(0));
  Nearest nearest{std::vector(count, std::numeric_limits<double>::infinity()),
                  std::vector<std::int64_t>(count)};
  for (std::int64_t i = 0; i < train.batches(); ++i) {
    stop_if_interrupted();
    nearest.see(queries, flat(train.original(i).inputs), i * PreparedExamples::batch_size);
  }
  const std::vector<float> lengths = sum(square(queries), 1).to_vector<float>();
  for (std::size_t i = 0; i < count; ++i)
    nearest.squares[i] = std::max(0.0, nearest.squares[i] + double(lengths[i]));
  return nearest;
}

Json distances(const Nearest& nearest) {
  std::vector<double> roots;
  for (const double square : nearest.squares) roots.push_back(std::sqrt(square));
  return rounded(roots, 4);
}

}  // namespace

Json image_samples(const OpenedRun& run) {
  const NoGrad constants;
  const std::uint64_t seed = run.trained.config.at("seed");
  Random noise = Random{seed}.fork("samples");
  nn::Pass pass{noise};
  const nn::Batch samples = run.recipe().sample(drawn, {}, pass);
  if (samples.inputs.count() == 0) return nullptr;
  Json found = {{"examples", sprite(shrunk(samples.inputs))}};
  if (samples.targets.count() > 0) found["labels"] = samples.targets.to_vector<std::int32_t>();
  found["nearest"] = nullptr;
  if (!run.data) return found;
  const PreparedExamples train = run.trained.prepare(run.data->train, "train");
  const Nearest nearest = nearest_to(samples.inputs, train);
  const std::vector<std::int64_t> some =
      nn::indices_between(0, std::min(drawn, run.data->test->count()));
  found["nearest"] = sprite(shrunk(run.data->train->gather(nearest.indices).inputs));
  found["distances"] = distances(nearest);
  found["test_distances"] = distances(nearest_to(run.data->test->gather(some).inputs, train));
  return found;
}

}  // namespace ebb::tools
