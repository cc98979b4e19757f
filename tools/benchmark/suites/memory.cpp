// Memory of a training step: the most at once, against what the numbers of the model need.
#include <tensor/machine/storage.hpp>
#include <tools/benchmark/suites/suite.hpp>
#include <tools/benchmark/suites/training.hpp>
#include <tools/common/counted_new.hpp>

namespace ebb::tools::benchmark {
namespace {

constexpr int settling = 3, steady = 10;  // steps

void report_model(Context& context, Model model, std::int64_t batch) {
  const std::size_t before = memory_use().live_bytes;
  reset_peak_memory();
  Training training(model);
  Random random{3};
  const Tensor images = rand({batch, pixels}, random);
  for (int i = 0; i < settling; ++i) training.step(images);
  reset_peak_memory();
  const std::uint64_t misses = memory_use().misses, calls = calls_of_new();
  for (int i = 0; i < steady; ++i) training.step(images);
  const std::uint64_t calls_after = calls_of_new();
  const MemoryUse use = memory_use();
  const double weights = 4e-6 * static_cast<double>(needs_of(model).parameters);
  const double activations = 4e-6 * static_cast<double>(batch * needs_of(model).activations);
  const double needed = 4 * weights + activations;  // gradients and Adam's two moments, too
  const double peak = 1e-6 * static_cast<double>(use.peak_bytes - before);
  context.report.add({name_of(model), batch, weights, activations, needed, peak, peak / needed,
                      static_cast<double>(use.misses - misses) / steady,
                      static_cast<double>(calls_after - calls) / steady});
}

}  // namespace

void run_memory(Context& context) {
  context.report.begin_table("the most at once, and requests per steady step",
                             {"model", "batch", "weights MB", "activations MB", "needed MB",
                              "peak MB", "peak/needed", "cache misses/step:1", "new/step:1"});
  for (const Model model : {Model::ae, Model::vae})
    for (const std::int64_t batch : {1, 32, 128, 512})
      if (!context.options.quick || batch <= 32) report_model(context, model, batch);
}

}  // namespace ebb::tools::benchmark
