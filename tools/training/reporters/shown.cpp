#include <autograd/gradients.hpp>
#include <nn/data/loader.hpp>
#include <tools/training/reporters/shown.hpp>

namespace ebb::tools {

std::int64_t image_width(const Run& run) {
  const nn::Examples examples = run.data.test->examples();
  const auto* const image = std::get_if<nn::ImageExample>(&examples.kind);
  return image ? image->width : 0;
}

namespace {

nn::Batch some_of_test(const Run& run, std::int64_t count, Random& noise) {
  return run.recipe.prepare(
      nn::Loader(run.data.test, {.batch_size = count, .shuffle = false}).epoch(0).batch(0), noise);
}

}  // namespace

Encoded encode_some(const Run& run, std::int64_t count) {
  const NoGrad constants;
  Random noise = Random{run.options.seed}.fork("reconstructions");
  nn::Pass pass{noise};
  const nn::Batch batch = some_of_test(run, count, noise);
  return {batch.inputs, run.recipe.encode(batch, pass).value()};
}

Reconstructions reconstruct_some(const Run& run, std::int64_t count) {
  const NoGrad constants;
  Random noise = Random{run.options.seed}.fork("reconstructions");
  nn::Pass pass{noise};
  const nn::Batch batch = some_of_test(run, count, noise);
  const Variable codes = run.recipe.encode(batch, pass);
  if (codes.count() == 0) return {};
  const Tensor again = run.recipe.decode(codes, pass, batch.targets).inputs;
  return again.count() > 0 ? Reconstructions{batch.inputs, again} : Reconstructions{};
}

Tensor sample_some(const Run& run, std::int64_t count) {
  const NoGrad constants;
  Random noise = Random{run.options.seed}.fork("samples");
  nn::Pass pass{noise};
  return run.recipe.sample(count, {}, pass).inputs;
}

}  // namespace ebb::tools
