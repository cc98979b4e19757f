#include <tools/training/optimizers.hpp>
#include <tools/training/options.hpp>

namespace ebb::tools {

void TrainOptions::visit(Options& o) {
  constexpr std::int64_t many = 1'000'000'000;
  o("data", data, "folder of MNIST's IDX files, plain or .gz");
  o.show("DIR", "digits drawn on board");
  o("epochs", epochs, "passes over the examples", {1, many});
  o("batch-size", batch_size, "examples of a step", {1, 1 << 20});
  o("lr,learning-rate", learning_rate, "learning rate", {1e-300, 1e300});
  o("optimizer", optimizer, "what takes the steps", optimizer_names());
  o("seed", seed, "of weights, order and noise");
  o("threads", threads, "threads", {1, 1024});
  o.show("N", "one per core");
  o("limit", limit, "the first N training examples", {1, many});
  o.show("N", "all");
  o("out", out, "new folder for the results");
  o.show("DIR", "runs/MODEL-1, -2, ...");
  o("quiet", quiet, "print nothing but errors");
}

}  // namespace ebb::tools
