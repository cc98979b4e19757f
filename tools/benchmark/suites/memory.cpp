// Memory of a training step: the most at once, against what the numbers of the model need.
#include <tensor/machine/storage.hpp>
#include <tools/benchmark/machine/counted_new.hpp>
#include <tools/benchmark/suites/suites.hpp>
#include <tools/benchmark/suites/training.hpp>

namespace ebb::tools::benchmark {
namespace {

constexpr int settling = 3, steady = 10;  // steps

}  // namespace

void run_memory(Context& context) {
  context.report.begin_table("the most at once, and requests per steady step",
                             {{"model", 0, 6},
                              {"batch", 0, 6},
                              {"weights MB", 2},
                              {"activations MB", 2},
                              {"needed MB", 2},
                              {"peak MB", 2},
                              {"peak/needed", 2},
                              {"cache misses/step", 1},
                              {"new/step", 1}});
  for (const Model model : {Model::ae, Model::vae})
    for (const std::int64_t batch : {1, 32, 128, 512}) {
      if (context.options.quick && batch > 32) continue;
      const std::size_t before = ebb::memory_use().live_bytes;
      ebb::reset_peak_memory();
      Training training(model);
      ebb::Random random{3};
      const ebb::Tensor images = ebb::rand({batch, pixels}, random);
      for (int i = 0; i < settling; ++i) training.step(images);
      ebb::reset_peak_memory();
      const std::uint64_t misses = ebb::memory_use().misses, calls = calls_of_new();
      for (int i = 0; i < steady; ++i) training.step(images);
      const std::uint64_t calls_after = calls_of_new();
      const ebb::MemoryUse use = ebb::memory_use();
      const auto megabytes = [](auto bytes) { return 1e-6 * static_cast<double>(bytes); };
      const double weights = megabytes(4 * parameters_of(model));
      const double activations = megabytes(4 * activations_of(model, batch));
      const double needed = 4 * weights + activations;  // gradients and Adam's two moments, too
      const double peak = megabytes(use.peak_bytes - before);
      context.report.add({std::string(name_of(model)), batch, weights, activations, needed, peak,
                          peak / needed, static_cast<double>(use.misses - misses) / steady,
                          static_cast<double>(calls_after - calls) / steady});
    }
}

}  // namespace ebb::tools::benchmark
