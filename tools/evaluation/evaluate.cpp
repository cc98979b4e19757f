#include <tools/common/clock.hpp>
#include <tools/evaluation/baselines/papers.hpp>
#include <tools/evaluation/code_figures.hpp>
#include <tools/evaluation/evaluate.hpp>
#include <tools/evaluation/likelihood_figures.hpp>
#include <tools/evaluation/sample_figures.hpp>
#include <tools/evaluation/table_figures.hpp>
#include <tools/evaluation/text_figures.hpp>

namespace ebb::tools {

nlohmann::ordered_json evaluate(const Subject& subject, std::int64_t samples, Progress& progress) {
  const double start = seconds_now();
  nlohmann::ordered_json figures = no_figures();
  figures["examples"] = subject.data.test->count();
  measure_accuracy(subject, figures);
  const std::int64_t width = measure_codes(subject, progress, figures);
  measure_likelihood(subject, samples, progress, figures);
  if (subject.recipe->table()) {
    measure_table(subject, progress, figures);
  } else if (const std::optional<KnownData> known = know(subject, progress)) {
    measure_samples(subject, *known, progress, figures);
    add_code_references(subject, *known, width, figures);
    add_sample_references(subject, *known, width, figures);
    add_likelihood_references(subject, *known, figures);
  }
  measure_texts(subject, figures);
  add_published(subject, figures);
  figures["seconds"] = seconds_now() - start;
  return figures;
}

}  // namespace ebb::tools
