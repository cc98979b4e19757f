#include <fmt/format.h>

#include <algorithm>
#include <autograd/gradients.hpp>
#include <tensor/parts.hpp>
#include <tools/evaluation/measures/frechet.hpp>
#include <tools/evaluation/sample_figures.hpp>

namespace ebb::tools {

std::int64_t components_shown(const PrincipalComponents& components) {
  return std::min<std::int64_t>(50, components.mean.count());
}

void measure_samples(const Subject& subject, const KnownData& known, Progress& progress,
                     nlohmann::ordered_json& figures) {
  constexpr std::int64_t draws = 10'000, at_once = 500;
  const NoGrad constants;
  Random noise = subject.noise.fork("samples");
  nn::Pass pass{noise};
  const PrincipalComponents& components = known.original_components;
  const std::int64_t shown = components_shown(components);
  MomentSums sums;
  while (sums.count() < draws) {
    stop_if_interrupted();
    const Tensor images = subject.recipe->sample(at_once, {.mean = false}, pass).inputs;
    if (images.count() == 0) return;
    sums.add(codes_of(components, shown, images));
    if (progress.due()) progress.show(fmt::format("samples: {}/{}", sums.count(), draws));
  }
  const Moments train =
      projected(known.original, components.mean, first_components(components, shown));
  figures["frechet_pca50"] = frechet_distance(train, sums.moments());
}

}  // namespace ebb::tools
